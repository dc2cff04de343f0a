"""Rules about files and archives that cannot be read at all; `standards.files` carries them out."""

from __future__ import annotations

from congbhyt.standards.rules.rule import ALL, ERROR, Rule, enter

_CAUTION = "own caution: archives from strangers"


def _enter(id: str, basis: str, sentence: str, detail: str) -> None:
    enter(Rule(id=id, severity=ERROR, standards=ALL, basis=basis, sentence=sentence, detail=detail, topic="reading"))


_enter(
    "file-unreadable",
    "the operating system",
    "Không đọc được tệp ({reason}). Kiểm tra quyền đọc và ổ đĩa rồi kiểm tra lại.",
    "The system refused to read: {reason}",
)
_enter(
    "file-crashed",
    "our own fault",
    "Chương trình kiểm tra gặp sự cố với tệp này nên chưa kiểm tra được. Xin báo cho nơi cung cấp chương trình.",
    "The check of this file broke off: {failure}. The other files were checked. Please report it.",
)
_enter(
    "zip-broken",
    _CAUTION,
    "Tệp nén ZIP bị hỏng nên không đọc được. Nén lại rồi kiểm tra lại.",
    "The ZIP archive or this member of it cannot be read: {reason}",
)
_enter(
    "zip-encrypted",
    _CAUTION,
    "Tệp trong ZIP có mật khẩu nên không đọc được. Nén lại không đặt mật khẩu.",
    "The member is encrypted; passwords are never asked for.",
)
_enter(
    "zip-ratio",
    _CAUTION,
    "Tệp trong ZIP nở ra hơn {most} lần nên không được đọc. Giải nén rồi kiểm tra thư mục.",
    "The member is packed more than {most} times; hospital files are packed 5 to 50 times.",
)
_enter(
    "zip-members",
    _CAUTION,
    "ZIP có hơn {most} tệp nên không được đọc. Chia thành nhiều ZIP hoặc giải nén rồi kiểm tra thư mục.",
    "The archive lists more than {most} members.",
)
_enter(
    "zip-nested",
    _CAUTION,
    "Trong ZIP lại có ZIP; tệp này không được đọc. Giải nén rồi kiểm tra thư mục.",
    "An archive inside an archive is not opened.",
)

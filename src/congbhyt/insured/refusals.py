"""What importing and exporting files of the insured refuses as a whole."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class FileUnusableError(Refusal):
    """The operating system does not let us read or write the file."""

    code = "FILE_UNUSABLE"
    template = "Không đọc hoặc ghi được tệp «{name}»: kiểm tra đường dẫn, quyền và dung lượng đĩa."


class FileEmptyError(Refusal):
    """There is no header row."""

    code = "FILE_EMPTY"
    template = "Tệp «{name}» không có dòng tiêu đề."


class FileEncodingError(Refusal):
    """The header row is no UTF-8 text, so neither is the rest."""

    code = "FILE_ENCODING"
    template = "Tệp «{name}» không phải là văn bản UTF-8: lưu lại ở dạng «CSV UTF-8»."


class FileBrokenError(Refusal):
    """The data ends too early or cannot be read to its end; what was read before is kept."""

    code = "FILE_BROKEN"
    template = (
        "Tệp «{name}» bị cắt cụt hoặc hỏng sau dòng {line}; các dòng đọc được trước đó đã nhập. "
        "Sao chép lại tệp rồi chạy lại lệnh."
    )


class HeaderError(Refusal):
    """The header row cannot be used."""

    code = "FILE_HEADER"
    template = "Dòng tiêu đề của tệp «{name}» không dùng được: {trouble}."


class ImportStoppedError(Refusal):
    """Somebody pressed Ctrl-C; finished batches are kept."""

    code = "IMPORT_STOPPED"
    template = "Đã dừng theo yêu cầu. {stored} dòng đã nhập được giữ lại; chạy lại cùng lệnh để nhập nốt."

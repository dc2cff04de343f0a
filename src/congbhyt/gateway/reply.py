"""An answer: status, ordered body, and the shapes that programs rely on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec


class Reply(msgspec.Struct, frozen=True):
    """What a function answers. The body's keys keep their order; None in place of a body sends none."""

    body: Mapping[str, object] | None
    status: int = 200
    headers: Mapping[str, str] = {}

    def encode(self) -> bytes:
        """Compact JSON in real Vietnamese letters, since some programs split text instead of parsing."""
        return b"" if self.body is None else msgspec.json.encode(self.body)

    @property
    def code(self) -> str:
        """The result code in the body, for the log."""
        return str((self.body or {}).get("maKetQua", ""))


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of a function's answer, in order; refusals fill the rest with null.

    `says_why`: whether refusals carry `ghiChu`; token/take officially does not.
    """

    keys: tuple[str, ...]
    fault_code: str = "500"
    says_why: bool = True

    def refusal(self, code: str, sentence: str, **more: object) -> dict[str, object]:
        """The whole shape with a code and a sentence, everything else null."""
        body: dict[str, object] = {"maKetQua": code}
        if self.says_why:
            body["ghiChu"] = sentence
        body.update(dict.fromkeys(key for key in self.keys if key not in body))
        body.update(more)
        return body


CARD_KEYS = (
    "maKetQua", "ghiChu", "maThe", "hoTen", "ngaySinh", "gioiTinh", "diaChi", "maDKBD", "cqBHXH", "gtTheTu",
    "gtTheDen", "maKV", "ngayDu5Nam", "maSoBHXH", "maTheCu", "maTheMoi", "gtTheTuMoi", "gtTheDenMoi",
    "maDKBDMoi", "tenDKBDMoi",
)  # fmt: skip
"""Keys 1 to 20 of the card answer (Phụ lục 03 CV 1923/BHXH-CNTT §3)."""

CARD = Shape((*CARD_KEYS, "dsLichSuKCB2018", "dsLichSuKT2018"), fault_code="101")
CARD_595 = Shape((*CARD_KEYS, "dsLichSuKCB"), fault_code="101")
CARD_2016 = Shape(("maKetQua", "dsLichSuKCB"))
HISTORY_2025 = Shape(("maKetQua", "ghiChu", "dsLichSuKCB2025"), fault_code="101")
RECORD = Shape(("maKetQua", "hoSoKCB"))
FACILITY = Shape(("maKetQua", "ghiChu", "maCSKCB", "tenCSKCB", "diaChi", "maCSKCBCha", "cqBHXH"))
TOKEN = Shape(("maKetQua", "APIKey"), says_why=False)
PLAIN = Shape(("maKetQua", "ghiChu"))

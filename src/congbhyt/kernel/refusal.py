"""One object for every refusal, used by pages, wire, command line and audit alike."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not an error
    """Something the system will not do, and why.

    `code` is stable and may be tested for; `sentence` is Vietnamese, for the person at the counter,
    and says what to do; `detail` is for the vendor's engineer. Neither may hold a secret, a CCCD or
    a phone number, because both are logged.
    """

    code: ClassVar[str] = "REFUSED"
    template: ClassVar[str] = "Yêu cầu không thực hiện được."

    def __init__(self, detail: str = "", **facts: object) -> None:
        self.sentence = self.template.format(**facts)
        self.detail = detail
        self.facts = facts
        super().__init__(f"{self.code}: {self.sentence}" + (f" ({detail})" if detail else ""))

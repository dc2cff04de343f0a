"""The SMS that carries a code: product, purpose, validity, a warning; never anything about a patient."""

from __future__ import annotations

from congbhyt.otp.models import Code

ONE_PART = 70
"""Characters of one SMS part in UCS-2; every text below stays within it, so that it cannot arrive in pieces."""

_NAMES = {
    Code.Purpose.HISTORY: "mã OTP",
    Code.Purpose.SIGN_IN: "mã đăng nhập",
    Code.Purpose.RECOVERY: "mã mật khẩu",
    Code.Purpose.PHONE: "mã đổi số",
}


def message(purpose: str, code: str, minutes: int) -> str:
    """The text of the SMS."""
    return f"CongBHYT: {_NAMES[Code.Purpose(purpose)]} {code}, hiệu lực {minutes} phút. Không chia sẻ mã này."

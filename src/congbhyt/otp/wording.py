"""The SMS that carries a code: product, purpose, validity, a warning; never anything about a patient."""

from __future__ import annotations

from congbhyt.otp.models import Code

ONE_PART = 70
"""Characters of one SMS part in UCS-2; every code that is typed within minutes stays within it, so that it cannot
arrive in pieces. An activation code has days, and names the account, because its receiver has never seen it."""

_NAMES = {
    Code.Purpose.HISTORY: "mã OTP",
    Code.Purpose.SIGN_IN: "mã đăng nhập",
    Code.Purpose.RECOVERY: "mã mật khẩu",
    Code.Purpose.PHONE: "mã đổi số",
}


TWO_PARTS = 134
"""Characters of an SMS in two parts."""
_ACTIVATION = (
    "CongBHYT: mã {code} kích hoạt {handle} trong {hours} giờ, ở mục «Kích hoạt tài khoản». Không chia sẻ mã này."
)


def activation(handle: str, code: str, hours: int) -> str:
    """The text of the SMS with which a new account begins; no password and no link (decision: codes only)."""
    return _ACTIVATION.format(handle=handle, code=code, hours=hours)


def message(purpose: str, code: str, minutes: int) -> str:
    """The text of the SMS for everything that is typed within minutes."""
    return f"CongBHYT: {_NAMES[Code.Purpose(purpose)]} {code}, hiệu lực {minutes} phút. Không chia sẻ mã này."

"""What opening and using an API session refuses."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class WrongCredentialsError(Refusal):
    """Unknown account or wrong secret; nobody is told which."""

    code = "TOKEN_CREDENTIALS"
    template = "Sai tài khoản hoặc mật khẩu."


class AccountLockedError(Refusal):
    """The account, or its sign-in from this address, is locked."""

    code = "TOKEN_ACCOUNT_LOCKED"
    template = "Tài khoản đang bị khóa. Liên hệ cơ quan BHXH quản lý để được mở khóa."


class UnitMismatchError(Refusal):
    """`maCSKCB` is not the account's unit."""

    code = "TOKEN_UNIT"
    template = "Mã CSKCB không đúng với tài khoản."


class ForeignAddressError(Refusal):
    """Right credentials from an address that is not the unit's."""

    code = "TOKEN_ADDRESS"
    template = (
        "Địa chỉ {address} chưa được đăng ký cho đơn vị của tài khoản này. "
        "Đăng ký địa chỉ theo Mẫu 01/dk-ip-ctn hoặc kết nối từ địa chỉ đã đăng ký."
    )


class SessionWrongError(Refusal):
    """No such session, or it is another account's."""

    code = "SESSION_WRONG"
    template = "Token không đúng! Gọi lại api/token/take để lấy phiên làm việc mới."


class SessionOverError(Refusal):
    """The session's time is over."""

    code = "SESSION_OVER"
    template = "Token hết hạn! Gọi lại api/token/take để lấy phiên làm việc mới."

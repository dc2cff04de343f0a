"""What the codes refuse."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class NoPhoneError(Refusal):
    """There is no telephone to send a code to."""

    code = "OTP_NO_PHONE"
    template = "Bạn chưa đăng ký số điện thoại nên không nhận được mã. Nhờ quản trị của đơn vị đăng ký số điện thoại."


class ResendTooEarlyError(Refusal):
    """Another code was asked for too soon."""

    code = "OTP_RESEND_EARLY"
    template = "Mã vừa được gửi. Đợi {seconds} giây rồi bấm gửi lại nếu vẫn chưa nhận được."


class TooManyCodesError(Refusal):
    """As many codes were sent within the hour as policy allows."""

    code = "OTP_TOO_MANY_CODES"
    template = "Đã gửi {most} mã trong một giờ. Thử lại sau {until}; nếu không nhận được SMS, kiểm tra số điện thoại."


class CodeFormError(Refusal):
    """What was typed is no code; it does not count as a try."""

    code = "OTP_FORM"
    template = "Mã gồm 6 chữ số. Nhập đúng 6 chữ số trong SMS."


class NoCodeError(Refusal):
    """No code was sent for this."""

    code = "OTP_NONE"
    template = "Chưa có mã nào được gửi cho phiên làm việc này. Bấm lấy mã trước."


class WrongCodeError(Refusal):
    """Another code than the one that was sent last."""

    code = "OTP_WRONG"
    template = "Mã không đúng, còn {left} lần thử. Xem lại SMS mới nhất."


class TriesSpentError(Refusal):
    """The code was typed as often as policy allows."""

    code = "OTP_TRIES_SPENT"
    template = "Mã đã bị nhập sai {most} lần nên không còn dùng được. Lấy mã mới, hoặc đợi đến giờ ghi trên trang."


class CodeExpiredError(Refusal):
    """The code is too old."""

    code = "OTP_EXPIRED"
    template = "Mã đã hết hạn sau {minutes} phút. Bấm gửi lại để nhận mã mới."


class CodeUsedError(Refusal):
    """The code has opened what it was for already."""

    code = "OTP_USED"
    template = "Mã này đã được dùng. Bấm gửi lại để nhận mã mới."

"""What sign-in and everything around it refuse."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class WrongSignInError(Refusal):
    """Unknown unit, unknown name or wrong password: nobody is told which."""

    code = "SIGN_IN_WRONG"
    template = "Mã đơn vị, tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra rồi nhập lại."


class AddressNotRegisteredError(Refusal):
    """Nobody has registered the address, and whoever wants to sign in does not register for a unit, or typed wrong:
    nobody is told which, because from here names could be tried.
    """

    code = "SIGN_IN_ADDRESS_UNREGISTERED"
    template = (
        "Địa chỉ {address} chưa được đăng ký kết nối với Cổng. Đơn vị đăng ký địa chỉ IP theo Mẫu 01/dk-ip-ctn "
        "với cơ quan BHXH tiếp nhận (CV 1923/BHXH-CNTT). Người lập đăng ký của đơn vị đăng nhập được từ đây: "
        "nếu là bạn, kiểm tra lại tên đăng nhập và mật khẩu."
    )


class AddressForeignError(Refusal):
    """The address belongs to somebody else than the person's unit."""

    code = "SIGN_IN_ADDRESS_FOREIGN"
    template = (
        "Địa chỉ {address} chưa được đăng ký cho {home}. Đăng nhập từ mạng của đơn vị, hoặc đăng ký địa chỉ này "
        "theo Mẫu 01/dk-ip-ctn với cơ quan BHXH tiếp nhận."
    )


class PersonLockedError(Refusal):
    """The person was locked by an administrator."""

    code = "SIGN_IN_PERSON_LOCKED"
    template = "Tài khoản đang bị khóa. Lý do: {reason}. Liên hệ quản trị của đơn vị hoặc cơ quan BHXH để mở khóa."


class HomeClosedError(Refusal):
    """The person's unit or agency has ended or not begun."""

    code = "SIGN_IN_HOME_CLOSED"
    template = "{home} không còn hoạt động trên Cổng. Liên hệ cơ quan BHXH quản lý."


class SessionEndedError(Refusal):
    """There is no session, or it is over; pages lead to sign-in."""

    code = "SESSION_ENDED"
    template = "{why} Đăng nhập lại để tiếp tục."


class RegistrationOnlyError(Refusal):
    """A session that opens only the unit's own requests asked for something else."""

    code = "SESSION_REGISTRATION_ONLY"
    template = (
        "Phiên này chỉ dùng để đăng ký địa chỉ và người sử dụng của đơn vị. Để làm việc khác, đăng nhập bằng tài khoản "
        "cá nhân từ địa chỉ đã đăng ký."
    )


class ActivationError(Refusal):
    """Unknown, activated already, wrong, used or expired: whoever does not hold the telephone learns nothing."""

    code = "ACTIVATION"
    template = (
        "Không kích hoạt được: kiểm tra mã đơn vị, tên đăng nhập và mã trong SMS mới nhất. Nếu mã đã hết hạn, "
        "nhờ quản trị của đơn vị gửi lại mã; nếu đã kích hoạt, hãy đăng nhập."
    )


class NotForYouError(Refusal):
    """A page or an act that needs a right that the person does not hold."""

    code = "RIGHT_NEEDED"
    template = "Bạn chưa được cấp quyền «{right}». Nhờ quản trị của đơn vị đăng ký quyền này với cơ quan BHXH."


class WrongPasswordError(Refusal):
    """The password in force, asked again before a change, is another."""

    code = "PASSWORD_WRONG"
    template = "Mật khẩu hiện tại không đúng."


class SocialNumberMissingError(Refusal):
    """The officer has no mã số BHXH on file, which history asks for."""

    code = "HISTORY_SOCIAL_MISSING"
    template = "Bạn chưa đăng ký mã số BHXH nên chưa mở được lịch sử. Nhờ quản trị của đơn vị bổ sung."


class WrongSocialNumberError(Refusal):
    """What was typed is not the officer's own mã số BHXH."""

    code = "HISTORY_SOCIAL_WRONG"
    template = "Mã số BHXH không phải là của bạn. Nhập mã số BHXH của chính bạn (10 chữ số), không phải của người bệnh."


class HistoryPausedError(Refusal):
    """The history right rests while a new phone waits for approval."""

    code = "HISTORY_PAUSED"
    template = "Quyền xem lịch sử tạm dừng vì số điện thoại mới của bạn đang chờ cơ quan BHXH duyệt."


class RecoveryElsewhereError(Refusal):
    """A forgotten password is set by SMS only from a network of the person's unit or agency."""

    code = "RECOVERY_ELSEWHERE"
    template = (
        "Từ địa chỉ này không đặt lại mật khẩu bằng SMS được. Làm từ mạng của đơn vị, "
        "hoặc nhờ quản trị cấp mật khẩu tạm."
    )


class RecoveryCodeError(Refusal):
    """Wrong, expired, used or never sent: who does not hold the telephone learns nothing."""

    code = "RECOVERY_CODE"
    template = "Mã không đúng hoặc không còn dùng được. Xem lại SMS mới nhất; nếu không có SMS, bắt đầu lại."


class RecoveryOverError(Refusal):
    """The page on which a forgotten password is set was left open too long, or was tampered with."""

    code = "RECOVERY_OVER"
    template = "Yêu cầu đặt lại mật khẩu không còn hiệu lực. Bắt đầu lại từ «Quên mật khẩu»."


class PhoneFormError(Refusal):
    """What was given is no Vietnamese mobile number, or the one that is registered."""

    code = "PHONE_FORM"
    template = "Số điện thoại không đúng: {wanted}."


class PhoneChangePendingError(Refusal):
    """One new phone waits already."""

    code = "PHONE_CHANGE_PENDING"
    template = "Bạn đã có một số mới đang chờ duyệt. Rút yêu cầu đó trước khi đổi sang số khác."


class PhoneChangeDecidedError(Refusal):
    """Somebody has decided already."""

    code = "PHONE_CHANGE_DECIDED"
    template = "Yêu cầu đổi số điện thoại này đã được xử lý."

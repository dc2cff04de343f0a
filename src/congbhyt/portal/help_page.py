"""Trợ giúp: the main job in steps, what words and codes mean, whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpResponse

from congbhyt.accounts.failures import PausedError
from congbhyt.accounts.passwords import PasswordRuleError, TemporaryPasswordOverError
from congbhyt.kernel.refusal import Refusal
from congbhyt.otp.refusals import (
    CodeExpiredError,
    NoPhoneError,
    ResendTooEarlyError,
    TooManyCodesError,
    TriesSpentError,
    WrongCodeError,
)
from congbhyt.portal import presenters
from congbhyt.portal.contacts import contacts_of
from congbhyt.portal.page import Page
from congbhyt.portal.refusing import FaultError, FormOldError
from congbhyt.signin.refusals import (
    AddressForeignError,
    AddressNotRegisteredError,
    HistoryPausedError,
    HomeClosedError,
    NotForYouError,
    PersonLockedError,
    RecoveryCodeError,
    RecoveryElsewhereError,
    SocialNumberMissingError,
    WrongSignInError,
    WrongSocialNumberError,
)

_MEANINGS = {
    presenters.GOOD: "Thông tin đúng, thẻ còn hạn. Tiếp nhận người bệnh.",
    presenters.OTHER: "Thẻ do Quân đội, Công an quản lý hoặc trẻ em chưa có thẻ. Xem giấy tờ tùy thân rồi tiếp nhận.",
    presenters.NEWER: "Người bệnh đã được cấp thẻ mới. 003: dùng thẻ mới ghi trên trang. 004: thẻ cũ còn hạn.",
    presenters.OVER: "Hôm nay thẻ không dùng được. Hướng dẫn người bệnh đến cơ quan BHXH nơi cấp thẻ.",
    presenters.GONE: "Thẻ đã thu hồi hoặc báo giảm. Hướng dẫn người bệnh đến cơ quan BHXH nơi cấp thẻ.",
    presenters.MISMATCH: "Mã thẻ, họ tên hoặc ngày sinh khác với dữ liệu. Sửa theo giấy tờ rồi tra cứu lại.",
    presenters.NOT_FOUND: "Không có thẻ với thông tin này. Kiểm tra mã thẻ, hoặc tra cứu bằng số CCCD.",
    presenters.FAULT: "Lỗi của hệ thống, không phải của thẻ. Thử lại sau ít phút.",
}
_TO_DO: Mapping[type[Refusal], tuple[str, str]] = {
    WrongSignInError: (
        "Sai mã đơn vị, tên đăng nhập hoặc mật khẩu",
        "Gõ lại; xem phím Caps Lock và bộ gõ tiếng Việt. Quên thì bấm «Quên mật khẩu hoặc bị khóa?».",
    ),
    PausedError: (
        "Nhập sai quá nhiều lần",
        "Đợi đến giờ ghi trên trang, hoặc nhờ quản trị của đơn vị mở khóa.",
    ),
    PersonLockedError: ("Tài khoản bị khóa", "Hỏi quản trị của đơn vị về lý do ghi trên trang."),
    HomeClosedError: ("Đơn vị không còn hoạt động trên Cổng", "Liên hệ cơ quan BHXH quản lý đơn vị."),
    AddressNotRegisteredError: (
        "Mạng đang dùng chưa được đăng ký",
        "Dùng máy trong mạng của đơn vị; hoặc đơn vị đăng ký địa chỉ IP theo Mẫu 01/dk-ip-ctn.",
    ),
    AddressForeignError: ("Mạng đang dùng là của đơn vị khác", "Dùng máy trong mạng của đơn vị bạn."),
    TemporaryPasswordOverError: ("Mật khẩu tạm đã hết hạn", "Nhờ quản trị của đơn vị cấp lại."),
    PasswordRuleError: ("Mật khẩu mới quá dễ đoán", "Đặt một câu ngắn dễ nhớ, không chứa tên của bạn."),
    RecoveryElsewhereError: (
        "Đặt lại mật khẩu từ ngoài mạng của đơn vị",
        "Làm từ máy trong mạng của đơn vị, hoặc nhờ quản trị cấp mật khẩu tạm.",
    ),
    RecoveryCodeError: ("Mã đặt lại mật khẩu không đúng", "Xem SMS mới nhất; không có SMS thì bắt đầu lại."),
    NotForYouError: ("Chưa được cấp quyền", "Nhờ quản trị của đơn vị đăng ký quyền với cơ quan BHXH."),
    NoPhoneError: ("Chưa đăng ký số điện thoại", "Nhờ quản trị của đơn vị đăng ký số điện thoại của bạn."),
    ResendTooEarlyError: ("Xin mã quá nhanh", "Đợi hết số giây ghi trên trang rồi bấm «Gửi lại»."),
    TooManyCodesError: ("Xin quá nhiều mã", "Đợi đến giờ ghi trên trang; xem lại số điện thoại đã đăng ký."),
    WrongCodeError: ("Mã OTP không đúng", "Mã của SMS mới nhất mới dùng được; nhập lại."),
    TriesSpentError: ("Nhập sai mã OTP quá nhiều lần", "Lấy mã mới; nếu phải chờ thì đợi đến giờ ghi trên trang."),
    CodeExpiredError: ("Mã OTP đã hết hạn", "Bấm «Gửi lại» để nhận mã mới."),
    WrongSocialNumberError: (
        "Mã số BHXH không phải của bạn",
        "Nhập mã số BHXH của chính bạn, không phải của người bệnh.",
    ),
    SocialNumberMissingError: ("Bạn chưa có mã số BHXH trên Cổng", "Nhờ quản trị của đơn vị bổ sung."),
    HistoryPausedError: (
        "Quyền xem lịch sử tạm dừng",
        "Số điện thoại mới của bạn đang chờ duyệt. Đợi, hoặc rút yêu cầu ở «Tài khoản của tôi».",
    ),
    FormOldError: ("Trang mở quá lâu", "Tải lại trang (F5) rồi làm lại."),
    FaultError: ("Lỗi của hệ thống", "Thử lại sau ít phút; nếu vẫn lỗi, gọi hỗ trợ và đọc mã tham chiếu."),
}
"""What people meet most: what it is, what to do."""


def guide(page: Page) -> HttpResponse:
    """How the main job is done and what to do when something is refused."""
    context = {
        "words": [(word, codes, _MEANINGS[word]) for word, codes in presenters.verdict_words().items()],
        "refusals": [(kind.code, *told) for kind, told in _TO_DO.items()],
        "contacts": contacts_of(page.known.person, page.at) if page.known else None,
        "typing_minutes": _minutes(page.policy.code_typing),
        "history_minutes": _minutes(page.policy.history_idle),
        "history_hours": _minutes(page.policy.history_most) // 60,
    }
    return page.show("help.html", context)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)

"""What the registration of people refuses."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class LineFormError(Refusal):
    """A field of a person's line has no possible value."""

    code = "PERSON_LINE_FORM"
    template = "{field}: {wanted}."


class PersonTwiceError(Refusal):
    """A line of the same request names this CCCD."""

    code = "PERSON_LINE_TWICE"
    template = "Số CCCD này đã có ở dòng {number} của đề nghị."


class RightNotOfferedError(Refusal):
    """This form does not ask for this right."""

    code = "PERSON_LINE_RIGHT"
    template = "Quyền «{right}» không đăng ký bằng mẫu này."


class OneAdministratorError(Refusal):
    """Mẫu 08/BH names one person."""

    code = "ADMINISTRATOR_ONE"
    template = "Mẫu 08/BH khai một người quản trị. Xóa dòng cũ nếu đổi người."


class NotDelegatedError(Refusal):
    """The unit does not manage its people itself, or somebody other than its administrator wants to."""

    code = "NOT_DELEGATED"
    template = (
        "Chỉ tài khoản quản trị đã khai theo Mẫu 08/BH và được BHXH chấp nhận mới tự quản lý người sử dụng "
        "(TT 12/2026 Đ16). Đơn vị có thể lập đề nghị theo Mẫu 01/dk-ctn."
    )


class ApprovalNeededError(Refusal):
    """A right that the agency approves even where a unit manages its people itself."""

    code = "RIGHT_NEEDS_APPROVAL"
    template = "Quyền «{right}» cần cơ quan BHXH duyệt. Lập đề nghị theo Mẫu 01/dk-ctn cho quyền này."


class CampaignOpenError(Refusal):
    """One review of people is under way."""

    code = "CAMPAIGN_OPEN"
    template = "Đợt rà soát «{name}» đang diễn ra. Kết thúc đợt đó trước khi mở đợt mới."


class CampaignClosedError(Refusal):
    """No review is under way, or its time is over."""

    code = "CAMPAIGN_CLOSED"
    template = "Không có đợt rà soát nào đang mở."


class CampaignPeriodError(Refusal):
    """A review has a name of its own and ends after it begins."""

    code = "CAMPAIGN_PERIOD"
    template = "Đợt rà soát cần tên chưa dùng và hạn sau lúc mở."

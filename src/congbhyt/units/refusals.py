"""What the units' actions refuse."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class UnitCodeError(Refusal):
    """A unit's code has not five digits or capital letters."""

    code = "UNIT_CODE_FORM"
    template = "Mã đơn vị «{code}» không đúng: cần 5 ký tự là chữ số hoặc chữ in hoa."


class AgencyCodeError(Refusal):
    """An agency's code has no possible form."""

    code = "AGENCY_CODE_FORM"
    template = "Mã cơ quan BHXH «{code}» không đúng: cần 1 đến 10 chữ số hoặc chữ cái không dấu."


class UnitExistsError(Refusal):
    """The code is taken."""

    code = "UNIT_EXISTS"
    template = "Mã «{code}» đã có trong hệ thống."


class NoSuchUnitError(Refusal):
    """No unit or agency has this code."""

    code = "UNIT_UNKNOWN"
    template = "Không có đơn vị mã «{code}». Xem danh sách: congbhyt units list."


class ParentNeededError(Refusal):
    """A subordinate site or commune station without its parent."""

    code = "UNIT_PARENT_NEEDED"
    template = "Đơn vị «{code}» là cơ sở trực thuộc hoặc trạm y tế: cần mã đơn vị chủ quản."


class NetworkFormError(Refusal):
    """What was given is no network."""

    code = "NETWORK_FORM"
    template = (
        "«{network}» không phải là địa chỉ hoặc dải địa chỉ IP. Ví dụ đúng: 203.0.113.7, 203.0.113.0/24, 2001:db8::/48."
    )


class SandboxNetworkError(NetworkFormError):
    """A network with this machine's own addresses: behind a proxy everybody would come from there."""

    code = "NETWORK_LOOPBACK"
    template = "«{network}» chứa địa chỉ nội bộ của máy chủ (127.0.0.0/8, ::1); chỉ hệ thống thử nghiệm được đăng ký."


class NetworkPeriodError(Refusal):
    """The period ends before it begins."""

    code = "NETWORK_PERIOD"
    template = "Thời hạn không đúng: ngày kết thúc phải sau ngày bắt đầu."


class NetworkExistsError(Refusal):
    """The unit or agency has this network already."""

    code = "NETWORK_EXISTS"
    template = "{unit} đã đăng ký {network}."


class NoSuchNetworkError(Refusal):
    """The unit or agency has no such network in force."""

    code = "NETWORK_UNKNOWN"
    template = "{unit} không có {network} đang hiệu lực."

"""What is refused of an Internet address that a unit wants to register (Mẫu 01/dk-ip-ctn)."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class AddressFormError(Refusal):
    """What was typed is no address, network or range."""

    code = "ADDRESS_FORM"
    template = (
        "«{text}» không phải là địa chỉ IP. Viết một địa chỉ (203.0.113.7), một mạng (203.0.113.0/24) "
        "hoặc một dải (203.0.113.5 - 203.0.113.20); IPv6 viết như 2001:db8::/48."
    )


class AddressEmptyError(AddressFormError):
    """Nothing was typed."""

    code = "ADDRESS_EMPTY"
    template = "Chưa nhập địa chỉ IP."


class AddressLongError(AddressFormError):
    """More was typed than any address or range needs."""

    code = "ADDRESS_LONG"
    template = "Nội dung nhập dài quá {most} ký tự. Mỗi ô chỉ nhập một địa chỉ, một mạng hoặc một dải."


class AddressSeveralError(AddressFormError):
    """Several addresses in one box."""

    code = "ADDRESS_SEVERAL"
    template = "«{text}» có nhiều địa chỉ. Mỗi ô chỉ nhập một địa chỉ, một mạng hoặc một dải."


class AddressLinkError(AddressFormError):
    """A link, or an address with a port."""

    code = "ADDRESS_LINK"
    template = "«{text}» là đường dẫn hoặc có số cổng. Chỉ nhập địa chỉ IP, ví dụ 203.0.113.7."


class AddressZoneError(AddressFormError):
    """A zone index, which names an interface of one machine."""

    code = "ADDRESS_ZONE"
    template = "«{text}» có phần sau dấu %, chỉ có nghĩa trong một máy. Nhập địa chỉ IP Internet của đường truyền."


class AddressZerosError(AddressFormError):
    """Leading zeros, which some programs read as octal."""

    code = "ADDRESS_ZEROS"
    template = (
        "«{text}» có số 0 thừa ở đầu nên đọc được theo hai cách. Viết lại không có số 0 ở đầu, ví dụ 203.0.113.7."
    )


class AddressMaskError(AddressFormError):
    """A netmask that marks no single network."""

    code = "ADDRESS_MASK"
    template = "Mặt nạ mạng của «{text}» không đúng. Ví dụ đúng: 203.0.113.0/255.255.255.0 hoặc 203.0.113.0/24."


class AddressHostBitsError(AddressFormError):
    """An address within a network, written as a network."""

    code = "ADDRESS_HOST_BITS"
    template = "«{text}» không phải địa chỉ đầu của mạng: ý bạn là {network}? Nếu chỉ một địa chỉ thì nhập {address}."


class AddressReversedError(AddressFormError):
    """A range whose end stands before its beginning."""

    code = "ADDRESS_REVERSED"
    template = "Dải «{text}» viết ngược: địa chỉ đầu phải nhỏ hơn địa chỉ cuối."


class AddressFamiliesError(AddressFormError):
    """A range from IPv4 to IPv6 or back."""

    code = "ADDRESS_FAMILIES"
    template = "Dải «{text}» có một đầu là IPv4, một đầu là IPv6. Đăng ký thành hai dòng riêng."


class AddressReservedError(Refusal):
    """Addresses that nobody has on the Internet."""

    code = "ADDRESS_RESERVED"
    template = (
        "{span} không phải là địa chỉ Internet của đơn vị: {network} là {reason}. "
        "Hỏi nhà cung cấp đường truyền địa chỉ IP tĩnh ra Internet."
    )


class AddressWideError(Refusal):
    """More addresses than a unit registers without a reason."""

    code = "ADDRESS_WIDE"
    template = "{span} rộng hơn một mạng /{widest}: cần nêu lý do đơn vị dùng nhiều địa chỉ như vậy."


class AddressWidestError(Refusal):
    """More addresses than any unit may register."""

    code = "ADDRESS_WIDEST"
    template = "{span} rộng hơn một mạng /{widest}: không đơn vị nào được đăng ký nhiều địa chỉ như vậy."


class AddressTwiceError(Refusal):
    """A line of the same request holds the address already."""

    code = "ADDRESS_TWICE"
    template = "{address} trùng với dòng {number} của đề nghị này."


class TooManyAddressesError(Refusal):
    """More addresses at once than anybody pastes on purpose."""

    code = "ADDRESS_TOO_MANY"
    template = "Mỗi lần thêm tối đa {most} địa chỉ. Chia thành nhiều lần."


class AddressInForceError(Refusal):
    """The unit or site may call from there already."""

    code = "ADDRESS_IN_FORCE"
    template = "{address} đã được mở, hoặc đã hẹn ngày mở, cho {home}; không cần đăng ký lại."


class NotYourSiteError(Refusal):
    """The code names no site of the unit that asks."""

    code = "ADDRESS_SITE"
    template = "«{code}» không phải cơ sở trực thuộc hay trạm y tế của {unit}."

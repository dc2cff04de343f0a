"""What the accounts' actions refuse."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class PersonFormError(Refusal):
    """A field of a person has no possible value."""

    code = "PERSON_FORM"
    template = "{field} không đúng: {wanted}."


class PersonExistsError(Refusal):
    """The unit has registered this CCCD, or the user name is taken in it."""

    code = "PERSON_EXISTS"
    template = "{field} đã được đăng ký tại {home}."


class ReasonMissingError(Refusal):
    """An act that needs its reason or basis on record came without, or too long."""

    code = "REASON_MISSING"
    template = "Cần ghi rõ lý do hoặc căn cứ: không để trống, tối đa 200 ký tự."


class AccountNameError(Refusal):
    """An API account's name has no possible form."""

    code = "ACCOUNT_NAME"
    template = "Tên tài khoản «{name}» không đúng: cần mã đơn vị, dấu «_» và mục đích, ví dụ 01999_BV."


class NoSuchPersonError(Refusal):
    """Nobody has this handle."""

    code = "PERSON_UNKNOWN"
    template = "Không có người sử dụng «{handle}». Viết: mã đơn vị/tên đăng nhập."


class LockedAboveError(Refusal):
    """A unit's administrator wants to undo, or to make their own, a lock of the agency or of an operator."""

    code = "PEOPLE_LOCKED_ABOVE"
    template = "Tài khoản này do cơ quan BHXH khóa nên đơn vị không tự khóa hay mở được. Liên hệ cơ quan BHXH quản lý."


class NotAdministeredError(NoSuchPersonError):
    """Nobody has this number, or somebody of others: whoever asks learns not which."""

    code = "PERSON_NOT_YOURS"
    template = "Không có người này trong số những người bạn quản trị."


class OneselfError(Refusal):
    """Somebody wants to lock, unlock or give a temporary password to themselves."""

    code = "PEOPLE_ONESELF"
    template = (
        "Không tự khóa, tự mở khóa hay tự cấp mật khẩu tạm được. Nhờ quản trị khác của đơn vị hoặc cơ quan BHXH; "
        "đổi mật khẩu của mình ở «Tài khoản của tôi»."
    )


class NoSuchAccountError(Refusal):
    """No API account has this name."""

    code = "ACCOUNT_UNKNOWN"
    template = "Không có tài khoản «{name}»."


class AccountExistsError(Refusal):
    """The API account exists."""

    code = "ACCOUNT_EXISTS"
    template = "Tài khoản «{name}» đã có."


class RightHolderError(Refusal):
    """This kind of holder cannot have the right."""

    code = "RIGHT_HOLDER"
    template = "Quyền «{right}» không dành cho {holder}."


class RightHeldError(Refusal):
    """The right is held already."""

    code = "RIGHT_HELD"
    template = "{holder} đã có quyền «{right}»."


class RightNotHeldError(Refusal):
    """The right is not held."""

    code = "RIGHT_NOT_HELD"
    template = "{holder} không có quyền «{right}» để thu hồi."


class PhoneMissingError(Refusal):
    """The right sends an SMS, and there is no phone to send it to."""

    code = "PHONE_MISSING"
    template = "{holder} chưa đăng ký số điện thoại: quyền «{right}» cần gửi SMS. Hãy bổ sung số điện thoại trước."


class TwoSecretsError(Refusal):
    """Two secrets are in force."""

    code = "SECRETS_TWO"
    template = "Tài khoản «{name}» đang có 2 mật khẩu hiệu lực: thu hồi một mật khẩu trước khi cấp mới."


class NoSuchSecretError(Refusal):
    """The account has no such secret in force."""

    code = "SECRET_UNKNOWN"
    template = "Tài khoản «{name}» không có mật khẩu số {number} đang hiệu lực."

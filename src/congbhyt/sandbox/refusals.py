"""What the sandbox refuses."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class NotSandboxError(Refusal):
    """The database was not created as a sandbox."""

    code = "SANDBOX_ONLY"
    template = (
        "Cơ sở dữ liệu này không phải là môi trường thử nghiệm nên không thực hiện. "
        "Môi trường thử nghiệm tạo bằng: congbhyt migrate --kind sandbox."
    )


class OtherSeedError(Refusal):
    """The database holds the country of another seed; two would mix."""

    code = "SANDBOX_SEED"
    template = (
        "Cơ sở dữ liệu đã có dữ liệu thử nghiệm với --seed {held}. "
        "Nạp lại với --seed {held}, hoặc dùng một cơ sở dữ liệu mới."
    )


class NeverRetiredError(Refusal):
    """The function has no retirement to move."""

    code = "SANDBOX_NOT_RETIRED"
    template = "Hàm «{function}» không có thời điểm ngừng để dời. Các hàm có thể dời: {known}."

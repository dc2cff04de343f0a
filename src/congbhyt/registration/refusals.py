"""What the request machine refuses."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class StepError(Refusal):
    """The request's state does not allow this step; often somebody else was faster."""

    code = "REQUEST_STEP"
    template = "Không «{step}» được vì đề nghị đang ở trạng thái «{state}». Tải lại trang để xem việc mới nhất."


class LineDecidedError(Refusal):
    """Somebody has decided one of the lines already."""

    code = "REQUEST_LINE_DECIDED"
    template = "Dòng {numbers} đã được xử lý trước đó nên chưa có gì thay đổi. Tải lại trang rồi chọn lại."


class ChangedMeanwhileError(Refusal):
    """What was shown is no longer what is asked for."""

    code = "REQUEST_CHANGED"
    template = "Nội dung đề nghị đã thay đổi sau khi bạn mở trang. Mở lại đề nghị để xem nội dung mới."


class NothingChosenError(Refusal):
    """No line was chosen."""

    code = "REQUEST_NOTHING_CHOSEN"
    template = "Chưa chọn dòng nào. Đánh dấu những dòng cần xử lý."


class NoSuchRequestError(Refusal):
    """There is no such request, or it is not this person's to see; nobody learns which."""

    code = "REQUEST_UNKNOWN"
    template = "Không có đề nghị này trong số những đề nghị bạn được xem."


class NotYoursToFileError(Refusal):
    """This person does not file for that unit or agency."""

    code = "REQUEST_NOT_YOURS_TO_FILE"
    template = "Bạn không lập được đề nghị này cho {home}."


class NotYoursToDecideError(Refusal):
    """This person does not decide this request."""

    code = "REQUEST_NOT_YOURS_TO_DECIDE"
    template = "Đề nghị này do {decider} xử lý, không phải bạn."


class OwnRequestError(Refusal):
    """Nobody decides a request of their own unit, one that they filed, or one that names them."""

    code = "REQUEST_OWN"
    template = "Bạn không tự xử lý được vì {why}. Nhờ cán bộ khác của cơ quan BHXH."


class OpenRequestError(Refusal):
    """A unit has one open request of each kind."""

    code = "REQUEST_OPEN_ALREADY"
    template = "{home} đang có một đề nghị «{kind}» chưa xong. Sửa hoặc rút đề nghị đó trước khi lập mới."


class RequestFullError(Refusal):
    """A request has as many lines as people can read and pages can show."""

    code = "REQUEST_FULL"
    template = "Đề nghị đã có {most} dòng. Gửi đề nghị này, phần còn lại lập ở đề nghị sau."


class EmptyRequestError(Refusal):
    """A request without lines asks for nothing."""

    code = "REQUEST_EMPTY"
    template = "Đề nghị chưa có dòng nào. Thêm ít nhất một dòng rồi gửi."


class NotEditableError(Refusal):
    """What was submitted is changed only after it was sent back."""

    code = "REQUEST_NOT_EDITABLE"
    template = "Đề nghị đã gửi nên không sửa được. Rút đề nghị, hoặc nhờ cơ quan BHXH trả lại để sửa."


class PartlyDecidedError(Refusal):
    """Some lines are decided, so the whole can neither be sent back nor withdrawn."""

    code = "REQUEST_PARTLY_DECIDED"
    template = "Một số dòng đã được xử lý nên không rút hay trả lại cả đề nghị được. Xử lý nốt các dòng còn lại."


class PaperMissingError(Refusal):
    """Approval needs the signed paper: a verified upload, or a note that it was received."""

    code = "REQUEST_PAPER_MISSING"
    template = (
        "Chưa duyệt được vì {why}. Cần bản có chữ ký số hợp lệ do đơn vị tải lên, hoặc ghi nhận "
        "«đã nhận bản giấy»: số, ngày, người nhận."
    )


class PapersManyError(Refusal):
    """A request has as many files as it may."""

    code = "REQUEST_PAPERS_MANY"
    template = "Đề nghị đã có {most} tệp, không nhận thêm. Liên hệ cơ quan BHXH tiếp nhận."


class SummaryMissingError(Refusal):
    """The national centre opens what a province has compiled on Mẫu 02/th-ip-ctn."""

    code = "REQUEST_SUMMARY_MISSING"
    template = "Đề nghị chưa nằm trong bảng tổng hợp 02/th-ip-ctn nào. Nhờ BHXH tỉnh lập bảng tổng hợp."


class NothingToSummariseError(Refusal):
    """No approved request waits for a summary."""

    code = "SUMMARY_EMPTY"
    template = "Không có đề nghị đã duyệt nào chờ tổng hợp."


class FieldError(Refusal):
    """A field of a request has no possible value."""

    code = "REQUEST_FIELD"
    template = "{field}: {wanted}."

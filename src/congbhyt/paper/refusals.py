"""Why an uploaded file is not taken. No sentence names the file: names of files hold names of people."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class PaperEmptyError(Refusal):
    """The file has no byte."""

    code = "PAPER_EMPTY"
    template = "Tệp vừa chọn trống. Kiểm tra lại tệp rồi chọn lại."


class PaperTooLargeError(Refusal):
    """The file has more bytes than are taken."""

    code = "PAPER_TOO_LARGE"
    template = "Tệp lớn hơn {most} MB. Quét lại ở độ phân giải thấp hơn (200 dpi là đủ) hoặc tách thành nhiều tệp."


class PaperKindError(Refusal):
    """The content is no PDF, JPEG or PNG, whatever the name says."""

    code = "PAPER_KIND"
    template = "Tệp không phải PDF, JPEG hoặc PNG. Quét hoặc chụp văn bản đã ký, hoặc xuất ra PDF, rồi chọn lại."


class PaperMixedError(Refusal):
    """The file is two things at once, or something stands behind its end."""

    code = "PAPER_MIXED"
    template = "Tệp có dữ liệu lạ đi kèm. Mở tệp, in ra PDF (Print to PDF) hoặc quét lại, rồi chọn tệp mới."


class PaperBrokenError(Refusal):
    """The file is damaged or cut off."""

    code = "PAPER_BROKEN"
    template = "Tệp bị hỏng hoặc chưa tải lên hết. Mở thử tệp trên máy; nếu không mở được, quét hoặc xuất lại."


class PaperEncryptedError(Refusal):
    """The PDF is encrypted, even if it opens without a password."""

    code = "PAPER_ENCRYPTED"
    template = "Tệp PDF đang đặt mật khẩu hoặc bị khóa. Gỡ mật khẩu và hạn chế, rồi chọn lại."


class PaperPagesError(Refusal):
    """The PDF has more pages than are taken."""

    code = "PAPER_PAGES"
    template = "Tệp có nhiều hơn {most} trang. Chỉ gửi văn bản đã ký, hoặc tách thành nhiều tệp."


class PaperScriptError(Refusal):
    """The PDF holds JavaScript or an action that starts, sends or imports something."""

    code = "PAPER_SCRIPT"
    template = "Tệp PDF có mã lệnh tự chạy nên không được nhận. In ra PDF (Print to PDF) hoặc quét lại bản đã ký."


class PaperAttachmentError(Refusal):
    """The PDF carries other files or media."""

    code = "PAPER_ATTACHMENT"
    template = "Tệp PDF có tệp khác hoặc phim, âm thanh đính kèm. Gỡ phần đính kèm hoặc in ra PDF, rồi chọn lại."


class PaperFormError(Refusal):
    """The PDF is an XFA form: what is seen depends on the program that opens it."""

    code = "PAPER_XFA"
    template = "Tệp PDF là biểu mẫu động (XFA), mỗi máy hiển thị một khác. In ra PDF rồi chọn lại."


class PaperComplexError(Refusal):
    """The PDF has more objects than a letter needs; reading them would take long."""

    code = "PAPER_COMPLEX"
    template = "Tệp PDF quá phức tạp để kiểm tra. In ra PDF (Print to PDF) hoặc quét lại, rồi chọn tệp mới."


class PaperPictureSizeError(Refusal):
    """The picture has more pixels than a page needs."""

    code = "PAPER_PICTURE_SIZE"
    template = "Ảnh có kích thước quá lớn (hơn {most} triệu điểm ảnh). Chụp hoặc quét lại ở độ phân giải thấp hơn."

"""Why a spreadsheet is not read at all; what is wrong with one row stands in that row."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class SheetKindError(Refusal):
    """Another kind of file, whatever its name ends in."""

    code = "SHEET_KIND"
    template = "Tệp không phải là Excel dạng .xlsx. Mở tệp bằng Excel, chọn «Lưu thành», kiểu «Excel Workbook (.xlsx)»."


class SheetEncryptedError(Refusal):
    """The file needs a password."""

    code = "SHEET_ENCRYPTED"
    template = "Tệp Excel có mật khẩu nên không đọc được. Bỏ mật khẩu rồi gửi lại."


class SheetActiveError(Refusal):
    """The file runs something or fetches something."""

    code = "SHEET_ACTIVE"
    template = "Tệp Excel có macro hoặc liên kết tới tệp khác. Chép dữ liệu (dán giá trị) vào tệp mẫu rồi gửi lại."


class SheetTooLargeError(Refusal):
    """The file is, or would become, larger than a list of people or addresses ever is."""

    code = "SHEET_TOO_LARGE"
    template = "Tệp Excel quá lớn. Chỉ giữ trang tính có danh sách, bỏ hình ảnh, hoặc chia thành nhiều tệp."


class SheetBrokenError(Refusal):
    """The file cannot be read to its end; the detail names what stumbled, never what stands in the file."""

    code = "SHEET_BROKEN"
    template = "Tệp Excel bị hỏng hoặc bị cắt cụt. Mở lại bằng Excel, lưu thành tệp mới rồi gửi lại."


class SheetHeadingError(Refusal):
    """A required heading is not among the first rows."""

    code = "SHEET_HEADING"
    template = "Không thấy cột {missing} trong {rows} dòng đầu. Dùng tệp mẫu và giữ nguyên dòng tiêu đề."


class SheetHeadingTwiceError(Refusal):
    """Two columns have one heading, so nobody knows which is meant."""

    code = "SHEET_HEADING_TWICE"
    template = "Cột «{heading}» có hai lần. Bỏ bớt một cột rồi gửi lại."


class SheetTooManyRowsError(Refusal):
    """More rows than the caller takes at once."""

    code = "SHEET_TOO_MANY_ROWS"
    template = "Danh sách có hơn {most} dòng. Chia thành nhiều tệp rồi gửi từng tệp."

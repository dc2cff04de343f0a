"""Rules that reading and the field tables carry out by themselves; here are their names, sources and sentences."""

from __future__ import annotations

from collections.abc import Mapping

from congbhyt.standards.examples import fires, silent
from congbhyt.standards.findings import Severity
from congbhyt.standards.rules.rule import ALL, ERROR, NOTE, WARNING, Rule, enter

_LETTERS = "CV 3190/BHXH-CNTT, CV 1245/BHXH-CNTT"
_DRIVERS = "CV 507/BHXH-CNTT"
_FIELDS = "tables of the standard"


def _enter(
    id: str,
    severity: Severity,
    basis: str,
    sentence: str,
    detail: str,
    sources: str = "",
    breaks: Mapping[str, str] | None = None,
    scenario: str = "outpatient",
) -> None:
    """Name a family; `breaks` are the values that make it speak in a scenario."""
    enter(
        Rule(
            id=id,
            severity=severity,
            standards=ALL,
            basis=basis,
            sentence=sentence,
            detail=detail,
            sources=tuple(sources.split()),
            examples=[fires(scenario, breaks), silent(scenario)] if breaks else [],
            topic="reading" if basis != _FIELDS else "fields",
        )
    )


# The file and its envelope.
_enter(
    "file-large",
    ERROR,
    "largest upload seen: 100 MB",
    "Tệp lớn hơn {most} MB nên không được đọc. Hãy chia thành nhiều tệp.",
    "The file has more than {most} MB.",
)
_enter(
    "xml-broken",
    ERROR,
    _LETTERS,
    "XML hỏng ở dòng {line}, cột {column}. Phần mềm phải ghi lại tài liệu này cho đúng chuẩn XML 1.0.",
    "Not well-formed at line {line}, column {column}: {reason}",
    "API-011 API-016",
)
_enter(
    "xml-doctype",
    ERROR,
    "own caution: XML from strangers",
    "Tệp có khai báo DOCTYPE nên không được đọc. Bỏ khai báo này.",
    "A DOCTYPE is refused: entities and external files are never read.",
)
_enter(
    "xml-large",
    ERROR,
    "own caution: XML from strangers",
    "Tài liệu quá lớn hoặc có thẻ dài khác thường nên không được đọc tiếp. Kiểm tra phần mềm xuất hồ sơ.",
    "Refused because of its size: {why}.",
)
_enter(
    "encoding-unknown",
    ERROR,
    _LETTERS,
    "Bảng mã «{declared}» không đọc được. Ghi tệp bằng UTF-8.",
    "The declared encoding {declared} is unknown; documents are UTF-8.",
)
_enter(
    "encoding-wrong",
    ERROR,
    _LETTERS,
    "Chữ trong tệp không đúng bảng mã đã khai báo. Ghi tệp bằng UTF-8.",
    "The bytes cannot be read in the encoding {declared}.",
)
_enter(
    "encoding-declared",
    WARNING,
    _LETTERS,
    "Tệp khai báo bảng mã «{declared}»; chuẩn là UTF-8. Sửa khai báo và ghi bằng UTF-8.",
    "The document declares {declared}; the standard is UTF-8. It was read all the same.",
)
_enter(
    "root-unknown",
    ERROR,
    _LETTERS,
    "Thẻ đầu tiên «{root}» không thuộc chuẩn nào. Kiểm tra đã chọn đúng tệp chưa.",
    "The root {root} belongs to no standard.",
)
_enter(
    "envelope-tag",
    WARNING,
    _LETTERS,
    "Thẻ «{tag}» lạ ở phần bao ngoài; cổng bỏ qua thẻ này.",
    "Unknown element {tag} in the envelope; it is ignored.",
)
_enter(
    "envelope-strange",
    ERROR,
    "own caution: XML from strangers",
    "Hơn {most} thẻ lạ: tệp này không phải hồ sơ.",
    "More than {most} unknown elements outside the records; reading stopped.",
)
_enter(
    "envelope-count",
    ERROR,
    _LETTERS,
    "SOLUONGHOSO ghi {said} nhưng trong tệp có {count} hồ sơ. Ghi lại số lượng.",
    "SOLUONGHOSO says {said}, the file holds {count} HOSO.",
    "API-004",
)
_enter(
    "envelope-day",
    ERROR,
    _LETTERS,
    "NGAYLAP «{made_on}» không phải ngày dạng yyyyMMdd.",
    "NGAYLAP must be a real day, yyyyMMdd; it is {made_on!r}.",
    "API-005",
)
_enter(
    "envelope-facility",
    ERROR,
    _LETTERS,
    "Thiếu MACSKCB trong THONGTINDONVI. Ghi mã cơ sở khám chữa bệnh.",
    "THONGTINDONVI/MACSKCB is missing or empty.",
)
_enter(
    "facility-other",
    ERROR,
    "CV 3220/BHXH-CNTT",
    "Phần bao ngoài ghi hai mã cơ sở khác nhau: {first} và {other}. Mỗi tệp chỉ của một cơ sở.",
    "MACSKCB is {first} and later {other}: some vouchers repeat it beside LOAIHOSO.",
    "CTDT-014",
)
_enter(
    "records-missing",
    ERROR,
    _LETTERS,
    "Tệp không có hồ sơ nào. Xuất lại tệp.",
    "The file holds no record.",
)
_enter(
    "records-several",
    WARNING,
    "annex LT3176 of 2026, secondary summary",
    "Tệp có {count} hồ sơ. Theo QĐ 3176 mỗi tệp chỉ chứa một hồ sơ: tách ra trước khi gửi.",
    "The file holds {count} HOSO; under QĐ 3176 each call carries one.",
    "API-014",
)
_enter(
    "findings-many",
    ERROR,
    "own caution: reports that nobody can read",
    "Hơn {most} lỗi: phần còn lại không kiểm tra. Sửa các lỗi trên rồi kiểm tra lại.",
    "More than {most} findings; what follows was not judged.",
)
_enter(
    "rule-failed",
    ERROR,
    "our own fault",
    "Quy tắc {rule} gặp sự cố nên chưa kiểm tra được hồ sơ này. Xin báo cho nơi cung cấp chương trình.",
    "The rule {rule} raised {failure}; the other rules were asked. Please report it.",
)
_enter(
    "signature-missing",
    NOTE,
    "NĐ 188/2025/NĐ-CP (from 01/01/2026), secondary summary",
    "Tệp chưa ký số. Ký trước khi gửi.",
    "CHUKYDONVI (for drivers SIGNDATA) is empty. The checker runs before signing, so this is no error here.",
    "LAW-004",
)

_enter(
    "json-broken",
    ERROR,
    _DRIVERS,
    "JSON hỏng ở dòng {line}, cột {column}. Phần mềm phải ghi lại giấy khám sức khỏe cho đúng.",
    "No JSON at line {line}, column {column}: {reason}",
)
_enter(
    "json-large",
    ERROR,
    _DRIVERS,
    "Giấy khám sức khỏe lớn hơn {most} MB nên không được đọc. Không gửi kèm ảnh hay bản chụp.",
    "The JSON body has more than {most} MB.",
)
_enter(
    "json-value",
    ERROR,
    _DRIVERS,
    "Giá trị của «{tag}» không phải văn bản hay số. Mỗi ô chỉ chứa văn bản.",
    "The value of {tag} is an object, a list, true or false, or holds control characters.",
)

# A record and its documents.
_enter(
    "kind-unknown",
    ERROR,
    _LETTERS,
    "LOAIHOSO «{kind}» không có trong {standard}, hoặc phải gửi bằng tệp riêng.",
    "LOAIHOSO {kind} is no table of a claim under {standard}; XML0 and XML12 have files of their own.",
    "API-002",
)
_enter(
    "content-not-base64",
    WARNING,
    _LETTERS,
    "NOIDUNGFILE chứa thẳng XML; chuẩn là base64. Hồ sơ vẫn được đọc ở đây, cổng có thể từ chối.",
    "NOIDUNGFILE holds XML instead of base64; it was read all the same.",
)
_enter(
    "base64-broken",
    ERROR,
    _LETTERS,
    "NOIDUNGFILE không phải base64 hoặc bị cắt mất phần cuối. Xuất lại hồ sơ.",
    "NOIDUNGFILE is no complete base64 ({length} characters).",
    "API-003 CTDT-017",
)
_enter(
    "root-other",
    ERROR,
    _LETTERS,
    "Tài liệu bên trong bắt đầu bằng «{root}», không phải «{wanted}» như LOAIHOSO đã ghi.",
    "The inner root is {root}, expected {wanted}; it is the root of {other}.",
    "API-003 CTDT-016",
)
_enter(
    "list-missing",
    ERROR,
    _LETTERS,
    "Thiếu thẻ «{list}» trong «{root}».",
    "{root} has no {list}.",
)
_enter(
    "table-twice",
    ERROR,
    _LETTERS,
    "Bảng {table} xuất hiện hai lần trong một hồ sơ. Gộp thành một.",
    "{table} occurs twice in one HOSO.",
    "API-006",
)
_enter(
    "visit-missing",
    ERROR,
    _LETTERS,
    "Hồ sơ không có bảng XML1. Mỗi hồ sơ phải có đúng một bảng XML1.",
    "The HOSO has no XML1.",
    "API-006 TRC-266",
)
_enter(
    "visit-id-twice",
    ERROR,
    "QĐ 130/QĐ-BYT, annex: MA_LK is unique for facility and visit",
    "MA_LK «{value}» đã dùng cho một hồ sơ khác trong tệp này. Mỗi hồ sơ phải có MA_LK riêng.",
    "The same MA_LK names an earlier record of this file.",
    "PCB-035 PCB-045",
)
_enter(
    "standard-old",
    ERROR,
    "QĐ 4750/QĐ-BYT; QĐ 3176/QĐ-BYT",
    "Hồ sơ viết theo {shown}, nhưng ngày {day} phải theo {wanted}. Cập nhật phần mềm.",
    "The record is written in {shown}; for {day} {wanted} is in force. It was checked as {shown}.",
)

# Tags of a row.
_enter(
    "tag-unknown",
    WARNING,
    _LETTERS,
    "Thẻ «{tag}» không có trong bảng {table}; cổng bỏ qua thẻ này.",
    "{tag} is no field of {table}; it is ignored.",
)
_enter(
    "tag-missing",
    WARNING,
    _LETTERS,
    "Thiếu thẻ «{tag}» ({title}). Ghi thẻ rỗng khi không có giá trị.",
    "The element {tag} is missing; it is read as empty.",
)
_enter(
    "row-strange",
    ERROR,
    "own caution: XML from strangers",
    "Một dòng có {count} thẻ con, nhiều hơn mọi chuẩn: dòng này không được đọc.",
    "A row with {count} elements is no row of any standard; it was not read.",
)
_enter(
    "tag-repeated",
    ERROR,
    _LETTERS,
    "Thẻ «{tag}» xuất hiện {count} lần trong một dòng. Giữ lại một.",
    "{tag} occurs {count} times in one row; the first was read.",
)
_enter(
    "tag-order",
    WARNING,
    _LETTERS,
    "Từ thẻ «{tag}» các thẻ không theo thứ tự của phụ lục. Phần mềm cần xếp lại.",
    "Tags are not in the annex's order, from {tag} on.",
)
_enter(
    "tag-nested",
    ERROR,
    _LETTERS,
    "Trong thẻ «{tag}» lại có thẻ khác. Một ô chỉ chứa văn bản.",
    "{tag} holds elements; a field holds text.",
)

# Values of a field, from the tables in data/.
_enter(
    "field-required",
    ERROR,
    _FIELDS,
    "Thiếu {title}. Điền ô {field}{hint}.",
    "{field} must be filled.",
    "TRC-071 TRC-072 TRC-073 PCX-016",
    breaks={"XML2.HAM_LUONG": ""},
)
_enter(
    "field-condition",
    ERROR,
    _FIELDS,
    "Thiếu {title}: phải có khi {condition}. Điền ô {field}.",
    "{field} must be filled when {because}.",
    "PCX-011 TRC-075 TRC-106 TRC-115 TRC-116 PCX-063 PCX-067",
    breaks={"XML2.TT_THAU": ""},
)
_enter(
    "field-length",
    ERROR,
    _FIELDS,
    "{field} ({title}) dài {length} ký tự, chỉ được {most}. Ghi ngắn lại.",
    "{field} has {length} characters, at most {most} are allowed.",
    "TRC-053",
    breaks={"XML2.DON_VI_TINH": "v" * 51},
)
_enter(
    "field-items",
    ERROR,
    _FIELDS,
    "{field} ({title}) có {count} giá trị, chỉ được {most}. Bỏ bớt.",
    "{field} has {count} values, at most {most} are allowed.",
    "ANX-038 TRC-021 TRC-236 TRC-257",
    breaks={"XML1.MA_BENH_KT": ";".join(f"A{number:02d}.0" for number in range(13))},
)
_enter(
    "field-number",
    ERROR,
    _FIELDS,
    "{field} ({title}) là «{item}», phải là {form}.",
    "{field} is {item!r}, expected {form_en}.",
    breaks={"XML1.SO_NGAY_DTRI": "0,5"},
)
_enter(
    "field-decimals",
    ERROR,
    _FIELDS,
    "{field} ({title}) là «{item}», chỉ được {places} chữ số sau dấu chấm. Làm tròn; không dùng dấu chấm giữa các "
    "hàng nghìn.",
    "{field} is {item!r}; at most {places} digits after the point.",
    breaks={"XML1.CAN_NANG": "62.505"},
)
_enter(
    "field-date",
    ERROR,
    _FIELDS,
    "{field} ({title}) là «{item}», phải là {form}.",
    "{field} is {item!r}, expected {form_en}.",
    breaks={"XML1.NAM_NAM_LIEN_TUC": "20260231"},
)
_enter(
    "field-code",
    ERROR,
    _FIELDS,
    "{field} ({title}) là «{item}». Chọn một trong: {codes}.",
    "{field} is {item!r}, which the list {list} of that day does not hold: {codes}.",
    breaks={"XML1.KET_QUA_DTRI": "9"},
)
_enter(
    "field-form",
    ERROR,
    _FIELDS,
    "{field} ({title}) là «{item}», phải là {form}.",
    "{field} is {item!r}, expected {form_en}.",
    breaks={"XML1.MA_DANTOC": "K."},
)
_enter(
    "field-range",
    ERROR,
    _FIELDS,
    "{field} ({title}) là {item}, phải từ {least} đến {most}. Sửa lại.",
    "{field} is {item}, expected {least} to {most}.",
    breaks={"XML1.THANG_QT": "13"},
)
_enter(
    "field-same",
    ERROR,
    _FIELDS,
    "{field} ({title}) khác với bảng {table}: ở đó ghi «{other}». Ghi cho giống nhau.",
    "{field} must equal {table}.{field}, which is {other!r}.",
    breaks={"XML14.DIA_CHI": "Nơi khác"},
    scenario="re-visit",
)
_enter(
    "field-order",
    ERROR,
    _FIELDS,
    "{field} ({title}) là {shown}, sớm hơn {other} ({earlier}). Sửa lại một trong hai.",
    "{field} must not be before {other} ({earlier}).",
    "CTDT-013 TRC-114 THI-006 PCX-027 PCX-046 PCX-047",
    breaks={"XML14.NGAY_HEN_KL": "20260901"},
    scenario="re-visit",
)

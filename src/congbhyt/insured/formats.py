"""The two file formats, cards and visits: one list of columns for import, export and documentation.

A column's `read` turns the text of one field into the text that COPY takes, or says why it cannot.
What passes here satisfies every constraint of the tables that looks at one row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter

from congbhyt.insured.statuses import CardStatus
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.dates import EARLIEST_YEAR, BirthDate
from congbhyt.kernel.identifiers import clean_number, is_card_number, is_unit_code, masked
from congbhyt.kernel.names import tidy

NULL = "\\N"
"""How COPY's text format writes an absent value."""
EARLIEST_VISIT = 1990
"""Health insurance began in 1992; since 1975 Vietnam's clock has been UTC+7 without exception."""
_REMEMBERED = 100_000
"""Different values of one column that a reader keeps; days, units and codes repeat endlessly."""

REASONS = {
    "EMPTY": "Thiếu giá trị bắt buộc",
    "UNPRINTABLE": "Có ký tự không in được",
    "TOO_LONG": "Dài quá số ký tự cho phép",
    "SOCIAL_NUMBER_FORM": "Mã số BHXH phải là 10 chữ số",
    "CITIZEN_NUMBER_FORM": "Số CCCD phải là 12 chữ số",
    "CARD_NUMBER_FORM": "Mã thẻ phải gồm 2 chữ cái và 13 chữ số, chữ số đầu từ 1 đến 5",
    "UNIT_CODE_FORM": "Mã cơ sở KCB phải là 5 chữ số hoặc chữ in hoa",
    "BIRTH_FORM": "Ngày sinh không phải là ngày: dùng dd/MM/yyyy, ddMMyyyy, MM/yyyy hoặc yyyy",
    "DATE_FORM": "Không phải là ngày: dùng yyyy-MM-dd hoặc dd/MM/yyyy",
    "MOMENT_FORM": "Không phải là thời điểm từ năm 1990: dùng yyyyMMddHHmm hoặc yyyy-MM-ddTHH:mm",
    "GENDER_UNKNOWN": "Giới tính phải là 1 (nam), 2 (nữ) hoặc 3 (chưa xác định)",
    "AREA_UNKNOWN": "Mã khu vực phải là K1, K2, K3 hoặc để trống",
    "STATUS_UNKNOWN": "Trạng thái thẻ không có trong danh mục",
    "CODE_FORM": "Mã chỉ gồm chữ số, chữ cái không dấu và dấu . - * + ; , /",
    "AMOUNT_FORM": "Số tiền phải là số không âm, tối đa 13 chữ số và 2 chữ số lẻ sau dấu chấm",
    "DATES_ORDER": "Ngày kết thúc trước ngày bắt đầu",
    "FIELD_COUNT": "Số trường của dòng khác số cột của tiêu đề",
    "QUOTES": "Dấu nháy kép không đóng trên cùng một dòng",
    "NOT_UTF8": "Dòng không phải là văn bản UTF-8",
    "LINE_TOO_LONG": "Dòng dài quá 64 KiB",
    "CITIZEN_OF_ANOTHER": "Số CCCD đang thuộc mã số BHXH khác",
    "CARD_OF_ANOTHER": "Thẻ có ngày bắt đầu này đang thuộc mã số BHXH khác",
    "VISIT_OF_ANOTHER": "Lượt KCB này đang thuộc mã số BHXH khác",
    "PERSON_UNKNOWN": "Chưa có người mang mã số BHXH này: nhập tệp thẻ trước",
    "DATABASE": "Cơ sở dữ liệu không nhận dòng này",
}
"""Why a row is rejected, by stable code, in the words for whoever made the file."""


class WrongValueError(ValueError):
    """One field's text has no meaning; `code` is a key of REASONS."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of one row; `field` is empty when it is the row as a whole.

    `value` may be shown: a CCCD in it is masked.
    """

    field: str
    code: str
    value: str = ""


class WrongRowError(ValueError):
    """A row that is rejected, with every fault found in it."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(", ".join(fault.code for fault in faults))


Read = Callable[[str], str]
Seal = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file and where its value lies.

    `stored` lists the database columns with their types; `read` gives their COPY texts, joined by
    tabs. `required` means that the header must have it and no row may leave it empty.
    `varied` columns hardly repeat, so remembering their values would only cost. `sealed` is a CCCD.
    """

    name: str
    meaning: str
    form: str
    stored: Sequence[str]
    read: Read
    required: bool = False
    varied: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. The first `owner_width` columns are the person's, then those of the key follow.

    `begins` and `ends` name two columns in order of time.
    """

    name: str
    key: str
    columns: Sequence[Column]
    begins: str
    ends: str
    owner_width: int

    @property
    def brings_people(self) -> bool:
        """Whether a row says more of its person than the number."""
        return self.owner_width > 1


class _Remembering(dict[str, str]):
    """A reader that remembers what it read: looking up beats parsing for days, units and codes."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def __missing__(self, text: str) -> str:
        value = self._read(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


class RowReader:
    """Turns the fields of a row into COPY texts, in the order of the format's columns.

    `header` holds the file's column names in the file's order; `seal` turns a CCCD into the COPY
    texts of ciphertext and digest.
    """

    def __init__(self, form: Format, header: Sequence[str], seal: Seal) -> None:
        self._columns = form.columns
        self._width = len(header)
        self._places = [header.index(column.name) if column.name in header else self._width for column in form.columns]
        self._pick = itemgetter(*self._places)
        self._readers = [_reader(column, seal) for column in form.columns]
        names = [column.name for column in form.columns]
        self._begins, self._ends = names.index(form.begins), names.index(form.ends)

    def read(self, fields: list[str]) -> list[str]:
        """The COPY texts of one row.

        Raises:
            WrongRowError: at least one field is wrong; all of them are named.
        """
        if len(fields) != self._width:
            raise WrongRowError(Fault("", "FIELD_COUNT", str(len(fields))))
        fields.append("")
        try:
            values = [read(text) for read, text in zip(self._readers, self._pick(fields), strict=True)]
        except WrongValueError:
            raise WrongRowError(*self._faults(fields)) from None
        if values[self._ends] < values[self._begins]:  # ISO texts sort by time; an absent end sorts last
            column = self._columns[self._ends]
            raise WrongRowError(Fault(column.name, "DATES_ORDER", shown(column, fields[self._places[self._ends]])))
        return values

    def _faults(self, fields: list[str]) -> list[Fault]:
        faults = []
        for column, read, place in zip(self._columns, self._readers, self._places, strict=True):
            try:
                read(fields[place])
            except WrongValueError as wrong:
                faults.append(Fault(column.name, wrong.code, shown(column, fields[place])))
        return faults


def _reader(column: Column, seal: Seal) -> Read:
    read = column.read
    if column.sealed:
        return lambda text: seal(number) if (number := read(text)) else _ABSENT_PAIR
    return read if column.varied else _Remembering(read).__getitem__


_ABSENT_PAIR = f"{NULL}\t{NULL}"
_LONG_NUMBER = re.compile(r"\d(?:[\s.\-_]?\d){11,}")
_LONGEST_SHOWN = 100


def shown(column: Column, text: str) -> str:
    """`text` as a report may show it: no CCCD in clear, whichever column it strayed into."""
    return masked(text.strip())[-_LONGEST_SHOWN:] if column.sealed else without_citizen_numbers(text)[:_LONGEST_SHOWN]


def without_citizen_numbers(text: str) -> str:
    """`text` with every number of twelve digits or more masked, unless it is just a card number."""
    return text if is_card_number(text) else _LONG_NUMBER.sub(lambda found: masked(found[0]), text)


def _social_number(text: str) -> str:
    if _TEN_DIGITS(text):
        return text
    cleaned = _needed(clean_number(text))
    if not _TEN_DIGITS(cleaned):
        raise WrongValueError("SOCIAL_NUMBER_FORM")
    return cleaned


def _citizen_number(text: str) -> str:
    if _TWELVE_DIGITS(text):
        return text
    cleaned = clean_number(text)
    if cleaned and not _TWELVE_DIGITS(cleaned):
        raise WrongValueError("CITIZEN_NUMBER_FORM")
    return cleaned


def _card_number(text: str) -> str:
    if _CARD(text):
        return text
    cleaned = _needed(clean_number(text))
    if not is_card_number(cleaned):
        raise WrongValueError("CARD_NUMBER_FORM")
    return cleaned


def _card_number_if_any(text: str) -> str:
    return _card_number(text) if text.strip() else ""


def _unit_code(text: str) -> str:
    code = _needed(text.strip())
    if not is_unit_code(code):
        raise WrongValueError("UNIT_CODE_FORM")
    return code


def _birth(text: str) -> str:
    birth = BirthDate.parse(_needed(text.strip()))
    if birth is None:
        raise WrongValueError("BIRTH_FORM")
    return f"{birth.first_day.isoformat()}\t{birth.precision}"


def _day(text: str) -> str:
    stripped = _needed(text.strip())
    found = _ISO_DAY(stripped) or _VIETNAMESE_DAY(stripped)
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST_YEAR:
        raise WrongValueError("DATE_FORM")
    return day.isoformat()


def _day_if_any(text: str) -> str:
    return _day(text) if text.strip() else NULL


def _moment(text: str) -> str:
    stripped = _needed(text.strip())
    found = _COMPACT_MOMENT(stripped) or _ISO_MOMENT(stripped) or _VIETNAMESE_MOMENT(stripped)
    if found is None:
        raise WrongValueError("MOMENT_FORM")
    parts = found.groupdict()
    zone = UTC if parts.pop("zone", None) == "Z" else VIETNAM
    year, month, day, hour, minute, second = (int(parts[part] or 0) for part in _MOMENT_PARTS)
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(VIETNAM)
    except (ValueError, OverflowError):
        raise WrongValueError("MOMENT_FORM") from None
    if local.year < EARLIEST_VISIT:
        raise WrongValueError("MOMENT_FORM")
    return local.isoformat(" ", "seconds")


def _one_of(values: Sequence[str], code: str, default: str | None = None) -> Read:
    """A reader that knows these words; an empty field means `default`, or is a fault without one."""

    def read(text: str) -> str:
        word = text.strip()
        if not word and default is not None:
            return default
        if _needed(word) not in values:
            raise WrongValueError(code)
        return word

    return read


def _code(length: int, *, needed: bool = False) -> Read:
    """A reader of codes of at most `length` characters."""

    def read(text: str) -> str:
        word = _needed(text.strip()) if needed else text.strip()
        if len(word) > length:
            raise WrongValueError("TOO_LONG")
        if not _CODE(word):
            raise WrongValueError("CODE_FORM")
        return word

    return read


def _text(length: int, *, needed: bool = False) -> Read:
    """A reader of words of at most `length` characters: NFC, single spaces, everything printable."""

    def read(text: str) -> str:
        words = _needed(tidy(text)) if needed else tidy(text)
        if len(words) > length:
            raise WrongValueError("TOO_LONG")
        if not words.isprintable():
            raise WrongValueError("UNPRINTABLE")
        return words.replace("\\", "\\\\")

    return read


def _amount(text: str) -> str:
    amount = text.strip() or "0"
    if not _AMOUNT(amount):
        raise WrongValueError("AMOUNT_FORM")
    return amount


def _needed(text: str) -> str:
    if not text:
        raise WrongValueError("EMPTY")
    return text


_TEN_DIGITS = re.compile(r"[0-9]{10}").fullmatch
_TWELVE_DIGITS = re.compile(r"[0-9]{12}").fullmatch
_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{12}").fullmatch
_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?").fullmatch
_CODE = re.compile(r"[0-9A-Za-z.\-*+;,/†_ ]*").fullmatch
_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})").fullmatch
_VIETNAMESE_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})").fullmatch
_MOMENT_PARTS = ("year", "month", "day", "hour", "minute", "second")
_COMPACT_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
).fullmatch
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
_ISO_MOMENT = re.compile(
    rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})[T ]{_CLOCK}(?P<zone>Z|\+07:00)?"
).fullmatch
_VIETNAMESE_MOMENT = re.compile(
    rf"(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}) {_CLOCK}"
).fullmatch

_DAY_FORM = "`yyyy-MM-dd` or `dd/MM/yyyy`"
_MOMENT_FORM = "`yyyyMMddHHmm`, `yyyy-MM-ddTHH:mm[:ss]` or `dd/MM/yyyy HH:mm`, Vietnam time; a final `Z` means UTC"
_AMOUNT_FORM = "đồng, at most 13 digits and two after a point; empty is 0"
_STATUS_VALUES = [str(status) for status in CardStatus]

_STATUS_FORM = ", ".join(f"`{word}`" for word in _STATUS_VALUES)

_SOCIAL_NUMBER = Column(
    "social_number",
    "Mã số BHXH of the insured person",
    "ten digits",
    ["social_number varchar(10)"],
    _social_number,
    required=True,
    varied=True,
)

CARDS = Format(
    "cards",
    "`card_number` with `valid_from`; the person's fields by `social_number`",
    [
        _SOCIAL_NUMBER,
        Column(
            "citizen_number",
            "CCCD; stored sealed. Empty leaves a CCCD that is held as it is",
            "twelve digits or empty",
            ["citizen_sealed bytea", "citizen_digest bytea"],
            _citizen_number,
            varied=True,
            sealed=True,
        ),
        Column(
            "full_name",
            "Full name",
            "at most 100 characters",
            ["full_name varchar(100)"],
            _text(100, needed=True),
            required=True,
            varied=True,
        ),
        Column(
            "birth",
            "Birth date, as exactly as it is known",
            "`dd/MM/yyyy`, `ddMMyyyy`, `MM/yyyy` or `yyyy`",
            ["birth_day date", "birth_precision varchar(1)"],
            _birth,
            required=True,
        ),
        Column(
            "gender",
            "Gender",
            "`1` male, `2` female, `3` not known",
            ["gender smallint"],
            _one_of(("1", "2", "3"), "GENDER_UNKNOWN"),
            required=True,
        ),
        Column("address", "Address", "at most 200 characters", ["address varchar(200)"], _text(200), varied=True),
        Column(
            "card_number",
            "Card number",
            "two letters and thirteen digits, the first of them 1 to 5",
            ["number varchar(15)"],
            _card_number,
            required=True,
            varied=True,
        ),
        Column("valid_from", "First day of this card period", _DAY_FORM, ["valid_from date"], _day, required=True),
        Column(
            "valid_to",
            "Last day, not before the first; empty: open",
            _DAY_FORM,
            ["valid_to date"],
            _day_if_any,
        ),
        Column(
            "first_registration",
            "Facility of first registration (MA_DKBD)",
            "five digits or capital letters",
            ["first_registration varchar(5)"],
            _unit_code,
            required=True,
        ),
        Column(
            "area",
            "Area of residence (mã khu vực)",
            "`K1`, `K2`, `K3` or empty",
            ["area varchar(2)"],
            _one_of(("K1", "K2", "K3"), "AREA_UNKNOWN", ""),
        ),
        Column(
            "five_years_on",
            "Day on which five years in a row are reached",
            f"{_DAY_FORM}, or empty",
            ["five_years_on date"],
            _day_if_any,
        ),
        Column(
            "status",
            "What the registry says of the card; empty is `valid`",
            _STATUS_FORM,
            ["status varchar(20)"],
            _one_of(_STATUS_VALUES, "STATUS_UNKNOWN", str(CardStatus.VALID)),
        ),
        Column(
            "agency_code",
            "BHXH agency that manages it",
            "at most 10 characters",
            ["agency_code varchar(10)"],
            _code(10),
        ),
        Column(
            "replaces",
            "Number of the card that it replaces",
            "a card number or empty",
            ["replaces varchar(15)"],
            _card_number_if_any,
            varied=True,
        ),
    ],
    begins="valid_from",
    ends="valid_to",
    owner_width=6,
)
"""One row is one period of one card, with the fields of the person who holds it."""

VISITS = Format(
    "visits",
    "`facility_code` with `visit_code`",
    [
        _SOCIAL_NUMBER,
        Column(
            "facility_code",
            "Facility (MA_CSKCB)",
            "five digits or capital letters",
            ["facility_code varchar(5)"],
            _unit_code,
            required=True,
        ),
        Column(
            "visit_code",
            "The facility's own code of the visit (MA_LK)",
            "at most 100 characters",
            ["visit_code varchar(100)"],
            _text(100, needed=True),
            required=True,
            varied=True,
        ),
        Column(
            "card_number",
            "Card that was presented",
            "two letters and thirteen digits, the first of them 1 to 5",
            ["card_number varchar(15)"],
            _card_number,
            required=True,
            varied=True,
        ),
        Column(
            "admitted_at",
            "Beginning",
            _MOMENT_FORM,
            ["admitted_at timestamptz"],
            _moment,
            required=True,
            varied=True,
        ),
        Column(
            "discharged_at",
            "End, not before the beginning",
            _MOMENT_FORM,
            ["discharged_at timestamptz"],
            _moment,
            required=True,
            varied=True,
        ),
        Column(
            "diagnosis_code",
            "Main diagnosis, ICD-10",
            "at most 7 characters",
            ["diagnosis_code varchar(7)"],
            _code(7, needed=True),
            required=True,
        ),
        Column(
            "other_codes",
            "Further diagnoses, ICD-10",
            "at most 150 characters",
            ["other_codes varchar(150)"],
            _code(150),
        ),
        Column(
            "diagnosis",
            "Diagnosis in words",
            "at most 500 characters",
            ["diagnosis varchar(500)"],
            _text(500),
        ),
        Column(
            "discharge_status",
            "How the person left (MA_LOAI_RV)",
            "at most 2 characters",
            ["discharge_status varchar(2)"],
            _code(2, needed=True),
            required=True,
        ),
        Column(
            "outcome",
            "Result of treatment (KET_QUA_DTRI)",
            "at most 2 characters",
            ["outcome varchar(2)"],
            _code(2, needed=True),
            required=True,
        ),
        Column(
            "admission_reason",
            "Reason of admission (MA_DOITUONG_KCB)",
            "at most 5 characters",
            ["admission_reason varchar(5)"],
            _code(5, needed=True),
            required=True,
        ),
        Column("total_cost", "Total cost", _AMOUNT_FORM, ["total_cost numeric(15,2)"], _amount, varied=True),
        Column(
            "insurer_paid",
            "Paid by the fund",
            _AMOUNT_FORM,
            ["insurer_paid numeric(15,2)"],
            _amount,
            varied=True,
        ),
        Column(
            "patient_paid",
            "Paid by the patient",
            _AMOUNT_FORM,
            ["patient_paid numeric(15,2)"],
            _amount,
            varied=True,
        ),
    ],
    begins="admitted_at",
    ends="discharged_at",
    owner_width=1,
)
"""One row is one completed visit of a person who is held already."""


def describe() -> str:
    """Both formats and the reasons of rejects as Markdown tables, for docs/guides/import.md."""
    return "\n".join([*_format_table(CARDS), *_format_table(VISITS), *_reason_table()])


def _format_table(form: Format) -> list[str]:
    rows = [
        f"| `{column.name}` | {'yes' if column.required else ''} | {column.meaning} | {column.form} |"
        for column in form.columns
    ]
    head = ["| Column | Required | Meaning | Form |", "|---|---|---|---|"]
    return [f"### {form.name.capitalize()}", "", f"Key: {form.key}.", "", *head, *rows, ""]


def _reason_table() -> list[str]:
    rows = [f"| `{code}` | {reason} |" for code, reason in REASONS.items()]
    return ["### Reasons of rejects", "", "| Code | Reason |", "|---|---|", *rows, ""]

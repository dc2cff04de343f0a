"""What counters' scanners type."""

from __future__ import annotations

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.kernel.dates import EARLIEST_YEAR, BirthDate
from congbhyt.kernel.refusal import Refusal
from congbhyt.kernel.scanned import (
    LONGEST_SCAN,
    ScanNameError,
    Scanned,
    ScanOtherCodeError,
    ScanSeveralError,
    ScanSource,
    ScanUnreadableError,
    read_scanned,
)

NAME = "NGUYỄN VĂN THỬ"
CARD, SOCIAL, CITIZEN = "GD4019900000001", "9900000001", "099000000001"
CITIZENS = Scanned(CITIZEN, NAME, "01/02/1980", ScanSource.CCCD)


def bhyt(card: str = CARD, name: str = NAME, birth: str = "01/02/1980", end: str = "$") -> str:
    address = "Phường Thử Nghiệm".encode().hex()
    tail = f"1|{address}|01 - 999|01/01/2026|31/12/2026|01/01/2026|01990000000001|-|4|01/01/2030|9c1-7102|4|5175{end}"
    return f"{card}|{name.encode().hex()}|{birth}|{tail}"


def cccd(number: str = CITIZEN, old: str = "", name: str = NAME, birth: str = "01021980", more: str = "") -> str:
    return f"{number}|{old}|{name}|{birth}|Nam|Tổ 1, Phường Thử Nghiệm|01012021{more}"


@pytest.mark.parametrize(("text", "card"), [
    (bhyt(), CARD), (bhyt(SOCIAL), SOCIAL), (bhyt(CITIZEN), CITIZEN), (bhyt(end=""), CARD), (bhyt(end="|$"), CARD),
    (bhyt(CARD + "01"), CARD), (bhyt("gd 4 01 99 000 00001"), CARD), (bhyt().upper(), CARD), (bhyt().lower(), CARD),
    (f"\r\n\t {bhyt()} \t\r\n\r\n", CARD), (bhyt().replace("|", "\t"), CARD), (bhyt().replace("|", " | "), CARD),
    (f"]Q1{bhyt()}\r", CARD), (bhyt() + bhyt(), CARD), (f"{bhyt()}\r\n{bhyt(end='')}\r\n", CARD),
    (bhyt(name=unicodedata.normalize("NFD", NAME)), CARD), (bhyt(name=" nguyễn\u00a0 văn thử ".upper()), CARD),
    (bhyt(birth="01021980"), CARD), (bhyt(birth="1/2/1980"), CARD), (f"{CARD}|{NAME.encode().hex()}|01/02/1980", CARD),
])  # fmt: skip
def test_a_cards_code_is_read(text: str, card: str) -> None:
    assert read_scanned(text) == Scanned(card, NAME, "01/02/1980", ScanSource.BHYT)


@pytest.mark.parametrize("text", [
    cccd(), cccd(old="990000001"), cccd(old="099000000002"), cccd(birth="01/02/1980"), cccd(more="|"),
    cccd(more="|||Nguyễn Văn Cha|Trần Thị Mẹ|"), cccd(more="|099000000003|1|2|3"), cccd(more="$"), cccd(more="|]Q1"),
    f"\n{cccd()}\r\n",
    cccd().replace("|", "\t"), cccd(old="990000001").replace("|", "\t") + "\t\r\n", cccd("099 000 000 001"),
    unicodedata.normalize("NFD", cccd()), f"{cccd()}\r{cccd()}\r", f"{CITIZEN}||{NAME}|01021980", f"]Q1{cccd()}",
    cccd(name="NGUYỄN \tVĂN  THỬ"),
])  # fmt: skip
def test_a_citizens_code_is_read(text: str) -> None:
    assert read_scanned(text) == CITIZENS


@pytest.mark.parametrize("birth", ["01/02/1980", "02/1980", "1980"])
def test_a_birth_date_keeps_what_is_known(birth: str) -> None:
    assert read_scanned(bhyt(birth=birth)).birth == birth
    assert read_scanned(cccd(birth=birth)).birth == birth


@pytest.mark.parametrize("name", ["H'HEN THỬ", "Y-BLƠM THỬ", "JEAN–PAUL D’THỬ", "ĐỖ Ý", "Á"])
def test_names_with_hyphens_and_apostrophes_are_names(name: str) -> None:
    assert read_scanned(bhyt(name=name)).name == read_scanned(cccd(name=name)).name == name


@pytest.mark.parametrize("text", [
    "", " \r\n\t", "$", "$$$\n", "\0", bhyt() + "\0", "\0" * 2000, bhyt().replace("|", "\0"), cccd(birth=""),
    f"{CARD}|", f"{CARD}|{NAME.encode().hex()}", bhyt(birth=""), bhyt(birth="-"), bhyt(birth="31/02/1980"),
    bhyt(birth="01/02/80"), bhyt(birth="١/٢/١٩٨٠"), bhyt(birth="１９８０"), cccd(birth="32011980"), cccd()[:20],
    cccd(SOCIAL), cccd(CARD), "|".join([CARD, *bhyt().split("|")]), f"{CITIZEN}|{NAME}", CARD + "|" * 2000,
    bhyt() + "\x1b[A", cccd(name="NGUYỄN\u200bTHỬ"), cccd(name="NGUYỄN\ud800"), bhyt() + " " * LONGEST_SCAN,
    bhyt().replace("|", "||"), cccd(name="NGUYỄN\u202eTHỬ"), bhyt().replace("$", "\x1d$"), "9" * (LONGEST_SCAN + 1),
])  # fmt: skip
def test_what_is_cut_off_or_damaged_or_too_long_is_unreadable(text: str) -> None:
    with pytest.raises(ScanUnreadableError):
        read_scanned(text)


@pytest.mark.parametrize("unit", [" ", "|", "9", "$", "\0", "4e", "\u0301", "\r\n", bhyt()])
def test_endless_input_is_refused_at_once(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    started = time.process_time()
    with pytest.raises(ScanUnreadableError):
        read_scanned(text)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("unit", ["|", " |", "4e", "9|", "\u0301", f"{CITIZEN}|", "1980|", "]Q1", "a\n", "$a", "\t"])
def test_the_longest_scans_take_no_time(unit: str) -> None:
    started = time.process_time()
    for begin in ("", f"{CARD}|", f"{CITIZEN}|", f"{CITIZEN}||"):
        with pytest.raises(Refusal, match=r"^SCAN_"):
            read_scanned((begin + unit * LONGEST_SCAN)[:LONGEST_SCAN])
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("text", [
    "https://example.org/a|b", CARD, SOCIAL, CITIZEN, "IDVNM0990000010099000000001<<0", "8934567890123", NAME,
    bhyt("99000000０1"), cccd("٠٩٩٠٠٠٠٠٠٠٠١"), bhyt("GD40199000000"), bhyt(""), "|" * 2000, "a\tb\tc",
    bhyt().replace("|", "~"), bhyt().replace("|", "¦"),
])  # fmt: skip
def test_a_code_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(ScanOtherCodeError):
        read_scanned(text)


@pytest.mark.parametrize("digits", [
    "", "4", "4e4", "zz", "\uff14\uff45", NAME, NAME.encode("utf-16-be").hex(), NAME.encode("cp1258", "ignore").hex(),
    "c3", "c3e9", "eda080", "c080", "00", "4e0041", "4e1b5b41", "4e0a41", "4e0941", "efbbbf4e", "e2808b4e", "20",
    "303132", "4e31", "4eefbfbd4e", "4e3f4e", "cc81", "e0a5a7", "4eefbc91", "-", "4e7c41" + "00" * 1000,
])  # fmt: skip
def test_a_name_that_is_none_is_refused(digits: str) -> None:
    with pytest.raises(ScanNameError):
        read_scanned(f"{CARD}|{digits}|01/02/1980|1|$")


@pytest.mark.parametrize("name", ["", " ", "NGUY?N V?N TH?", "NGUY\ufffdN", "990000001", "THỬ 2", "٣", "-"])
def test_letters_that_a_scanner_lost_are_not_looked_up(name: str) -> None:
    with pytest.raises(ScanNameError):
        read_scanned(cccd(name=name))


@pytest.mark.parametrize("text", [
    f"{bhyt()}\n{bhyt(SOCIAL)}", bhyt() + bhyt(SOCIAL), f"{bhyt()}{cccd()}", f"{cccd()}\r{cccd('099000000002')}",
    cccd() + cccd("099000000002"), cccd(more="|") + cccd("099000000002", "990000001"), f"{cccd()}\n{bhyt()}",
])  # fmt: skip
def test_two_different_codes_are_never_one_person(text: str) -> None:
    with pytest.raises(ScanSeveralError):
        read_scanned(text)


def read_or_refused(text: str) -> Scanned | Refusal:
    try:
        return read_scanned(text)
    except Refusal as refusal:
        return refusal


SIGNS = st.sampled_from([*"|$\t\r\n\0 /-~?]Q", "0", "1", "99", "1980", CARD, SOCIAL, CITIZEN, "4e", "ễ", "٣", "\ud800"])


@given(st.text() | st.lists(SIGNS, max_size=40).map("".join) | st.text(st.characters(), max_size=30).map(
    lambda name: f"{CITIZEN}||{name}|1980"))  # fmt: skip
def test_any_text_is_read_or_refused(text: str) -> None:
    read = read_or_refused(text)
    if isinstance(read, Refusal):
        assert read.code.startswith("SCAN_")
        assert CITIZEN not in str(read)
    else:
        assert read.name.isprintable()
        assert BirthDate.parse(read.birth)


@given(st.binary(max_size=60))
def test_any_bytes_in_a_name_are_a_name_or_refused(name: bytes) -> None:
    try:
        read = read_scanned(f"{CARD}|{name.hex()}|1980|1|$")
    except ScanNameError:
        return
    assert read.name == unicodedata.normalize("NFC", " ".join(name.decode().split()))


WORDS = st.text("ABCĐEÊGHIKLMNOÔƠPQRSTUƯVXYẮẰẲẴẶỄỘỚỬỴ'", min_size=1, max_size=8).filter(lambda word: word[0] != "'")
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
BIRTHS = st.builds(
    lambda day, precision: str(BirthDate.of(day, precision)),
    st.dates(date(EARLIEST_YEAR, 1, 1), date(2100, 12, 31)),
    st.sampled_from("DMY"),
)


@given(st.from_regex(r"[A-Z]{2}[1-5][0-9]{2}99[0-9]{8}|99[0-9]{8}", fullmatch=True), NAMES, BIRTHS, st.booleans())
def test_a_cards_code_reads_back(card: str, name: str, birth: str, tabs: bool) -> None:
    text = bhyt(card, unicodedata.normalize("NFD" if tabs else "NFC", name), birth)
    assert read_scanned(text.replace("|", "\t") if tabs else text) == Scanned(card, name, birth, ScanSource.BHYT)


@given(st.from_regex(r"099[0-9]{9}", fullmatch=True), NAMES, BIRTHS, st.from_regex(r"(99[0-9]{7})?", fullmatch=True))
def test_a_citizens_code_reads_back(number: str, name: str, birth: str, old: str) -> None:
    text = cccd(number, old, name, birth.replace("/", "") if len(birth) == 10 else birth)
    assert read_scanned(text) == Scanned(number, name, birth, ScanSource.CCCD)


@pytest.mark.parametrize("kind", [ScanUnreadableError, ScanOtherCodeError, ScanNameError, ScanSeveralError])
def test_every_sentence_says_what_to_do(kind: type[Refusal]) -> None:
    assert any(word in kind().sentence.lower() for word in ("quét lại", "nhập tay"))

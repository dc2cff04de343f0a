"""Whatever is sent, the answer is JSON of the function's shape with a code of the table, and nothing breaks."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from congbhyt.gateway.functions import FUNCTIONS
from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import MOST_BODY_BYTES, Gateway
from congbhyt.kernel.result_codes import RESULT_CODES
from congbhyt.policy.catalogue import retirements
from tests.factories import OFFICER_CITIZEN, OFFICER_NAME, WIRE_SECRET, House
from tests.wire.client import KQ2024, Client, Heard

TAKE = "/api/token/take"
IN_USE = [path for path, row in FUNCTIONS.items() if row.name not in {one.function for one in retirements()}]
OURS = {"101", "500"}
STATUS = {"403": {200, 403}, "404": {404}, "405": {405}, "205": {200, 413}}
"""HTTP statuses of each code (decisions.md 2); every other code comes with 200."""
FIELDS: dict[str, tuple[str, ...]] = {
    TAKE: ("username", "password", "maCSKCB"),
    KQ2024.lower(): ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb"),
    "/api/egw/lskcb2025": ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb"),
    "/api/egw/nhanhosokcbchitiet": ("maHoSo",),
    "/api/egw/nhanthongtincskcb": ("maCSKCB",),
}
GOOD: dict[str, object] = {
    "username": "01999_BV", "password": WIRE_SECRET, "maCSKCB": "01999", "maHoSo": "1", "maThe": "GD4019900000001",
    "hoTen": "NGUYỄN VĂN THỬ", "ngaySinh": "01/01/1980", "hoTenCb": OFFICER_NAME, "cccdCb": OFFICER_CITIZEN,
}  # fmt: skip
FUZZ = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def nothing_breaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No test here may leave a traceback or an error in the log."""
    caplog.set_level(logging.DEBUG)
    yield
    assert [
        record.getMessage() for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR
    ] == []


def sound(heard: Heard) -> str:
    """Check what every answer has, and return its code."""
    assert heard.raw.startswith(b'{"maKetQua":"'), heard.raw[:80]
    answer = json.loads(heard.raw.decode("utf-8", "strict"))
    code = answer["maKetQua"]
    assert code not in OURS, answer
    assert heard.status in STATUS.get(code, {200}), (heard.status, code)
    assert code in RESULT_CODES or code in {"200", "402", "403", "404", "405"}
    assert re.fullmatch("[0-9a-f]{32}", heard.headers["X-Ma-Tham-Chieu"])
    assert heard.headers["Content-Type"] == "application/json; charset=utf-8"
    assert heard.headers["Content-Length"] == str(len(heard.raw))
    assert heard.headers["X-Content-Type-Options"] == "nosniff"
    for told in (b"Traceback", b"psycopg", b"django", b"SELECT", str(Path(__file__).parents[2]).encode(), b"Error"):
        assert told not in heard.raw
    return str(code)


BODIES: dict[str, bytes] = {
    "deep objects": b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
    "deep lists in a field": b'{"maThe":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep lists": b"[" * 100_000,
    "deep braces": b"{" * 100_000,
    "deep single quotes": b"{'a':" * 40_000,
    "cut short": b'{"maThe":"GD4019900000001"',
    "cut inside a letter": '{"hoTen":"NGUYỄ'.encode()[:-1],
    "not UTF-8": b'{"hoTen":"\xff\xfe\xfd"}',
    "windows-1258": '{"hoTen":"Nguyễn"}'.encode("cp1258", "replace"),
    "overlong UTF-8": b'{"hoTen":"\xc0\xaf"}',
    "encoded surrogates": b'{"hoTen":"\xed\xa0\x80"}',
    "UTF-16 without mark": '{"maThe":"1"}'.encode("utf-16-le"),
    "UTF-16 cut in half": b"\xff\xfe{",
    "UTF-16 surrogate": b"\xff\xfe" + b"\x00\xd8",
    "UTF-32": b"\xff\xfe\x00\x00" + '{"a":"b"}'.encode("utf-32-le"),
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "NUL bytes": b"\0" * 1000,
    "a list": b'[{"maThe":"1"}]',
    "a number": b"1",
    "a string": b'"maThe"',
    "a string of a string": b'"\\"\\""',
    "true": b"true",
    "NaN": b'{"maThe":NaN}',
    "a huge number": b'{"maThe":1' + b"0" * 5000 + b"}",
    "a huge exponent": b'{"maThe":1e999999}',
    "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "an external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "multipart": b'--x\r\nContent-Disposition: form-data; name="maThe"\r\n\r\nGD4\r\n--x--\r\n',
    "201 fields": b"&".join(b"a%d=1" % number for number in range(201)),
    "many equal fields": b"&".join([b"maThe=1"] * 200),
    "only ampersands": b"&" * 1000 + b"=",
    "broken percent": b"maThe=%&hoTen=%zz&ngaySinh=%u1234",
    "percent of bad UTF-8": b"maThe=%ff%fe&hoTen=%c0%af",
    "percent NUL": b"maThe=%00&hoTen=a%00b",
    "lone surrogate": b'{"maThe":"\\ud800","hoTen":"\\udfff"}',
    "lone surrogate in single quotes": b"{'maThe':'\\ud800'}",
    "NUL in text": b'{"maThe":"GD40199\\u00000000001"}',
    "duplicate keys": b'{"maThe":"1","maThe":["2"],"MATHE":null}',
    "prototype": b'{"__proto__":{"maThe":"1"},"constructor":"x"}',
    "only commas": b"{" + b"," * 1000 + b"}",
    "backslashes": b"{'maThe':'" + b"\\" * 9999 + b"'}",
    "unended quote": b"{'maThe':'" + b"a" * 9999 + b"}",
    "no value": b"{maThe:}",
    "many pairs and much space": b"{" + b"a:1," * 10_000 + b" " * 200_000 + b"}",
    "template": b'{"hoTen":"${jndi:ldap://x/a}{{7*7}}"}',
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_bad_body_gets_a_code_on_every_function(client: Client, session: str, kind: str) -> None:
    for path in FUNCTIONS:
        heard = client.send(path, BODIES[kind], query="" if path == TAKE else session)
        assert sound(heard) in ("205", "401"), path
        assert sound(client.send(path, BODIES[kind])) in ("205", "401")


WRONG_TYPES: list[Any] = [
    1, -1, 0, 1.5, 10**400, True, False, None, [], ["GD4019900000001"], {}, {"a": 1}, [[[]]], "", " ", "\t\n",
]  # fmt: skip


@pytest.mark.parametrize("path", FIELDS)
def test_a_parameter_of_another_type_is_a_missing_one(client: Client, session: str, path: str) -> None:
    wanted = {"205"} if path != TAKE else {"200", "401", "403"}
    for name in FIELDS[path]:
        for value in WRONG_TYPES:
            heard = client.post(path, {**GOOD, name: value}, "" if path == TAKE else session)
            assert sound(heard) in wanted, (name, value)


UNPRINTABLE = ["\0", "\x07", "\x1b[31m", "\x7f", "\u200b", "\u202e", "\ufeff", "\ufffd", "\ud800", "\x1c", "\x85"]


@pytest.mark.parametrize("name", FIELDS[KQ2024.lower()])
def test_what_cannot_be_printed_is_refused_in_every_parameter(client: Client, session: str, name: str) -> None:
    for letter in UNPRINTABLE:
        value = f"{GOOD[name]}{letter}x"
        body = json.dumps({**GOOD, name: value}).encode()
        heard = client.send(KQ2024, body, query=session)
        assert sound(heard) == "205", ascii(letter)


@pytest.mark.parametrize("path", FIELDS)
def test_endless_text_stops_early(client: Client, session: str, path: str) -> None:
    for letter in ("A", "9", "Ế", " ", "'", "\\", "%", "\U0001f4a9"):
        for name in FIELDS[path]:
            fields = {**GOOD, name: letter * 50_000}
            assert sound(client.post(path, fields, "" if path == TAKE else session)) in ("205", "401", "402", "403")


INJECTIONS = [
    "'", '"', "' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE insured_card; --", "1; SELECT pg_sleep(9)", "%s",
    "%(number)s", "') UNION SELECT digest FROM accounts_apisecret --", "%", "%%", "{0}", "{number}", "$1", "\\", "\\'",
    "\u02bc OR 1=1",
    "'||(SELECT 1)||'", "*/", "/*", "--", "' AND 1=CAST((SELECT version()) AS int) --", "admin'--", "1e1", "0x41", "_",
    "NULL", "' IS NULL", "＇ OR 1=1", "%25", "GD4_______________", "GD4%", "{{7*7}}", "${7*7}", "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>", "\r\nSet-Cookie: a=b", "../../etc/passwd", "(SELECT(0)FROM(SELECT(SLEEP(9)))v)",
    "COPY t TO PROGRAM 'x'",
]  # fmt: skip


@pytest.mark.parametrize("path", FIELDS)
def test_no_field_of_any_function_reaches_sql_as_sql(client: Client, session: str, path: str) -> None:
    for name in (*FIELDS[path], "token", "id_token"):
        for text in INJECTIONS:
            query = "" if path == TAKE else session
            for heard in (client.post(path, {**GOOD, name: text}, query), client.post(path, {**GOOD, name: text})):
                code = sound(heard)
                assert name in ("token", "id_token") or code not in ("000", "200"), (name, text)


@pytest.mark.parametrize("name", ["maThe", "hoTen", "hoTenCb", "cccdCb"])
def test_an_injection_that_extends_a_right_value_makes_it_wrong(client: Client, session: str, name: str) -> None:
    for text in ("' OR '1'='1", "'--", "%", "\\", "')) --"):
        code = sound(client.ask(session, **{name: f"{GOOD[name]}{text}"}))
        assert code not in ("000", "001", "002", "003", "004"), text


# Sizes and lengths


@pytest.mark.parametrize("path", IN_USE)
def test_a_body_over_the_limit_is_413_and_at_the_limit_is_read(client: Client, session: str, path: str) -> None:
    query = "" if path == TAKE else session
    over = client.send(path, b" " * (MOST_BODY_BYTES + 1), query=query)
    assert (sound(over), over.status) == ("205", 413)
    assert "256 KB" in over.json["ghiChu"]
    at_most = client.send(path, b" " * MOST_BODY_BYTES, query=query)
    assert (sound(at_most), at_most.status) == ("401" if path == TAKE else "205", 200)


class Watched(io.BytesIO):
    """Counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        got = super().read(size)
        self.taken += len(got)
        return got


def called(gateway: Gateway, body: io.BytesIO, address: str = "127.0.0.1", **environ: str) -> Heard:
    """Call with an environment that no well-behaved server would make."""
    heard: list[Any] = []
    asked: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": KQ2024, "QUERY_STRING": "", "REMOTE_ADDR": address, "wsgi.input": body,
        **environ,
    }  # fmt: skip
    raw = b"".join(gateway(asked, lambda status, headers: heard.extend([int(status[:3]), dict(headers)])))
    return Heard(heard[0], heard[1], raw)


LENGTHS = {
    "0": 200, "": 200, "5": 200, "262145": 413, "9" * 18: 413, "9" * 5000: 413, "-1": 200, "-999999999": 200,
    "abc": 200, "1e9": 200, "²": 200, "٣": 200, "0x10": 200, " 7 ": 200, "+5": 200,
}  # fmt: skip


def test_a_lying_content_length_is_no_fault_of_ours(client: Client) -> None:
    heard = {length: called(client.gateway, Watched(b'{"a":"1"}'), CONTENT_LENGTH=length) for length in LENGTHS}
    assert {length: one.status for length, one in heard.items()} == LENGTHS
    assert {sound(one) for one in heard.values()} == {"205", "401"}


def test_a_promised_flood_is_refused_unread_and_an_unannounced_one_soon(client: Client) -> None:
    promised, unannounced = Watched(b"x" * 900_000), Watched(b"x" * 900_000)
    assert called(client.gateway, promised, CONTENT_LENGTH="900000").status == 413
    assert called(client.gateway, unannounced).status == 413
    assert (promised.taken, unannounced.taken) == (0, MOST_BODY_BYTES + 1)


def test_the_body_of_a_stranger_is_never_read(client: Client) -> None:
    body = Watched(b"{}")
    assert called(client.gateway, body, "198.51.100.7").status == 403
    assert body.taken == 0


# Paths and methods


NOWHERE = [
    "", "/", "//", "/api", "/api/egw/", "/api/egw/../token/take", "/api/token/take/..", "/%2e%2e/etc/passwd", "/.env",
    "/api/egw/KQNhanLichSuKCB2024.json", "/api/egw/KQNhanLichSuKCB2024;a=b", "/api/egw/KQNhanLichSuKCB2023", "/\0",
    "/api/egw/KQNhanLichSuKCB2024\0", "/api\\egw\\KQNhanLichSuKCB2024", "/ế", "/" + "a" * 99_999, "/" + " " * 99_999,
    "/\r\nX: y", "/api/egw/nhanLichSuKCB2024\nfake log line", "/healthz/x", "/api/token", "*", "http://x/api",
]  # fmt: skip


def test_an_unknown_function_is_404(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for path in NOWHERE:
        for method in ("POST", "GET", "DELETE"):
            heard = client.send(path, b"{}", method=method)
            assert (sound(heard), heard.status) == ("404", 404), path
            assert list(heard.json) == ["maKetQua", "ghiChu"]
    assert not any("\n" in record.getMessage() or "fake" in record.getMessage() for record in caplog.records)


def test_every_function_is_called_by_post_only(client: Client, session: str) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "post", "X"):
        for path in FUNCTIONS:
            heard = client.send(path, b"{}", query=session, method=method)
            assert (sound(heard), heard.status) == ("405", 405)
            assert heard.headers["Allow"] == "POST, OPTIONS"


def test_health_is_asked_by_get_only(client: Client) -> None:
    heard = {method: client.send("/healthz", method=method).status for method in ("POST", "PUT", "OPTIONS", "HEAD")}
    assert heard == {"POST": 404, "PUT": 404, "OPTIONS": 204, "HEAD": 200}


# Headers and the log


def test_no_sent_header_comes_back_or_names_the_reference(client: Client, session: str) -> None:
    sent = {
        "X-Ma-Tham-Chieu": "f" * 32, "X-Request-Id": "marked", "Origin": "http://marked.example", "Host": "marked",
        "X-Forwarded-Host": "marked.example", "X-HTTP-Method-Override": "DELETE", "Cookie": "a=marked",
        "Referer": "marked", "Accept-Language": "marked", "User-Agent": "marked",
    }  # fmt: skip
    for heard in (client.send(KQ2024, b"{}", query=session, headers=sent), client.send("/x", headers=sent)):
        sound(heard)
        told = f"{heard.headers} {heard.raw.decode()}"
        assert "marked" not in told
        assert "f" * 32 not in told


def test_every_call_has_its_own_reference_and_the_log_knows_it(
    client: Client, session: str, caplog: pytest.LogCaptureFixture
) -> None:
    heard = [client.ask(session), client.ask(""), client.send("/x"), client.send(KQ2024, b"\xff", query=session)]
    references = [one.headers["X-Ma-Tham-Chieu"] for one in heard]
    assert len(set(references)) == 4
    assert all(any(reference in record.getMessage() for record in caplog.records) for reference in references)


def test_nothing_that_was_sent_can_write_a_line_of_the_log(
    client: Client, session: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("username", "password", "token", "id_token", "maThe", "hoTen", "maCSKCB", "maHoSo", "fake"):
        for path in FUNCTIONS:
            client.post(
                path, {**GOOD, name: "x\r\n2026-01-01 INFO FORGED \x1b[31m"}, "" if name == "username" else session
            )
    assert not any(re.search(r"FORGED|[\r\n\x1b]", record.getMessage()) for record in caplog.records)


def test_a_query_with_too_many_parameters_is_refused(client: Client, session: str) -> None:
    for query in (session + "&a=1" * 200, "&" * 5000, "a=" * 5000 + session):
        assert sound(client.send(KQ2024, b"{}", query=query)) in ("205", "401")


# Anything at all


@FUZZ
@given(body=st.binary(max_size=400))
def test_any_bytes_get_a_code(client: Client, session: str, body: bytes) -> None:
    for path in IN_USE:
        assert sound(client.send(path, body, query="" if path == TAKE else session)) in ("205", "401", "403")


LETTERS = st.text(st.characters(codec=None), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*GOOD, "token", "id_token", "MATHE", "maThe "])


@FUZZ
@given(fields=st.dictionaries(NAMES | LETTERS, VALUES, max_size=8), quote=st.sampled_from(['"', "'"]))
def test_any_object_gets_a_code(client: Client, session: str, fields: dict[str, Any], quote: str) -> None:
    body = json.dumps(fields).replace('"', quote).encode()
    for path in IN_USE:
        sound(client.send(path, body, query="" if path == TAKE else session))


@FUZZ
@given(changed=st.dictionaries(st.sampled_from(list(FIELDS[KQ2024.lower()])), st.text(max_size=40), min_size=1))
def test_any_text_in_the_parameters_gets_a_code(client: Client, session: str, changed: dict[str, str]) -> None:
    body = json.dumps({**GOOD, **changed}).encode("utf-8", "surrogatepass")
    sound(client.send(KQ2024, body, query=session))


@FUZZ
@given(query=st.text(st.characters(max_codepoint=255), max_size=200))
def test_any_query_gets_a_code(client: Client, query: str) -> None:
    for path in IN_USE:
        assert sound(client.send(path, b"{}", query=query)) in ("205", "401", "403")


@FUZZ
@given(path=st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_path_gets_a_code(client: Client, path: str) -> None:
    assert sound(client.send("/" + path, b"{}")) in ("404", "401", "205")


@FUZZ
@given(forwarded=st.text(st.characters(max_codepoint=255), max_size=80))
def test_any_forwarded_header_leaves_the_caller_where_it_is(state: State, forwarded: str) -> None:
    heard = Client(Gateway(state), "198.51.100.7").send(TAKE, b"{}", headers={"X-Forwarded-For": forwarded})
    assert (sound(heard), heard.status) == ("403", 403)
    assert "198.51.100.7" in heard.json["ghiChu"]


def test_the_house_stands_after_all_of_it(client: Client, session: str, house: House) -> None:
    for text in INJECTIONS:
        client.ask(session, hoTen=text)
    assert client.ask(session).json["maSoBHXH"] == house.patient.social_number

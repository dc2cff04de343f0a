"""From bytes to parameters: every kind of body reads as the fields that were written into it."""

from __future__ import annotations

import codecs
import json
import re
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congbhyt.gateway.application import route
from congbhyt.gateway.binding import UnreadableBodyError, bind

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=6).filter(
    lambda fields: len({name.lower() for name in fields}) == len(fields)
)


def lowered(fields: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in fields.items()}


def single_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@given(FIELDS, st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_back(fields: dict[str, str], indent: int | None, escaped: bool) -> None:
    text = json.dumps(fields, ensure_ascii=escaped, indent=indent)
    for body in (
        text.encode(), codecs.BOM_UTF8 + text.encode(), codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + text.encode("utf-16-be"), b"\r\n " + text.encode() + b" \0",
    ):  # fmt: skip
        assert bind("", body) == lowered(fields)


@given(FIELDS.filter(bool))
def test_a_form_is_read_back_from_body_and_from_query(fields: dict[str, str]) -> None:
    plus, percent = urlencode(fields), urlencode(fields, quote_via=quote)
    assert bind("", plus.encode()) == bind("", percent.encode()) == bind(plus, b"") == lowered(fields)
    assert bind(percent, b"null") == lowered(fields)


@given(FIELDS, st.sampled_from([",", " , ", ",\r\n\t"]), st.sampled_from(["", ",", " ,\n"]))
def test_pseudo_json_is_read_back(fields: dict[str, str], comma: str, trailing: str) -> None:
    quoted = comma.join(f"{single_quoted(name)}: {single_quoted(value)}" for name, value in fields.items())
    bare = comma.join(f"{name} :{json.dumps(value)}" for name, value in fields.items())
    for inner in (quoted, bare):
        assert bind("", ("{" + inner + (trailing if fields else "") + "}").encode()) == lowered(fields)


@given(FIELDS, FIELDS)
def test_the_query_wins_over_the_body(body: dict[str, str], query: dict[str, str]) -> None:
    assert bind(urlencode(query), json.dumps(body).encode()) == {**lowered(body), **lowered(query)}


@given(FIELDS.filter(bool), st.sampled_from([1, 1.5, True, None, [], ["x"], {}, {"a": "b"}]))
def test_what_is_no_text_is_there_but_empty_handed(fields: dict[str, str], value: object) -> None:
    name = next(iter(fields))
    assert bind("", json.dumps({**fields, name: value}).encode()) == {**lowered(fields), name.lower(): None}


@given(st.binary(max_size=300), st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes, query: str) -> None:
    try:
        bound = bind(query, body)
    except UnreadableBodyError as refused:
        told = refused.detail
    else:
        assert not re.search("[\0\ud800-\udfff]", "".join(value or "" for value in bound.values()))
        return
    assert re.fullmatch(r"[a-zA-Z0-9 -]+", told)  # it goes to the log: nothing of the body may be in it


@given(st.text(st.sampled_from("{}[]'\":,\\ab1 \n"), max_size=40))
def test_any_broken_object_is_read_or_refused(text: str) -> None:
    try:
        bound = bind("", ("{" + text).encode())
    except UnreadableBodyError:
        return
    assert all(name == name.lower() for name in bound)


@pytest.mark.parametrize(("body", "bound"), [
    (b"", {}), (b"null", {}), (b"undefined", {}), (b"{}", {}), (b" { } ", {}), (b"\xef\xbb\xbf", {}), (b"\0\0", {}),
    (b"{'a':'b'}", {"a": "b"}), (b"{a:'b'}", {"a": "b"}), (b'{a:"b",}', {"a": "b"}),
    (b"{'a':null,b:1}", {"a": None, "b": None}),
    (b"{'a':'it\\'s'}", {"a": "it's"}), (b"{'a':'x\"y'}", {"a": 'x"y'}), (b"{'a':'\\u1ebf'}", {"a": "\u1ebf"}),
    (b"{'a':'1\n2'}", {"a": "1\n2"}), (b"a=b", {"a": "b"}), (b"a=", {"a": ""}), (b"a=b+c&A=d", {"a": "d"}),
    (b'"a=b&c=d"', {"a": "b", "c": "d"}), (b"a=%E1%BA%BF", {"a": "\u1ebf"}), (b"a=\xe1\xba\xbf", {"a": "\u1ebf"}),
    (b"a=%FF", {"a": "\ufffd"}), (b"a=%00", {"a": "\ufffd"}), (b'{"a":"\\u0000"}', {"a": "\ufffd"}),
    (b'{"a":"\\ud800"}', {"a": "\ufffd"}), (b'{"a":"1","A":"2"}', {"a": "2"}), (b'{" a ":"1"}', {"a": "1"}),
    (b'{"ma\xc6\xa1":"1"}', {"ma\u01a1": "1"}), ('{"maCơ sở KCB":"01999"}'.encode(), {"macskcb": "01999"}),
])  # fmt: skip
def test_examples(body: bytes, bound: dict[str, str | None]) -> None:
    assert bind("", body) == bound


@pytest.mark.parametrize(
    "body",
    [
        b"<a/>", b"[]", b"[1]", b"1", b"true", b'"x"', b'""x', b"{", b"}", b"{a}", b"{a:}", b"{'a' 'b'}",
        b"{'a':'b' 'c':'d'}",
        b"{'a':'b'", b"{'a':{'b':'c'}}", b"\xff", b"x", b"<a b='c'/>", b"[a=b]", b"a=b" + b"&a=b" * 200,
    ],
)  # fmt: skip
def test_these_are_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        bind("", body)


def test_unencoded_values_in_a_query_are_read_as_programs_mean_them() -> None:
    assert bind("a=x=y==&b=NGUYỄN VĂN&c=1/1", b"") == {"a": "x=y==", "b": "NGUYỄN VĂN", "c": "1/1"}
    assert bind(f"a={quote_plus('x+y')}", b"") == {"a": "x+y"}


SEGMENTS = st.lists(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), min_size=1, max_size=5)


@given(SEGMENTS, st.lists(st.sampled_from(["/", "//", " /", "/ ", "/// "]), min_size=6, max_size=6))
def test_a_route_is_the_same_through_case_slashes_and_spaces(segments: list[str], slashes: list[str]) -> None:
    written = "".join(slash + segment for slash, segment in zip(slashes, segments, strict=False)) + slashes[-1]
    plain = "/" + "/".join(segments).lower()
    assert route(written) == route(written.upper()) == route(plain) == plain.replace("/api/egw/api/egw/", "/api/egw/")
    assert route("/Mount" + plain, "/mount/") == route(plain)

"""What hospital programs really send (wire-protocol §1.1–1.3), byte for byte, and how some read the answer.

Each `golden/ask_*.bin` asks the same of KQNhanLichSuKCB2024 in another program's manner and must get the
same answer; each `golden/take_*.bin` opens a session.
"""

from __future__ import annotations

import re

import pytest

from congbhyt.accounts import actions as accounts
from congbhyt.accounts.secrets import md5
from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway
from tests import factories
from tests.factories import House
from tests.wire.client import GOLDEN, KQ2024, Client, Heard

ASKS = sorted(path.stem for path in GOLDEN.glob("ask_*.bin"))
TAKES = sorted(path.stem for path in GOLDEN.glob("take_*.bin"))


def kept(name: str) -> bytes:
    return (GOLDEN / f"{name}.bin").read_bytes()


@pytest.fixture
def expected(client: Client, session: str) -> dict[str, object]:
    """What the plain call answers, apart from the trail, which each call lengthens."""
    return without_trail(client.ask(session))


def without_trail(heard: Heard) -> dict[str, object]:
    return {key: value for key, value in heard.json.items() if key != "dsLichSuKT2018"}


@pytest.mark.parametrize("name", ASKS)
def test_every_manner_of_asking_gets_the_same_answer(
    client: Client, session: str, expected: dict[str, object], name: str
) -> None:
    heard = client.replay(kept(name), session)
    assert (heard.status, heard.code) == (200, "000")
    assert without_trail(heard) == expected


@pytest.mark.parametrize("name", TAKES)
def test_every_manner_of_signing_in_opens_a_session(client: Client, name: str) -> None:
    heard = client.replay(kept(name))
    assert (heard.status, heard.code) == (200, "200")
    key = heard.json["APIKey"]
    query = f"token={key['access_token']}&id_token={key['id_token']}&username=01999_BV&password={factories.WIRE_SECRET}"
    assert client.ask(query).code == "000"


def test_the_kept_messages_are_many_and_differ() -> None:
    messages = [kept(name) for name in (*ASKS, *TAKES)]
    assert len(set(messages)) == len(messages) >= 80


@pytest.mark.parametrize("prefix", ["/bhyt", "bhyt/", "/BHYT", "/cong/bhyt"])
def test_a_gateway_mounted_under_a_prefix_answers_with_and_without_it(
    client: Client, state: State, session: str, prefix: str
) -> None:
    mounted = Client(Gateway(state, prefix=prefix))
    assert mounted.ask(session, path=f"/{prefix.strip('/')}{KQ2024}").code == "000"
    assert mounted.ask(session, path=f"//{prefix.strip('/').upper()}/{KQ2024.lower()}").code == "000"
    assert mounted.ask(session).code == "000"
    assert client.ask(session, path=f"/{prefix.strip('/')}{KQ2024}").status == 404


def test_no_number_of_sessions_ends_an_older_one(client: Client, session: str) -> None:
    later = [client.session() for _ in range(5)]
    assert [client.ask(query).code for query in (session, *later)] == ["000"] * 6


def test_nothing_in_a_session_needs_percent_encoding(client: Client) -> None:
    key = client.take().json["APIKey"]
    assert re.fullmatch("[A-Za-z0-9]{32,}", key["access_token"])
    assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", key["id_token"])


def test_a_clear_secret_of_32_hex_digits_is_taken_for_its_digest_only(client: Client, house: House) -> None:
    house.account.secrets.update(retired_at=factories.NOW, retired_by="test")
    clear = "0123456789abcdef0123456789ABCDEF"
    accounts.issue_secret(account=house.account, by="test", at=factories.NOW, secret=clear)
    assert client.take(password=md5(clear)).code == "200"
    assert client.take(password=clear).code == "401"


# Preflight and cross-origin readers


@pytest.mark.parametrize("path", ["/api/token/take", KQ2024, "/api/egw/nowhere"])
@pytest.mark.parametrize("address", ["127.0.0.1", "198.51.100.7"])
def test_preflight_is_answered_before_anything_is_asked(state: State, path: str, address: str) -> None:
    asked = {"Origin": "http://his.example", "Access-Control-Request-Headers": "content-type,accesstoken"}
    heard = Client(Gateway(state), address).send(path, method="OPTIONS", headers=asked, content_type="")
    assert (heard.status, heard.raw) == (204, b"")
    assert heard.headers["Access-Control-Allow-Origin"] == "*"
    assert heard.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert heard.headers["Access-Control-Allow-Headers"] == "Content-Type, accessToken, tokenId, passwordHash"


def test_browsers_may_read_answers_of_every_kind(client: Client, session: str) -> None:
    heard = [client.ask(session), client.take(password="wrong"), client.send("/api/no", b""), client.send("/x" * 9)]
    assert {one.headers["Access-Control-Allow-Origin"] for one in heard} == {"*"}
    assert not any("Access-Control-Allow-Credentials" in one.headers for one in heard)


# Programs that split the text instead of parsing it


def between(text: str, left: str, right: str) -> str:
    """What a Visual Basic program cuts out: from `left` to the next `right`."""
    return text.split(left, 1)[1].split(right, 1)[0]


def test_a_program_that_cuts_out_code_and_sentence_finds_both(client: Client, session: str) -> None:
    text = client.ask(session).raw.decode()
    assert text.startswith('{"maKetQua":"')
    assert between(text, '"maKetQua":"', '","ghiChu":"') == "000"
    assert between(text, '","ghiChu":"', '","maThe":"').startswith("Thẻ còn giá trị sử dụng! Họ tên : NGUYỄN VĂN THỬ")
    assert between(text, '"gtTheDen":"', '","maKV":"') == "06/04/2027"


def test_a_program_that_cuts_out_an_error_finds_code_and_sentence(client: Client, session: str) -> None:
    text = client.ask(session, hoTen="ĐẶNG VĂN THỬ").raw.decode()
    assert between(text, '"maKetQua":"', '","ghiChu":"') == "060"
    assert between(text, '","ghiChu":"', '","maThe":null') == "Thẻ BHYT sai họ tên!"


def test_a_program_that_strips_braces_and_quotes_finds_its_session(client: Client) -> None:
    text = client.take().raw.decode()
    bare = text.replace("{", "").replace("}", "").replace('"', "")
    pairs = [part.split(":", 1) for part in bare.split(",")]
    assert [name for name, _ in pairs] == ["maKetQua", "APIKey", "id_token", "token_type", "username", "expires_in"]
    assert pairs[0][1] == "200"
    assert pairs[1][1].startswith("access_token:")
    assert "T" in pairs[5][1]
    assert "." in pairs[5][1]


def test_a_program_that_splits_on_colons_and_commas_gets_whole_tokens(client: Client) -> None:
    words = re.split('[":,{}]+', client.take().raw.decode())
    taken = client.take().json["APIKey"]
    assert words[words.index("access_token") + 1].isalnum()
    assert len(words[words.index("access_token") + 1]) == len(taken["access_token"])


POSITIONS = ("maHoSo", "maCSKCB", "ngayVao", "ngayRa", "tenBenh", "tinhTrang", "kqDieuTri", "lyDoVV")


def walked(text: str) -> list[list[str]]:
    """History as a .NET program reads it: items between braces, values by position between quotes."""
    block = between(text, '"dsLichSuKCB2018":[{', "}]")
    return [[pair.split('":"')[1].rstrip('"') for pair in item.split('","')] for item in block.split("},{")]


def test_a_program_that_walks_history_by_position_reads_every_visit(client: Client, session: str, house: House) -> None:
    items = walked(client.ask(session).raw.decode())
    assert [item[0] for item in items] == [str(visit.record_number) for visit in house.visits]
    assert [item[1] for item in items] == ["01999", "01999", "01998"]
    assert items[0][2:8] == ["202602200730", "202602200900", "Viêm họng cấp", "1", "2", "1"]
    assert all(int(item[3]) > int(item[2]) for item in items)  # Int64.Parse on both
    assert all(len(item) == len(POSITIONS) + 5 for item in items)


def test_a_diagnosis_with_quotes_and_braces_cannot_move_the_positions_of_the_next_visit(
    client: Client, session: str, house: House
) -> None:
    factories.visit(house.patient, "01999", 5, text='Vết thương, "sâu": {độ 2}', code="S61")
    first = client.ask(session).json["dsLichSuKCB2018"][0]
    assert tuple(first)[:8] == POSITIONS
    assert first["tenBenh"] == 'Vết thương, "sâu": {độ 2}'


def test_every_value_of_a_good_answer_is_text(client: Client, session: str) -> None:
    client.ask(session)
    answer = client.ask(session).json
    blocks = (answer.pop("dsLichSuKCB2018"), answer.pop("dsLichSuKT2018"))
    assert all(isinstance(value, str) for value in answer.values())
    assert all(isinstance(value, str) for block in blocks for item in block for value in item.values())


def test_answers_are_compact_and_written_in_vietnamese_letters(client: Client, session: str) -> None:
    raw = client.ask(session).raw
    assert b"\\u" not in raw
    assert b'": ' not in raw
    assert b'", "' not in raw
    assert raw.decode().isprintable()


def test_the_probe_that_asks_for_ten_zeros_gets_a_code(client: Client, session: str) -> None:
    heard = client.ask(session, maThe="0000000000")
    assert (heard.status, heard.code) == (200, "050")

"""After a day's calls, good and bad: nothing secret and nobody's number in any log."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

from tests.factories import COLLEAGUE_CITIZEN, OFFICER_CITIZEN, SECRET, WIRE_SECRET
from tests.journeys import running
from tests.journeys.running import Served

_STRANGER_CITIZEN = "099199000777"


def _a_day(served: Served) -> list[str]:
    """Calls of every kind; returns the tokens that were issued."""
    session = served.session()
    served.ask(session)
    served.ask(session, cccdCb=_STRANGER_CITIZEN)
    served.ask(session, cccdCb=COLLEAGUE_CITIZEN)
    served.ask(session, maThe="099080000001")
    served.ask(session, maThe=OFFICER_CITIZEN, hoTen=None)
    served.ask(session.replace("token=", "token=x"))
    served.post(f"/api/egw/nhanHoSoKCBChiTiet?{session}&maHoSo={OFFICER_CITIZEN}", {})
    served.post(f"/{WIRE_SECRET}/{OFFICER_CITIZEN}", {})
    served.post("/api/token/take", {"username": OFFICER_CITIZEN, "password": SECRET})
    served.post("/api/token/take", {"username": "01999_BV\0", "password": "wrong" + SECRET})
    served.take("01998_BV")
    named = dict(pair.split("=", 1) for pair in session.split("&"))
    return [named["token"], named["id_token"]]


def test_logs_hold_no_secret_no_token_no_citizen_number(furnished: dict[str, str], tmp_path: Path) -> None:
    environment = {**furnished, "CONGBHYT_LOG_LEVEL": "DEBUG"}
    with running.gateway(environment, tmp_path / "gateway.log") as served:
        tokens = _a_day(served)
    database_log = Path(os.environ["CONGBHYT_VAR"]) / "postgres" / "log"
    logs = (tmp_path / "gateway.log").read_text() + database_log.read_text(errors="replace")
    assert "kqnhanlichsukcb2024" in logs.lower(), "the gateway's log must be there to be searched"
    forbidden = [SECRET, WIRE_SECRET, WIRE_SECRET.lower(), OFFICER_CITIZEN, COLLEAGUE_CITIZEN, _STRANGER_CITIZEN]
    assert [text for text in [*forbidden, *tokens, "099080000001", "0000000101"] if text in logs] == []


def test_the_record_names_people_without_their_citizen_number(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        tokens = _a_day(served)
    with psycopg.connect(furnished["DATABASE_OWNER_URL"]) as connection:
        rows = connection.execute("SELECT entry::text FROM audit_entry entry").fetchall()
    record = "\n".join(row for (row,) in rows)
    forbidden = [SECRET, WIRE_SECRET, COLLEAGUE_CITIZEN, _STRANGER_CITIZEN, "099080000001", *tokens]
    assert [text for text in forbidden if text in record] == []

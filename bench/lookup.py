"""The look-up over HTTP against the limit that PostgreSQL sets: `python -m bench.lookup`.

The limit is pgbench (`-M prepared`, the embedded server's own binary) running the very statements of
the gateway, one transaction a look-up. Load comes from Debian's `wrk`. Both run in turns on the same
server and data; only their ratio means anything on a shared machine.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from bench.house import ACCOUNT, OFFICER_CITIZEN, PEOPLE, WIRE_SECRET, fill, open_session
from congbhyt.config import embedded
from congbhyt.kernel.keyring import create_keys, fingerprint, read_keys

CONNECTIONS = 16
SECONDS = 5
ROUNDS = 3
PORT = 8931
LEAST_LOOKUP = 0.35
LEAST_PAIR = 0.25
MOST_MEGABYTES = 150


@dataclass(frozen=True)
class Bench:
    """Where everything is."""

    folder: Path
    access: embedded.Access
    environment: dict[str, str]

    def script(self, name: str, text: str) -> Path:
        """Write a script for pgbench or wrk."""
        path = self.folder / name
        path.write_text(text)
        return path


def main() -> int:
    """Measure, print, and leave with 1 when a ratio is missed."""
    if shutil.which("wrk") is None:
        print("wrk is not installed; run: apt-get install wrk")
        return 2
    with tempfile.TemporaryDirectory(prefix="congbhyt-bench-") as folder, database(Path(folder)) as bench:
        fill(bench.environment)
        with gateway(bench) as processes:
            look_up = _ratio(bench, "look-up", lookup_pgbench(bench), lookup_wrk(bench))
            pair = _ratio(bench, "token/take + look-up", pair_pgbench(bench), pair_wrk(bench))
            megabytes = max(_megabytes(pid) for pid in processes())
    print(f"largest gateway process: {megabytes:.0f} MB (at most {MOST_MEGABYTES})")
    kept = look_up >= LEAST_LOOKUP and pair >= LEAST_PAIR and megabytes < MOST_MEGABYTES
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


@contextmanager
def database(folder: Path) -> Iterator[Bench]:
    """A durable embedded database of its own, migrated."""
    with embedded.running(folder / "postgres") as access:
        create_keys(folder / "keys.json")
        environment = {
            **os.environ,
            "CONGBHYT_VAR": str(folder),
            "DATABASE_URL": access.url(embedded.APPLICATION),
            "DATABASE_OWNER_URL": access.url(embedded.OWNER),
        }
        subprocess.run(
            [sys.executable, "-m", "congbhyt.commands", "migrate", "--kind", "sandbox"], env=environment, check=True
        )
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="congbhyt.config.settings")
        django.setup()  # the statements stand in modules that import models
        yield Bench(folder, access, environment)


@contextmanager
def gateway(bench: Bench, port: int = PORT) -> Iterator[Callable[[], list[int]]]:
    """The gateway as it is served, with its default workers and threads."""
    command = [sys.executable, "-m", "congbhyt.commands", "serve", "gateway", "--port", str(port)]
    with (bench.folder / f"gateway-{port}.log").open("wb") as log:
        server = subprocess.Popen(command, env=bench.environment, stdout=log, stderr=log)
    try:
        open_session(port)
        yield lambda: [server.pid, *_children(server.pid)]
    finally:
        server.terminate()
        server.wait(20)


def _children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(resident[1]) / 1024 if resident else 0.0


def _ratio(bench: Bench, name: str, pgbench: Path, wrk: Path) -> float:
    """Run both in turns; the median of each, and their ratio."""
    limits, reached = [], []
    for _ in range(ROUNDS):
        limits.append(_run_pgbench(bench, pgbench))
        reached.append(_run_wrk(wrk))
        time.sleep(0.5)
    limit, ours = statistics.median(limits), statistics.median(reached)
    print(f"{name}: {ours:,.0f}/s over HTTP, pgbench {limit:,.0f}/s, ratio {ours / limit:.2f}", flush=True)
    return ours / limit


def _run_pgbench(bench: Bench, script: Path) -> float:
    command = [
        str(embedded.binaries() / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
        "-T", str(SECONDS), "-f", str(script), bench.access.url(embedded.APPLICATION),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise SystemExit(f"pgbench said: {done.stderr[-2000:]}")
    return float(found[1])


def _run_wrk(script: Path) -> float:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-s", str(script), f"http://127.0.0.1:{PORT}/"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"answered ([0-9]+) wrong ([0-9]+) in ([0-9.]+)", done.stdout)
    if found is None or int(found[2]):
        raise SystemExit(f"wrk said: {done.stdout}")
    return int(found[1]) / float(found[3])


_COUNT = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function done(summary)
  local answered, wrong = 0, 0
  for _, thread in ipairs(threads) do
    answered = answered + thread:get("answered"); wrong = wrong + thread:get("wrong")
  end
  print("answered " .. answered .. " wrong " .. wrong .. " in " .. summary.duration / 1000000)
end
"""

_ASK = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
answered = 0
wrong = 0
local function ask(session)
  local n = math.random(1, PEOPLE)
  local body = string.format('{"maThe":"GD401%d","hoTen":"NGUYỄN VĂN THỬ","ngaySinh":"01/01/1980",' ..
    '"hoTenCb":"NGUYỄN THỊ KIỂM THỬ","cccdCb":"CITIZEN"}', 9910000000 + n)
  return wrk.format("POST", "/api/egw/KQNhanLichSuKCB2024?" .. session, nil, body)
end
"""


def lookup_wrk(bench: Bench) -> Path:
    """Look-ups in one session, as programs do that keep theirs."""
    script = (
        _asking()
        + f"""
local session = "{open_session(PORT)}"
function request() return ask(session) end
function response(status, headers, body)
  if status == 200 and body:find('"maKetQua":"000"', 1, true) then answered = answered + 1 else wrong = wrong + 1 end
end
"""
    )
    return bench.script("lookup.lua", script)


def pair_wrk(bench: Bench) -> Path:
    """token/take, then one look-up in that session, as many programs do; counted in pairs.

    wrk does not say which connection asks, so a look-up takes the session that any connection got last.
    """
    script = (
        _asking()
        + f"""
local sessions = {{}}
function request()
  local session = table.remove(sessions)
  if session then return ask(session) end
  return wrk.format("POST", "/api/token/take", nil, '{{"username":"{ACCOUNT}","password":"{WIRE_SECRET}"}}')
end
function response(status, headers, body)
  local token, id = body:match('"access_token":"(%w+)","id_token":"([%w-]+)"')
  if token then
    table.insert(sessions, "token=" .. token .. "&id_token=" .. id .. "&username={ACCOUNT}&password={WIRE_SECRET}")
  elseif body:find('"maKetQua":"000"', 1, true) then answered = answered + 1
  else wrong = wrong + 1 end
end
"""
    )
    return bench.script("pair.lua", script)


def _asking() -> str:
    return _COUNT + _ASK.replace("PEOPLE", str(PEOPLE)).replace("CITIZEN", OFFICER_CITIZEN)


def lookup_pgbench(bench: Bench) -> Path:
    """The gateway's three statements of a look-up in one transaction."""
    return bench.script("lookup.sql", "\n".join(["BEGIN;", *_lookup_statements(bench), "COMMIT;"]))


def pair_pgbench(bench: Bench) -> Path:
    """The two statements of token/take and the three of the look-up in one transaction."""
    from congbhyt.tokens.actions import FIND_ACCOUNT, OPEN_SESSION

    values = {
        "name": f"'{ACCOUNT}'::text", "address": "'127.0.0.1'", "at": "now()", "today": "current_date",
        "token_digest": "sha256(gen_random_uuid()::text::bytea)", "id_token": "gen_random_uuid()",
        "account_id": "(SELECT id FROM accounts_apiaccount LIMIT 1)", "password_mac": "'\\x00'::bytea",
        "expires_at": "now() + interval '10 minutes'", "actor": f"'account:{ACCOUNT}'", "unit_code": "'01999'",
        "port": "40000", "reference": "left(gen_random_uuid()::text, 32)",
    }  # fmt: skip
    taking = [_bound(FIND_ACCOUNT, values), _bound(OPEN_SESSION, values)]
    return bench.script("pair.sql", "\n".join(["BEGIN;", *taking, *_lookup_statements(bench), "COMMIT;"]))


def _lookup_statements(bench: Bench) -> list[str]:
    from congbhyt.kernel.identifiers import AskedBy
    from congbhyt.lookup.actions import RECORD
    from congbhyt.lookup.facts import STATEMENTS
    from congbhyt.tokens.queries import FIND_SESSION

    keys = read_keys(bench.folder / "keys.json")
    token = re.search(r"token=(\w+)", open_session(PORT))
    digest = fingerprint(token[1] if token else "").hex()
    values = {
        "token_digest": f"'\\x{digest}'::bytea", "today": "current_date", "number": "'GD401' || :n::bigint",
        "unit_id": "1",
        "officer_digest": f"'\\x{keys.digest(OFFICER_CITIZEN).hex()}'::bytea", "history_right": "'history_lookup'",
        "visits_since": "now() - interval '1 year'", "checks_since": "now() - interval '90 days'", "checks_most": "20",
        "person_id": "(:n::bigint - 9910000000)", "at": "clock_timestamp()",
        "reference": "left(gen_random_uuid()::text, 32)", "account_name": f"'{ACCOUNT}'", "unit_code": "'01999'",
        "code": "'000'", "history_shown": "true",
        "actor": f"'account:{ACCOUNT}'", "officer": "'person:1'", "address": "'127.0.0.1'", "port": "40000",
        "object": "'insured:' || :n::bigint", "details": """'{"function": "KQNhanLichSuKCB2024", "visits": 3}'""",
    }  # fmt: skip
    found = [_bound(text, values) for text in (FIND_SESSION, STATEMENTS[AskedBy.CARD], RECORD)]
    return [f"\\set n 9910000000 + random(1, {PEOPLE})", *found]


def _bound(statement: str, values: dict[str, str]) -> str:
    """The statement for pgbench: on one line, our parameters as its values or variables.

    pgbench takes a colon inside a literal for a variable, so those become underscores.
    """
    line = re.sub(r"%\((\w+)\)s", lambda name: values[name[1]], " ".join(statement.split()))
    return re.sub(r"(?<=[a-z]):(?=[a-z0-9'])", "_", line) + ";"


if __name__ == "__main__":
    sys.exit(main())

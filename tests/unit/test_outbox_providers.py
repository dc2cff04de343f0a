"""The list of providers: what it may say, what stops the start, and that no sentence repeats a password."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from congbhyt.outbox import routing
from congbhyt.outbox.console import Console
from congbhyt.outbox.file import File
from congbhyt.outbox.kannel import Kannel
from congbhyt.outbox.providers import WrongProviderError, read_providers, read_report_base
from congbhyt.outbox.refusals import ConsoleOutsideSandboxError, SandboxSendsError
from congbhyt.outbox.transports import Sms, TransportError
from tests.factories import NOW

SECRET = "gehe1m"
ADDRESS = f"kannel+http://congbhyt:{SECRET}@127.0.0.1:13013/cgi-bin/sendsms?from=BHXH"
PARSED = Kannel("127.0.0.1", 13013, "/cgi-bin/sendsms", "congbhyt", SECRET, "BHXH")


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """Routes live as long as the process."""
    routing._route.cache_clear()
    yield
    routing._route.cache_clear()


@pytest.mark.parametrize(
    ("listed", "transports"),
    [
        ("", ()),
        (" ,\n", ()),
        (ADDRESS, (PARSED,)),
        (f"{ADDRESS}, file:/var/spool/congbhyt/sms.jsonl", (PARSED, File(Path("/var/spool/congbhyt/sms.jsonl")))),
        (f"file:/a%20b\n{ADDRESS}\n", (File(Path("/a b")), PARSED)),
        (
            "kannel+https://a%40b:p%3A%2F%2Cq@[::1]:443/s?from=%2B84%20x",
            (Kannel("::1", 443, "/s", "a@b", "p:/,q", "+84 x", secure=True),),
        ),
        (
            f"kannel+http://u:{SECRET}@Sms.Example.vn:1/",
            (Kannel("sms.example.vn", 1, "/cgi-bin/sendsms", "u", SECRET),),
        ),
        ("console:", (Console(),)),
        ("console", (Console(),)),
    ],
)
def test_addresses_name_transports_in_their_order(listed: str, transports: tuple[object, ...]) -> None:
    assert read_providers(listed, "") == transports


@pytest.mark.parametrize(
    "address",
    [
        f"http://congbhyt:{SECRET}@127.0.0.1:13013/",
        f"kannel://congbhyt:{SECRET}@127.0.0.1:13013/",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1/",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1:0/",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1:99999/",
        f"kannel+http://congbhyt:{SECRET}/x@127.0.0.1:13013/",
        f"kannel+http://congbhyt:{SECRET}@[127.0.0.1:13013/",
        f"kannel+http://congbhyt:{SECRET}@:13013/",
        f"kannel+http://{SECRET}@127.0.0.1:13013/",
        f"kannel+http://:{SECRET}@127.0.0.1:13013/",
        f"kannel+http://a%0D%0AX:{SECRET}@127.0.0.1:13013/",
        f"kannel+http://congbhyt:{SECRET}%0A@127.0.0.1:13013/",
        f"kannel+http://congbhyt:{SECRET}%C3%A9@127.0.0.1:13013/",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1:13013/?text={SECRET}",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1:13013/?from=a%0Db",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1:13013/?{SECRET}",
        f"kannel+http://congbhyt:{SECRET}@127.0.0.1:13013/#{SECRET}",
        f"file:{SECRET}",
        f"file://{SECRET}/x",
        "file:",
        f"console:{SECRET}",
        SECRET,
    ],
)
def test_a_wrong_address_is_told_by_its_place_and_never_repeated(address: str) -> None:
    with pytest.raises(WrongProviderError, match=r"^address 2 is wrong; expected ") as refused:
        read_providers(f"file:/a {address}", "")
    assert SECRET not in str(refused.value)


def test_a_provider_named_twice_is_refused() -> None:
    with pytest.raises(WrongProviderError, match="twice"):
        read_providers(f"{ADDRESS} {ADDRESS}", "")


def test_the_list_may_stand_in_a_file_that_not_everybody_reads(tmp_path: Path) -> None:
    held = tmp_path / "providers"
    held.write_text(ADDRESS + "\n")
    held.chmod(0o640)
    assert read_providers("", str(held)) == (PARSED,)
    held.chmod(0o644)
    with pytest.raises(WrongProviderError, match="read by everybody"):
        read_providers("", str(held))
    with pytest.raises(WrongProviderError, match="not both"):
        read_providers(ADDRESS, str(held))
    held.write_bytes(b"\xff\xfe")
    held.chmod(0o600)
    for unreadable in (held, tmp_path, tmp_path / "none"):
        with pytest.raises(WrongProviderError, match="cannot be read"):
            read_providers("", str(unreadable))


@pytest.mark.parametrize(
    ("base", "read"),
    [("", ""), ("http://10.0.0.5:8000", "http://10.0.0.5:8000"), ("https://a.example.vn/x/", "https://a.example.vn/x")],
)
def test_the_base_of_reports(base: str, read: str) -> None:
    assert read_report_base(base) == read


@pytest.mark.parametrize(
    "base",
    [
        "10.0.0.5", "ftp://a", "http://", "http://a:b@c", "http://a?b", "http://a#b", "http://a/%d", "http://a:0x",
        "http://a b", "http://[", "http://é",
    ],
)  # fmt: skip
def test_a_wrong_base_of_reports_is_refused(base: str) -> None:
    with pytest.raises(WrongProviderError, match="expected http"):
        read_report_base(base)


@pytest.mark.parametrize(
    ("transports", "sandbox", "allowed", "outcome"),
    [
        ((), True, False, ["console"]),
        ((), False, False, []),
        ((), False, True, []),
        ((Console(),), True, False, ["console"]),
        ((Console(),), False, False, ConsoleOutsideSandboxError),
        ((Console(),), False, True, ConsoleOutsideSandboxError),
        ((File(Path("/a")),), True, False, ["file"]),
        ((File(Path("/a")),), False, False, ["file"]),
        ((PARSED,), False, False, ["kannel 127.0.0.1:13013"]),
        ((PARSED,), True, False, SandboxSendsError),
        ((PARSED,), True, True, ["kannel 127.0.0.1:13013"]),
        ((File(Path("/a")), PARSED), True, False, SandboxSendsError),
        ((PARSED, Console()), False, False, ConsoleOutsideSandboxError),
    ],
)
def test_which_transports_may_be_used_where(
    settings: Any, transports: tuple[Any, ...], sandbox: bool, allowed: bool, outcome: list[str] | type[Exception]
) -> None:
    settings.SMS_PROVIDERS, settings.SMS_FROM_SANDBOX = transports, allowed
    if isinstance(outcome, list):
        route = routing.route_here(sandbox=sandbox)
        assert [provider.transport.name for provider in route.providers] == outcome
    else:
        with pytest.raises(outcome) as refused:
            routing.route_here(sandbox=sandbox)
        assert SECRET not in str(refused.value)


def test_what_is_known_of_a_provider_is_kept_between_jobs(settings: Any) -> None:
    settings.SMS_PROVIDERS = (PARSED,)
    first, second = (routing.route_here(sandbox=False) for _ in range(2))
    assert first.providers[0].circuit is second.providers[0].circuit


def _worker(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "congbhyt.commands", "serve", "worker"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "status", "said"),
    [
        ({"CONGBHYT_SMS_PROVIDERS": ADDRESS}, 1, "SMS_FROM_SANDBOX "),
        (
            {"CONGBHYT_SMS_PROVIDERS": f"kannel+http://u:{SECRET}/@h:1/"},
            2,
            "WrongSettingError CONGBHYT_SMS_PROVIDERS: ",
        ),
        ({"CONGBHYT_SMS_PROVIDERS": f"kannel+http://u:p@h:{SECRET}"}, 2, "WrongSettingError CONGBHYT_SMS_PROVIDERS: "),
        ({"CONGBHYT_SMS_PROVIDERS_FILE": "/none"}, 2, "WrongSettingError CONGBHYT_SMS_PROVIDERS_FILE: "),
        ({"CONGBHYT_SMS_REPORT_BASE": "10.0.0.5"}, 2, "WrongSettingError CONGBHYT_SMS_REPORT_BASE: "),
        ({"CONGBHYT_SMS_FROM_SANDBOX": "perhaps"}, 2, "WrongSettingError CONGBHYT_SMS_FROM_SANDBOX="),
    ],
)
def test_the_worker_of_a_sandbox_does_not_start_with(environment: dict[str, str], status: int, said: str) -> None:
    done = _worker(**environment)
    assert (done.returncode, done.stderr.startswith(said)) == (status, True), done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


SMS = Sms("7", "0000000101", "Mã «1»\n\u2028", NOW)


def test_the_file_gets_a_line_a_message_and_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"
    File(path).send(SMS)
    File(path).send(SMS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
    assert lines == [{"id": "7", "at": NOW.isoformat(), "to": SMS.receiver, "text": SMS.body}] * 2


def test_a_file_that_others_may_read_or_that_is_none_takes_nothing(tmp_path: Path) -> None:
    shared, link, pipe = tmp_path / "shared", tmp_path / "link", tmp_path / "pipe"
    shared.touch(0o600)
    shared.chmod(0o644)
    link.symlink_to(tmp_path / "elsewhere")
    os.mkfifo(pipe, 0o600)
    for path in (shared, link, pipe, tmp_path, tmp_path / "none" / "sms.jsonl", Path("/dev/null")):
        with pytest.raises(TransportError, match=r"^file: ") as refused:
            File(path).send(SMS)
        assert SMS.receiver not in str(refused.value)
    assert shared.read_bytes() == b""


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sms.jsonl"
    File(path).send(SMS)
    before = path.read_bytes()
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:10]))
        with pytest.raises(TransportError, match=r"^file: OSError$"):
            File(path).send(SMS)
    assert path.read_bytes() == before

"""deploy/ fits the code: settings, limits, commands; nginx and PostgreSQL accept it; no secret stands in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import typer
from django.conf import settings
from django.core.management import get_commands
from psycopg import sql

from congbhyt.commands.root import app
from congbhyt.config import embedded, serving
from congbhyt.config.environment import SETTINGS
from congbhyt.gateway.wsgi import MOST_BODY_BYTES
from congbhyt.policy import catalogue
from congbhyt.portal.routes import MOST_BYTES, ROUTES
from tests.conftest import server_access
from tests.journeys import proxy
from tests.journeys.running import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENING = {
    "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelTunables",
    "ProtectKernelModules", "ProtectControlGroups", "RestrictAddressFamilies", "RestrictNamespaces",
    "SystemCallFilter", "CapabilityBoundingSet", "MemoryMax", "TasksMax", "LimitCORE", "UMask",
}  # fmt: skip


def _unit(path: Path) -> dict[str, list[str]]:
    """The lines of a unit's [Service] section by their names."""
    service = path.read_text().partition("[Service]")[2].partition("[Install]")[0]
    lines: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", service, re.MULTILINE):
        lines.setdefault(name, []).append(value)
    return lines


def _example() -> dict[str, str]:
    found = re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", (DEPLOY / "environment.example").read_text(), re.MULTILINE)
    assert len(found) == len(dict(found))
    return dict(found)


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(_example()) == set(SETTINGS)


def test_a_default_in_the_example_is_the_default() -> None:
    text = (DEPLOY / "environment.example").read_text()
    shown = dict(re.findall(r"^#([A-Z][A-Z0-9_]+)=(.+)$", text, re.MULTILINE))
    assert shown
    assert {name: SETTINGS[name].default for name in shown} == shown


def test_nginx_accepts_the_configuration_as_deployed(tmp_path: Path) -> None:
    proxy.lay_out_as_deployed(tmp_path, 0xC0DE, 0xC0DF)
    assert "warn" not in proxy.judge(tmp_path)


def test_nginx_takes_as_much_body_as_the_gateway_and_says_the_same_number() -> None:
    configuration = (DEPLOY / "nginx" / "gateway.conf").read_text()
    limits = re.findall(r"^\s*(client_max_body_size|client_body_buffer_size) (\d+)k;", configuration, re.MULTILINE)
    assert {name: int(size) * 1024 for name, size in limits} == {
        "client_max_body_size": MOST_BODY_BYTES,
        "client_body_buffer_size": MOST_BODY_BYTES,
    }
    assert f'413      "Nội dung gửi lên quá {MOST_BODY_BYTES // 1024} KB' in configuration


def test_nginx_takes_as_much_of_a_form_as_the_portal() -> None:
    configuration = (DEPLOY / "nginx" / "portal.conf").read_text()
    limits = re.findall(r"^\s*client_(?:max_body|body_buffer)_size (\d+)k;", configuration, re.MULTILINE)
    assert [int(size) * 1024 for size in limits] == [settings.DATA_UPLOAD_MAX_MEMORY_SIZE] * 2


def test_nginx_takes_files_where_the_portal_does_and_as_large() -> None:
    configuration = (DEPLOY / "nginx" / "portal.conf").read_text()
    sizes = re.findall(r"^\s*client_(?:max_body|body_buffer)_size (\d+)m;", configuration, re.MULTILINE)
    assert [int(size) * 1024 * 1024 for size in sizes] == [settings.FILE_UPLOAD_MAX_MEMORY_SIZE] * 2
    most = catalogue.parameters()["registration.paper_megabytes"].most
    assert (most * 1024 + 64) * 1024 <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    place = re.search(r'location ~ "([^"]+)" {', configuration)
    assert place
    taking = {
        route.name for route in ROUTES if re.search(place[1], "/" + re.sub(r"<int:\w+>", "12", route.address))
    }  # fmt: skip
    assert taking == set(MOST_BYTES)


@pytest.mark.parametrize("name", ["portal-unavailable.html", "portal-refused.html"])
def test_a_page_of_nginx_needs_nothing_from_elsewhere(name: str) -> None:
    text = (DEPLOY / "nginx" / "congbhyt" / name).read_text()
    assert '<html lang="vi">' in text
    assert re.findall(r"(?i)<script|<link|<img|<iframe|\bon\w+=|@import|url\(|https?:", text) == []


@pytest.mark.parametrize("door", ["site-http.conf", "portal-http.conf"])
def test_nginx_lets_go_of_idle_connections_before_the_doors_do(door: str) -> None:
    site = (DEPLOY / "nginx" / "congbhyt" / door).read_text()
    kept = re.search(r"^\s*keepalive_timeout (\d+)s;", site, re.MULTILINE)
    assert kept
    assert int(kept[1]) < serving.IDLE_SECONDS


def test_nginx_says_something_about_every_status_that_it_redirects() -> None:
    configuration = (DEPLOY / "nginx" / "gateway.conf").read_text()
    table = configuration.partition("map $status $congbhyt_sentence {")[2].partition("}")[0]
    for status in (400, 403, 404, 405, 408, 413, 414, 429, 431, 500, 501, 502, 503, 504, 505):
        assert re.search(rf'^\s+{status}\s+"[^"]+\."|^\s+{status}\s+"[^"]+\)\."', table, re.MULTILINE), status


@pytest.mark.parametrize("path", UNITS, ids=[path.name for path in UNITS])
def test_a_unit_starts_a_command_that_exists(path: Path) -> None:
    lines = _unit(path)
    (started,) = lines["ExecStart"]
    program, *words = started.split()
    assert program == "/opt/congbhyt/.venv/bin/congbhyt"
    here: Any = typer.main.get_command(app)
    while words and not words[0].startswith("-"):
        here = here.commands[words.pop(0)]
    assert {word for word in words if word.startswith("--")} <= {name for option in here.params for name in option.opts}
    (checked,) = lines["ExecStartPre"]
    assert checked.split()[1:3] == ["-m", "django"]
    assert checked.split()[3] in get_commands()


@pytest.mark.parametrize("path", UNITS, ids=[path.name for path in UNITS])
def test_a_unit_is_locked_in_and_comes_back(path: Path) -> None:
    lines = _unit(path)
    assert set(lines) >= HARDENING
    assert (lines["User"], lines["Restart"], lines["NoNewPrivileges"]) == (["congbhyt"], ["always"], ["true"])
    assert int(lines["TimeoutStopSec"][0]) > serving.LAST_CALL_SECONDS
    assert lines["EnvironmentFile"][0] == "/etc/congbhyt/environment"
    assert not any("owner" in file for file in lines["EnvironmentFile"])


def test_every_process_has_its_unit() -> None:
    assert [path.name for path in UNITS] == [
        "congbhyt-gateway.service", "congbhyt-portal.service", "congbhyt-worker.service"
    ]  # fmt: skip


def test_the_commands_wrapper_is_a_program_that_a_shell_understands() -> None:
    wrapper = DEPLOY / "congbhyt"
    assert os.access(wrapper, os.X_OK)
    subprocess.run(["sh", "-n", str(wrapper)], check=True)


def test_pgbouncer_pools_transactions_and_knows_prepared_statements() -> None:
    parser = ConfigParser(interpolation=None, comment_prefixes=(";",))
    parser.read(DEPLOY / "pgbouncer" / "pgbouncer.ini")
    chosen = parser["pgbouncer"]
    assert chosen["pool_mode"] == "transaction"
    assert int(chosen["max_prepared_statements"]) > 0
    assert chosen["auth_type"] == "scram-sha-256"
    assert int(chosen["max_client_conn"]) >= 2 * 64
    assert int(chosen["query_wait_timeout"]) < 10  # hospital programs give up after that
    assert "password" not in parser["databases"]["congbhyt"]


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(DEPLOY)) for path in FILES])
def test_no_file_holds_a_password_or_a_key(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "PRIVATE KEY" not in text
    assert re.findall(r"(?i)\b(?:password|passwd|secret|pwd)\s*[=:]\s*\S+", text) == []
    assert re.findall(r"(?i)\bpassword\s+'", text) == []
    for address in re.findall(r"postgresql://[^\s\"]+", text):
        parts = urlsplit(address)
        assert parts.password is None
        assert "password" not in parse_qs(parts.query)
    assert re.findall(r"[0-9a-f]{32,}", text) == []
    assert re.findall(r"(?i)Thu@12345|Kiem-thu", text) == []


@pytest.fixture
def own_server() -> Iterator[dict[str, str]]:
    """Roles and database as roles.sql makes them, under names of this test; the two URLs."""
    access, prefix = server_access(), f"deployed_{os.getpid()}"
    script = (DEPLOY / "postgresql" / "roles.sql").read_text()
    script = re.sub(r"^\\password .*$", "", script, flags=re.MULTILINE)  # asks a person
    script = re.sub(r"\bcongbhyt(?=_owner|_app|\b)", prefix, script)
    passwords = {role: os.urandom(16).hex() for role in ("owner", "app")}
    superuser = access.url(embedded.SUPERUSER, "postgres")
    subprocess.run(
        [str(embedded.binaries() / "psql"), "-X", "-q", superuser], input=script, text=True, check=True, cwd="/"
    )
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role, password in passwords.items():
            name = sql.Identifier(f"{prefix}_{role}")
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))

        def url(role: str) -> str:
            return f"postgresql://{prefix}_{role}:{passwords[role]}@/{prefix}?host={access.socket_folder}"

        yield {**os.environ, "DATABASE_URL": url("app"), "DATABASE_OWNER_URL": url("owner")}
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(prefix)))
        for role in passwords:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(f"{prefix}_{role}")))


def _python(environment: dict[str, str], *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", *arguments], env=environment, cwd=ROOT, check=False, capture_output=True
    ).returncode


def test_roles_and_migrate_give_the_application_its_work_and_no_more(own_server: dict[str, str]) -> None:
    check = ["django", "migrate", "--check", "--settings", "congbhyt.config.settings"]
    assert _python(own_server, *check) != 0
    assert _python(own_server, "congbhyt.commands", "migrate") == 0
    assert _python({**own_server, "DATABASE_OWNER_URL": ""}, *check) == 0
    with psycopg.connect(own_server["DATABASE_URL"], autocommit=True) as connection:
        kind = connection.execute("SELECT kind FROM installation_installation").fetchone()
        assert kind == ("production",)
        assert connection.execute("SELECT lower('ĐẶNG')").fetchone() == ("đặng",)
        connection.execute("CREATE TEMP TABLE staged (line bigint)")
        connection.execute("DELETE FROM units_unit WHERE false")
        for refused in (
            "CREATE TABLE mine (line bigint)",
            "DROP TABLE units_unit",
            "TRUNCATE units_unit",
            "UPDATE audit_entry SET actor = ''",
            "DELETE FROM audit_entry",
            "TRUNCATE audit_entry",
            "UPDATE installation_installation SET kind = 'sandbox'",
            "DELETE FROM installation_revision",
            "DELETE FROM django_migrations",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)

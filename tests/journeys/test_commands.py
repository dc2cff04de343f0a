"""The command line as operators use it: what it prints where, and how it refuses."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from congbhyt.accounts.models import ApiAccount, Person
from congbhyt.accounts.secrets import Verifier, md5
from congbhyt.audit.models import Entry
from congbhyt.commands import units as unit_commands
from congbhyt.commands.root import app
from congbhyt.config import bootstrap
from congbhyt.kernel import clock
from congbhyt.kernel.clock import VIETNAM
from congbhyt.kernel.keyring import read_keys
from congbhyt.outbox.models import Message
from congbhyt.policy.actions import count_retired_calls
from congbhyt.units import denials
from congbhyt.units.denials import DenialKey
from congbhyt.units.models import Agency, Unit, UnitNetwork
from tests import factories
from tests.factories import BY, OFFICER_CITIZEN, OFFICER_NAME

CITIZEN = "099199000009"
OFFICER_PHONE = "0000000101"


@dataclass
class Shell:
    """Runs commands in this process, on the test's own database."""

    runner: CliRunner = field(default_factory=CliRunner)

    def run(self, *words: str, typed: str = "") -> Result:
        """Run one."""
        result = self.runner.invoke(app, words, input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def does(self, *words: str, typed: str = "") -> str:
        """Run one that must succeed; returns its standard output."""
        result = self.run(*words, typed=typed)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def refuses(self, *words: str, typed: str = "") -> str:
        """Run one that must be refused; returns what it says on standard error."""
        result = self.run(*words, typed=typed)
        assert result.exit_code == 1
        assert result.stdout == ""
        return result.stderr

    def lists(self, *words: str) -> list[dict[str, Any]]:
        """Run a list command for a script."""
        listed = json.loads(self.does(*words, "--json"))
        assert isinstance(listed, list)
        return listed


@pytest.fixture
def empty(db: None, monkeypatch: pytest.MonkeyPatch) -> Shell:  # noqa: ARG001  # the database must be there first
    """A command line over an empty installation."""
    monkeypatch.setattr(bootstrap, "database", contextlib.nullcontext)
    return Shell()


@pytest.fixture
def shell(empty: Shell) -> Shell:
    """A command line over two units with officers, accounts and networks."""
    factories.build()
    return empty


def test_a_new_installation_is_filled_by_commands_alone(empty: Shell) -> None:
    empty.does(
        "agencies", "add", "01", "--name", "BHXH Thử", "--level", "province", "--contact", "IP|0000000001|a@b.vn"
    )
    empty.does("units", "add", "01999", "--name", "Bệnh viện Thử", "--kind", "contracted", "--agency", "01")
    station = ("units", "add", "01A01", "--name", "Trạm Thử", "--kind", "commune_station", "--agency", "01")
    empty.does(*station, "--parent", "01999", "--from", "01/02/2026")
    empty.does("people", "register", "01999/lan", "--name", "PHẠM THỊ LAN", "--phone", "0000000109", typed=CITIZEN)
    empty.does("rights", "grant", "01999/lan", "history_lookup", "--basis", "01/dk-ctn")
    empty.does("networks", "add", "01999", "203.0.113.0/24", "--basis", "01/dk-ip-ctn")
    secret = empty.does("accounts", "open", "--unit", "01999").strip()
    digests = list(ApiAccount.objects.get(name="01999_BV").secrets.values_list("digest", flat=True))
    assert Verifier().matches(md5(secret), digests)
    assert empty.lists("agencies", "contacts", "01")[0]["phone"] == "0000000001"
    assert [(unit["code"], unit["parent"], unit["valid_from"]) for unit in empty.lists("units", "list")][1:] == [
        ("01A01", "01999", "2026-02-01")
    ]
    assert Message.objects.count() == 1


def test_the_same_commands_work_as_a_program_of_their_own(fresh_database: Callable[[], dict[str, str]]) -> None:
    environment = fresh_database()

    def congbhyt(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "congbhyt.commands", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    added = congbhyt("agencies", "add", "01", "--name", "BHXH Thử", "--level", "province")
    listed = congbhyt("agencies", "list", "--json")
    refused = congbhyt("units", "show", "09999")
    assert (added.returncode, added.stderr) == (0, "")
    assert [agency["name"] for agency in json.loads(listed.stdout)] == ["BHXH Thử"]
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("UNIT_UNKNOWN Không có đơn vị mã «09999».")


LISTS = [
    "agencies list",
    "agencies contacts 01",
    "units list",
    "units show 01999",
    "people list",
    "people list --home 01999",
    "people show 01999/kiemthu",
    "rights list 01999/kiemthu",
    "rights list 01999_bv --all",
    "rights catalogue",
    "accounts list",
    "accounts list --unit 01999",
    "networks list",
    "networks list 01999",
    "denials",
    "retired-callers",
    "policy list",
    "policy show session.minutes",
    "policy retirements",
    "audit find --object unit:01999",
]


@pytest.fixture
def busy(shell: Shell) -> Shell:
    """As `shell`, with something in every list."""
    local = ("agencies", "add", "02", "--name", "BHXH Hai", "--level", "local", "--parent", "01")
    shell.does(*local)
    Agency.objects.get(code="01").contacts.create(subject="Kết nối", phone="0000000001")
    now = clock.now()
    denials.add({DenialKey.of("unregistered", "198.51.100.9", now): 2}, at=now)
    count_retired_calls({("01999", "KQNhanLichSuKCB2019", clock.vietnam_day(now)): 3}, at=now)
    return shell


@pytest.mark.parametrize("command", LISTS)
def test_every_list_is_json_for_scripts(busy: Shell, command: str) -> None:
    rows = busy.lists(*command.split())
    assert rows
    assert all(isinstance(row, dict) for row in rows)


@pytest.mark.parametrize("command", LISTS)
def test_every_list_is_a_table_for_people(busy: Shell, command: str) -> None:
    assert "┃" in busy.does(*command.split())


@pytest.mark.parametrize("command", LISTS)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["table", "json"])
def test_no_list_shows_a_cccd_or_an_officer_s_phone(busy: Shell, command: str, form: tuple[str, ...]) -> None:
    said = busy.does(*command.split(), *form)
    assert OFFICER_CITIZEN not in said
    assert OFFICER_PHONE not in said


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        ("agencies add 01 --name X --level province", "UNIT_EXISTS", "Mã «01» đã có"),
        ("agencies add 09 --name X --level local --parent 77", "UNIT_UNKNOWN", "«77»"),
        ("agencies contacts 77", "UNIT_UNKNOWN", "«77»"),
        ("units add 19 --name X --kind other --agency 01", "UNIT_CODE_FORM", "cần 5 ký tự"),
        ("units add 01A01 --name X --kind subordinate --agency 01", "UNIT_PARENT_NEEDED", "mã đơn vị chủ quản"),
        ("units show 77777", "UNIT_UNKNOWN", "«77777»"),
        ("people list --home 77777", "UNIT_UNKNOWN", "«77777»"),
        ("people show 01999/nobody", "PERSON_UNKNOWN", "«01999/nobody»"),
        ("people unlock 01999/nobody --reason x", "PERSON_UNKNOWN", "«01999/nobody»"),
        ("people lock 01999/kiemthu --reason=", "REASON_MISSING", "không để trống"),
        ("rights grant 01999/kiemthu history_lookup --basis x", "RIGHT_HELD", "đã có quyền"),
        ("rights grant 01999/kiemthu audit_reading --basis x", "RIGHT_HOLDER", "không dành cho"),
        ("rights revoke 01999/kiemthu check_in --reason x", "RIGHT_NOT_HELD", "để thu hồi"),
        ("rights list nobody", "ACCOUNT_UNKNOWN", "«nobody»"),
        ("accounts open --unit 01999", "ACCOUNT_EXISTS", "«01999_BV»"),
        ("accounts secret-issue nobody", "ACCOUNT_UNKNOWN", "«nobody»"),
        ("accounts secret-retire 01999_BV 0", "SECRET_UNKNOWN", "số 0"),
        ("accounts lock nobody --reason x", "ACCOUNT_UNKNOWN", "«nobody»"),
        ("accounts list --unit 77777", "UNIT_UNKNOWN", "«77777»"),
        ("networks add 01999 office --basis x", "NETWORK_FORM", "«office»"),
        ("networks add 01999 ::1 --basis x", "NETWORK_EXISTS", "đã đăng ký"),
        ("networks add 01999 10.0.0.1 --basis x --from 2026-02-02 --to 2026-01-01", "NETWORK_PERIOD", "Thời hạn"),
        ("networks end 01999 10.0.0.1", "NETWORK_UNKNOWN", "10.0.0.1"),
        ("policy show session.hours", "POLICY_UNKNOWN", "«session.hours»"),
        ("policy set session.hours 1 --source x", "POLICY_UNKNOWN", "«session.hours»"),
        ("policy set session.minutes true --source x", "POLICY_VALUE", "ví dụ đúng: 10"),
        ("policy retire KQCu --successor KQNhanLichSuKCB2024 --source x", "FUNCTION_UNKNOWN", "«KQCu»"),
        ("audit find", "AUDIT_NOTHING_SOUGHT", "ít nhất một điều kiện"),
    ],
)
def test_a_refusal_prints_its_code_and_sentence(shell: Shell, command: str, code: str, sentence: str) -> None:
    said = shell.refuses(*command.split())
    assert said.startswith(f"{code} ")
    assert sentence in said


@pytest.mark.parametrize("contact", ["", "Kết nối", "|0000000001"])
def test_a_contact_needs_a_subject_and_a_phone(empty: Shell, contact: str) -> None:
    command = ("agencies", "add", "01", "--name", "BHXH Thử", "--level", "province", "--contact", contact)
    assert empty.run(*command).exit_code == 2
    assert not Agency.objects.exists()


# People


def test_a_cccd_is_read_from_a_hidden_prompt(shell: Shell) -> None:
    said = shell.does("people", "register", "01999/lan", "--name", "PHẠM THỊ LAN", typed=f"{CITIZEN}\n")
    assert CITIZEN not in said
    assert shell.lists("people", "show", "01999/lan")[0]["citizen"] == "•••••••••009"


def test_cccd_and_phone_may_come_from_standard_input_one_line_each(shell: Shell) -> None:
    command = ("people", "register", "01/lan", "--name", "PHẠM THỊ LAN", "--cccd", "-", "--phone", "-")
    shell.does(*command, typed=f"{CITIZEN}\n0000000109\n")
    shown = shell.lists("people", "show", "01/lan")[0]
    assert (shown["citizen"], shown["phone"]) == ("•••••••••009", "•••••••109")


def test_a_cccd_on_the_command_line_is_refused_and_not_repeated(shell: Shell) -> None:
    result = shell.run("people", "register", "01999/lan", "--name", "PHẠM THỊ LAN", "--cccd", CITIZEN)
    assert result.exit_code == 2
    assert CITIZEN not in result.output
    assert not Person.objects.filter(user_name="lan").exists()


def test_a_wrong_cccd_is_refused_by_its_field(shell: Shell) -> None:
    said = shell.run("people", "register", "01999/lan", "--name", "LAN", "--cccd", "-", typed="123\n").stderr
    assert said.startswith("PERSON_FORM CCCD không đúng")


def test_a_person_is_locked_and_unlocked(shell: Shell) -> None:
    shell.does("people", "lock", "01999/kiemthu", "--reason", "nghỉ việc")
    assert shell.lists("people", "show", "01999/kiemthu")[0]["locked_reason"] == "nghỉ việc"
    shell.does("people", "unlock", "01999/kiemthu", "--reason", "đã xác minh")
    assert shell.lists("people", "show", "01999/kiemthu")[0]["state"] == "active"


def test_brackets_in_a_name_are_shown_as_they_are(shell: Shell) -> None:
    shell.does("units", "add", "01997", "--name", "Viện [/b] Thử", "--kind", "other", "--agency", "01")
    assert "Viện [/b] Thử" in shell.does("units", "list")


# Rights


def test_a_right_is_granted_revoked_and_kept_on_record(shell: Shell) -> None:
    shell.does("rights", "grant", "01999/khongquyen", "card_lookup", "--basis", "01/dk-ctn số 5")
    assert [row["basis"] for row in shell.lists("rights", "list", "01999/khongquyen")] == ["01/dk-ctn số 5"]
    shell.does("rights", "revoke", "01999/khongquyen", "card_lookup", "--reason", "chuyển công tác")
    assert shell.lists("rights", "list", "01999/khongquyen") == []
    kept = shell.lists("rights", "list", "01999/khongquyen", "--all")
    assert [row["revoked_reason"] for row in kept] == ["chuyển công tác"]


@pytest.mark.parametrize(
    "command", ["rights grant 01999_BV check_in", "rights revoke 01999_BV check_in", "people lock 01999/kiemthu"]
)
def test_acts_that_need_a_reason_ask_for_the_option(shell: Shell, command: str) -> None:
    assert shell.run(*command.split()).exit_code == 2


# Accounts


def test_a_secret_stands_alone_on_standard_output(shell: Shell) -> None:
    result = shell.run("accounts", "secret-issue", "01999_bv")
    secret = result.stdout.removesuffix("\n")
    digests = list(ApiAccount.objects.get(name="01999_BV").secrets.values_list("digest", flat=True))
    assert Verifier().matches(md5(secret), digests)
    assert "chỉ hiện một lần" in result.stderr
    assert secret not in result.stderr


def test_secrets_rotate_one_after_another(shell: Shell) -> None:
    shell.does("accounts", "secret-issue", "01999_BV")
    assert shell.refuses("accounts", "secret-issue", "01999_BV").startswith("SECRETS_TWO ")
    old, new = shell.lists("accounts", "list", "--unit", "01999")[0]["secrets"]
    shell.does("accounts", "secret-retire", "01999_BV", str(old))
    assert shell.lists("accounts", "list", "--unit", "01999")[0]["secrets"] == [new]


def test_an_account_is_locked_and_unlocked(shell: Shell) -> None:
    shell.does("accounts", "lock", "01999_BV", "--reason", "lộ mật khẩu")
    assert shell.lists("accounts", "list", "--unit", "01999")[0]["locked_reason"] == "lộ mật khẩu"
    shell.does("accounts", "unlock", "01999_BV")
    assert shell.lists("accounts", "list", "--unit", "01999")[0]["state"] == "active"


# Networks


@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        (("--from", "2026-03-01"), datetime(2026, 3, 1, tzinfo=VIETNAM), None),
        (
            ("--from", "01/03/2026", "--to", "31/03/2026"),
            datetime(2026, 3, 1, tzinfo=VIETNAM),
            datetime(2026, 4, 1, tzinfo=VIETNAM),
        ),
        (
            ("--from", "2026-03-01T07:30", "--to", "2026-03-01T17:00"),
            datetime(2026, 3, 1, 0, 30, tzinfo=UTC),
            datetime(2026, 3, 1, 10, tzinfo=UTC),
        ),
    ],
)
def test_a_period_is_read_in_vietnam_s_time_and_its_last_day_is_within(
    shell: Shell, period: tuple[str, ...], begins: datetime, ends: datetime | None
) -> None:
    shell.does("networks", "add", "01999", "203.0.113.7", "--basis", "01/dk-ip-ctn", *period)
    added = UnitNetwork.objects.latest("pk")
    assert (added.valid_from, added.valid_to) == (begins, ends)


@pytest.mark.parametrize("text", ["31.03.2026", "2026-02-30", "tomorrow"])
def test_what_is_no_date_is_refused(shell: Shell, text: str) -> None:
    result = shell.run("networks", "add", "01999", "203.0.113.7", "--basis", "x", "--from", text)
    assert result.exit_code == 2


def test_an_ended_network_stays_in_the_list(shell: Shell) -> None:
    shell.does("networks", "end", "01998", "203.0.113.0/24")
    assert [bool(row["ended_by"]) for row in shell.lists("networks", "list", "01998")] == [True]


def test_an_agency_has_networks_beside_its_units(shell: Shell) -> None:
    shell.does("networks", "add", "01", "198.51.100.0/24", "--basis", "QĐ số 1")
    shell.does("networks", "end", "01", "198.51.100.0/24")
    assert [(row["unit"], row["network"], bool(row["ended_by"])) for row in shell.lists("networks", "list", "01")] == [
        ("01", "198.51.100.0/24", True)
    ]
    assert {"01", "01998", "01999"} <= {row["unit"] for row in shell.lists("networks", "list")}


def test_denials_and_retired_callers_are_listed_newest_first(shell: Shell) -> None:
    now = clock.now()
    for hours, address in ((3, "198.51.100.1"), (1, "198.51.100.2"), (2, "198.51.100.3")):
        moment = now - timedelta(hours=hours)
        denials.add({DenialKey.of("unregistered", address, moment): 1}, at=moment)
    for days, unit in ((40, "01997"), (2, "01998"), (0, "01999")):
        moment = now - timedelta(days=days)
        count_retired_calls({(unit, "KQNhanLichSuKCB2019", clock.vietnam_day(moment)): 1}, at=moment)
    assert [row["address"][-1] for row in shell.lists("denials", "--limit", "2")] == ["2", "3"]
    assert [row["unit_code"] for row in shell.lists("retired-callers")] == ["01999", "01998"]


# Policy


def test_a_parameter_is_set_from_a_moment_on(shell: Shell) -> None:
    shell.does("policy", "set", "session.minutes", "20", "--source", "QĐ thử", "--from", "2099-01-01")
    values = {
        moment: [row["value"] for row in shell.lists("policy", "list", "--at", moment) if row["parameter"] == name]
        for name in ("session.minutes",)
        for moment in ("2098-12-31", "2099-01-01")
    }
    assert values == {"2098-12-31": [10], "2099-01-01": [20]}


def test_a_list_is_set_as_json(shell: Shell) -> None:
    shell.does("policy", "set", "history.withheld_words", '["HIV", "LAO"]', "--source", "QĐ thử")
    assert [row["value"] for row in shell.lists("policy", "show", "history.withheld_words") if row["in_force"]] == [
        ["HIV", "LAO"]
    ]


def test_a_value_that_is_no_json_is_refused(shell: Shell) -> None:
    assert shell.run("policy", "set", "session.minutes", "twenty", "--source", "x").exit_code == 2


def test_a_function_is_retired_in_any_letter_case(shell: Shell) -> None:
    successor = ("--successor", "kqnhanlichsukcb2024")
    shell.does("policy", "retire", "lskcb2025", *successor, "--source", "CV thử", "--at", "2099-01-01")
    row = next(row for row in shell.lists("policy", "retirements") if row["function"] == "Lskcb2025")
    assert (row["successor"], row["at"]) == ("KQNhanLichSuKCB2024", "2098-12-31T17:00:00+00:00")


# Keys and the record


def test_a_key_file_is_made_for_its_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    path, shell = tmp_path / "new" / "keys.json", Shell()
    shell.does("keys", "create", str(path))
    made = path.read_bytes()
    assert read_keys(path).open(read_keys(path).seal("thử")) == "thử"
    assert shell.refuses("keys", "create", str(path)).startswith("KEYS_NOT_CREATED ")
    assert path.read_bytes() == made


def test_every_command_leaves_the_operator_s_name(shell: Shell) -> None:
    shell.does("people", "lock", "01999/kiemthu", "--reason", "nghỉ việc")
    entry = Entry.objects.latest("pk")
    assert (entry.event, entry.actor.partition(":")[0]) == ("accounts:person:lock", "operator")
    assert entry.actor != BY


def test_reading_the_record_leaves_an_entry_that_says_what_was_sought(shell: Shell) -> None:
    found = shell.lists("audit", "find", "--object", "unit:01999", "--actor", BY, "--limit", "2")
    entry = Entry.objects.latest("pk")
    assert [row["object"] for row in found] == ["unit:01999"] * 2
    assert (entry.event, entry.details) == (
        "audit:entry:find",
        {"object": "unit:01999", "actor": BY, "found": 2},
    )


def test_the_choices_of_commands_are_those_of_the_tables() -> None:
    for shown, stored in (
        (unit_commands.Level, Agency.Level),
        (unit_commands.Duty, Agency.Duty),
        (unit_commands.UnitKind, Unit.Kind),
    ):
        assert [choice.value for choice in shown] == list(stored.values)


def test_people_are_listed_with_home_and_name(shell: Shell) -> None:
    listed = [(row["handle"], row["full_name"]) for row in shell.lists("people", "list", "--home", "01999")]
    assert ("01999/kiemthu", OFFICER_NAME) in listed

"""A change of the allow-list or the policy reaches every running process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.journeys import running
from tests.journeys.running import PATIENCE_SECONDS, Served


def _eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold; how fast is measured by bench.in_force, not here."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def test_a_registered_network_opens_and_an_ended_one_closes_two_gateways(
    furnished: dict[str, str], tmp_path: Path
) -> None:
    with (
        running.gateway(furnished, tmp_path / "one.log") as one,
        running.gateway(furnished, tmp_path / "two.log") as two,
    ):

        def taken(by: Served) -> int:
            return by.take("01998_BV").status

        assert [taken(one), taken(two)] == [403, 403]
        running.run(furnished, "networks", "add", "01998", "127.0.0.0/8", "--basis", "02/th-ip-ctn số 1")
        assert _eventually(lambda: taken(one) == taken(two) == 200)
        running.run(furnished, "networks", "end", "01998", "127.0.0.0/8")
        assert _eventually(lambda: taken(one) == taken(two) == 403)


def test_denials_with_right_credentials_are_listed(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        served.take("01998_BV")
        assert _eventually(lambda: "01998_BV" in running.run(furnished, "denials", "--json"))


def test_callers_of_retired_functions_are_counted(furnished: dict[str, str], tmp_path: Path) -> None:
    with running.gateway(furnished, tmp_path / "gateway.log") as served:
        path = f"/api/egw/KQNhanLichSuKCB2019?{served.session()}"
        assert served.post(path, {"maThe": "GD4019900000001"}).json["maKetQua"] == "205"
        assert _eventually(lambda: "KQNhanLichSuKCB2019" in running.run(furnished, "retired-callers", "--json"))

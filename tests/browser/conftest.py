"""A portal, a Chromium and desks for journeys through real pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, house
from tests.browser.cast import WIDTHS
from tests.browser.desk import Desk, Telephone
from tests.browser.house import Portal


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for the whole folder; without Chromium the folder is skipped (.ci/run installs it)."""
    if not chromium.PROGRAM.exists():
        pytest.skip("Chromium is not installed")
    with house.opened(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@pytest.fixture(scope="package")
def browser(served: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:  # noqa: ARG001  # first
    """One browser for the whole folder."""
    with chromium.launched(tmp_path_factory.mktemp("chromium")) as launched:
        yield launched


@pytest.fixture
def portal(served: Portal) -> Portal:
    """The portal an hour and a bit after the test before: none of its sessions, pauses and counted codes matter."""
    served.later(minutes=61)
    return served


@pytest.fixture
def new_desk(browser: Browser, portal: Portal) -> Iterator[Callable[..., Desk]]:
    """Open windows; at the end all are closed, and what was wrong in one of them fails the test."""
    desks: list[Desk] = []

    def new(width: int = WIDTHS[0], *, scripts: bool = True, also: Sequence[int] = ()) -> Desk:
        desks.append(Desk(browser, portal, width, scripts=scripts, also=also))
        return desks[-1]

    yield new
    problems = [problem for desk in desks for problem in desk.close()]
    assert problems == []


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    """Each test that asks for it runs at both widths."""
    return int(request.param)


@pytest.fixture
def desk(new_desk: Callable[..., Desk], width: int) -> Desk:
    """A window of either width."""
    return new_desk(width)


@pytest.fixture(scope="package")
def kept_telephone(browser: Browser, served: Portal) -> Iterator[Telephone]:
    """One for the whole folder; it holds no session."""
    telephone = Telephone(Desk(browser, served, min(WIDTHS)))
    yield telephone
    telephone.desk.close()


@pytest.fixture
def telephone(kept_telephone: Telephone) -> Iterator[Telephone]:
    """Where codes arrive."""
    yield kept_telephone
    problems = kept_telephone.desk.problems.copy()
    kept_telephone.desk.problems.clear()
    assert problems == []

"""Take the pictures of the guides anew: `python -m tests.browser.pictures`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests import conftest
from tests.browser import chromium, house
from tests.browser.cast import OFFICER, PATIENT, WIDTHS
from tests.browser.desk import Desk, Telephone
from tests.browser.house import Portal
from tests.journeys.running import ROOT

FOLDER = ROOT / "docs" / "guides" / "pictures"
_MARGIN = 12
_DOOR = 640
WIDE, NARROW = WIDTHS


@dataclass(frozen=True)
class Studio:
    """A browser before a portal."""

    browser: Browser
    portal: Portal

    def take(self) -> None:
        """Take every picture."""
        self.portal.later(minutes=61)
        desk = Desk(self.browser, self.portal, WIDE)
        telephone = Telephone(Desk(self.browser, self.portal, NARROW))
        door = Desk(self.browser, self.portal, _DOOR)
        door.open("/dang-nhap")
        door.fill("Mã đơn vị hoặc cơ quan BHXH", OFFICER.home)
        door.fill("Tên đăng nhập", OFFICER.user)
        shoot(door, "dang-nhap", "form")
        desk.sign_in(OFFICER)
        desk.look_up(PATIENT)
        shoot(desk, "tra-cuu", ".history")
        code = telephone.code_after(lambda: desk.ask_for_code(OFFICER))
        desk.field("Mã trong SMS").press_sequentially(code[:4])
        shoot(desk, "ma-otp", ".history", only=".history")
        desk.fill("Mã trong SMS", "")
        desk.type_code(code)
        shoot(desk, "lich-su", ".history", only=".history")
        desk.open("/tai-khoan")
        shoot(desk, "tai-khoan", "main section")
        small = Desk(self.browser, self.portal, NARROW)
        small.sign_in(OFFICER)
        small.look_up(PATIENT)
        shoot(small, "tra-cuu-dien-thoai", ".facts")
        for window in (door, desk, telephone.desk, small):
            assert window.close() == []


def shoot(desk: Desk, name: str, last: str, *, only: str = "") -> None:
    """Keep the page down to the end of `last`, or `only` one part of it."""
    page, margin = desk.page, _MARGIN
    end = page.locator(last).last.bounding_box()
    part = page.locator(only).bounding_box() if only else {"x": 0, "y": 0, "width": desk.width, "height": 0}
    assert end
    assert part
    top, left = max(part["y"] - margin, 0), max(part["x"] - margin, 0)
    page.screenshot(
        path=FOLDER / f"{name}.png", full_page=True, animations="disabled", caret="hide",
        clip={
            "x": left, "y": top, "width": min(part["width"] + 2 * margin, desk.width - left),
            "height": end["y"] + end["height"] + margin - top,
        },
    )  # fmt: skip


def main() -> None:
    """Build a portal, take the pictures, put everything away."""
    FOLDER.mkdir(exist_ok=True)
    try:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            house.opened(Path(folder)) as portal,
            chromium.launched(Path(folder)) as browser,
        ):
            Studio(browser, portal).take()
    finally:
        conftest.pytest_unconfigure()


if __name__ == "__main__":
    main()

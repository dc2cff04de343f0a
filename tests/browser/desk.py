"""One browser window, and a strict look at every page that it shows."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Request, expect

from tests.browser.cast import Patient, Someone
from tests.browser.house import Portal

PATIENCE_SECONDS = 30
LOOK_UP = "/thong-tuyen/quan-ly-thong-tuyen"
SENT_MESSAGES = "/thu-nghiem/tin-nhan"
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_RUN_AXE = "axe.run(document, {resultTypes: ['violations']})"
_GRAVE = {"serious", "critical"}
_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
_DIGITS = re.compile(r"\d+")
_STATUS = re.compile(r"status of (\d{3})")
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SHAPE = """() => {
  const kinds = new Map();
  for (const element of document.querySelectorAll("*")) {
    const kind = `${element.tagName}.${element.className}.${element.parentElement?.className}`;
    kinds.set(kind, Math.min((kinds.get(kind) ?? 0) + 1, 2));
  }
  return JSON.stringify([...kinds].sort());
}"""
_CODE = re.compile(r'(?<=class="sms-code">)\d{6}(?=<)')


class Desk:
    """A window of its own context: cookies, width, with or without scripts; `also` at which widths it is looked at."""

    def __init__(
        self, browser: Browser, portal: Portal, width: int, *, scripts: bool = True, also: Sequence[int] = ()
    ) -> None:
        self.portal, self.width, self.scripts, self.also = portal, width, scripts, also
        self.problems: list[str] = []
        self.posted: list[str] = []
        self.expected = {422}
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=portal.base, locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=scripts, service_workers="block",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.context.add_init_script(_TELL_VIOLATIONS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        self.context.on("request", self._asked)
        self.page: Page = self.context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = _STATUS.search(message.text)
        if status and int(status[1]) in self.expected and "/static/" not in message.location["url"]:
            return  # the browser notes every form that came back with its mistakes
        self.problems.append(f"console: {message.text} at {message.location['url']}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.portal.base}/", "data:")):
            self.problems.append(f"asked another host: {request.url}")
        if request.method == "POST":
            self.posted.append(request.url.removeprefix(self.portal.base))

    def close(self) -> list[str]:
        """Close the window; what was wrong on any of its pages."""
        self.context.close()
        return self.problems

    # What a person does

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.judge()

    @contextmanager
    def turning(self) -> Iterator[None]:
        """What is done inside leads to another page, which is then looked at."""
        with self.page.expect_navigation(wait_until="load"):
            yield
        self.judge()

    def field(self, label: str) -> Locator:
        """A control by its label."""
        return self.page.get_by_label(label, exact=True)

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.field(label).fill(text)

    def press(self, name: str) -> None:
        """Press a button that leads to another page."""
        with self.turning():
            self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        with self.turning():
            self.page.get_by_role("link", name=name, exact=True).click()

    def menu(self, name: str) -> None:
        """Choose from the menu, which is folded in a narrow window."""
        fold = self.page.get_by_role("navigation", name="Trình đơn chính").locator("summary")
        if fold.is_visible():
            fold.click()
            self.judge()
        item = self.page.get_by_role("navigation", name="Trình đơn chính").get_by_role("link")
        with self.turning():
            item.filter(has_text=re.compile(rf"^{re.escape(name)}(:|$)")).click()

    def go_back(self) -> None:
        """The browser's back button; a form's answer is not kept, so the browser may show a page of its own."""
        with suppress(Error):
            self.page.go_back(wait_until="load")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with suppress(Error):  # the browser's own page may still be on its way
                self.page.content()
                return

    def send_again(self) -> None:
        """Let the browser send its last form once more, as its own page offers after going back."""
        with self.turning():
            self.page.reload()

    def sign_in(self, someone: Someone, password: str | None = None) -> None:
        """Fill in the door's form and send it."""
        self.open("/dang-nhap")
        self.sign_in_here(someone, password)

    def sign_in_here(self, someone: Someone, password: str | None = None) -> None:
        """The same where the form stands already."""
        self.fill("Mã đơn vị hoặc cơ quan BHXH", someone.home)
        self.fill("Tên đăng nhập", someone.user)
        self.fill("Mật khẩu", password or someone.password)
        self.press("Đăng nhập")

    def look_up(self, patient: Patient) -> None:
        """Type a card into the look-up page and ask."""
        if not self.page.url.startswith(f"{self.portal.base}{LOOK_UP}"):
            self.open(LOOK_UP)
        self.fill("Mã thẻ BHYT, mã số BHXH hoặc số CCCD", patient.card)
        self.fill("Họ và tên", patient.name)
        self.fill("Ngày sinh", patient.birth)
        self.press("Tra cứu")

    def ask_for_code(self, someone: Someone) -> None:
        """*Lấy OTP* with the own mã số BHXH."""
        self.fill("Mã BHXH của bạn", someone.social)
        self.press("Lấy OTP")

    def type_code(self, code: str, button: str = "Mở lịch sử") -> None:
        """Type a code; a full one is sent by itself where scripts run."""
        if not self.scripts:
            self.fill("Mã trong SMS", code)
            self.press(button)
            return
        with self.turning():
            self.field("Mã trong SMS").press_sequentially(code)

    # What a person sees

    @property
    def heading(self) -> str:
        """The page's title."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """Everything that the page says."""
        return self.page.locator("body").inner_text()

    def sees(self, *sentences: str) -> None:
        """All of this stands on the page."""
        for sentence in sentences:
            expect(self.page.locator("body")).to_contain_text(sentence)

    def misses(self, *sentences: str) -> None:
        """None of this stands on the page, seen or hidden."""
        content = self.page.content()
        assert [sentence for sentence in sentences if sentence in content] == []

    def judge(self) -> None:
        """The page fits its window and axe has no grave finding; what was judged once in this shape is not again."""
        for width in self.also:
            self.page.set_viewport_size({"width": width, "height": 900})
            self._judge_at(width, _DIGITS.sub("", self.page.url))
        if self.also:
            self.page.set_viewport_size({"width": self.width, "height": 900})
        self._judge_at(self.width, str(self.page.evaluate(_SHAPE)))

    def _judge_at(self, width: int, shape: str) -> None:
        too_wide = self.page.evaluate(_TOO_WIDE)
        if too_wide > 0:
            self.problems.append(f"{self.page.url} is {too_wide} px wider than {width} px")
        if not self.scripts or (width, shape) in _JUDGED:
            return
        _JUDGED.add((width, shape))
        self.problems += [f"{self.page.url} ({self.heading}): {finding}" for finding in _findings(self.page)]


_JUDGED: set[tuple[int, str]] = set()
"""Shapes of pages at a width: which kinds of elements they have, and whether one or several of each. At the other width
of a window an address stands for its shape.
"""


def _findings(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found: list[dict[str, Any]] = page.evaluate(_RUN_AXE)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}) at {', '.join(str(node['target']) for node in rule['nodes'][:3])}"
        for rule in found
        if rule["impact"] in _GRAVE
    ]


class Telephone:
    """The page of sent messages in a window of its own, as if it were the person's telephone."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def code_after(self, act: Callable[[], None]) -> str:
        """Do something that sends a code, wait for it, and read it from the page."""
        known, deadline = self._arrived(), time.monotonic() + PATIENCE_SECONDS
        act()
        while not (fresh := self._arrived() - known):
            assert time.monotonic() < deadline, "no code came"
            self.desk.page.wait_for_timeout(50)
        self.desk.open(SENT_MESSAGES)
        code = self.desk.page.locator(".sms-code").first.inner_text()
        assert {code} == fresh
        return code

    def code_naming(self, words: str) -> str:
        """The code of the newest message that holds these words, once it has arrived."""
        message, deadline = self.desk.page.locator(".sms").filter(has_text=words), time.monotonic() + PATIENCE_SECONDS
        self.desk.open(SENT_MESSAGES)
        while not message.count():
            assert time.monotonic() < deadline, f"no message says {words}"
            self.desk.page.wait_for_timeout(50)
            self.desk.page.reload()
        return message.first.locator(".sms-code").inner_text()

    def _arrived(self) -> set[str]:
        """Codes that the page would show now; asked for without drawing it each time."""
        return set(_CODE.findall(self.desk.context.request.get(SENT_MESSAGES).text()))

"""Every page and everybody: who gets in, what nobody learns about others, what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

import congbhyt.portal
from congbhyt.accounts.authz import RIGHTS, Holder, Right
from congbhyt.accounts.models import PhoneChange
from congbhyt.otp.models import Code
from congbhyt.portal.menu import MENU
from congbhyt.portal.refusing import FormOldError, MethodError
from congbhyt.portal.routes import ROUTES, Route
from congbhyt.signin.refusals import NotForYouError, RegistrationOnlyError
from tests.factories import COLLEAGUE_NAME, NOW, OFFICER_NAME
from tests.portal import (
    ELSEWHERE,
    Answer,
    Cast,
    browser,
    check_refused,
    hand_out,
    install,
    open_unit_account,
    person,
    sign_in,
    sign_in_to_register,
    sign_in_with,
    text,
)
from tests.unit.portal_people import INSIDE, OTHER_UNIT, PASSWORD, code_sent, take_right

pytestmark = pytest.mark.django_db
PORTAL = Path(congbhyt.portal.__file__).parent
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
OPEN = {"help", "sign-in", "forgotten", "recover", "activate", "sent-messages", "delivery-report"}
UNFINISHED = {"sign-out"}
REGISTRATION = {
    "home", "second-factor", "sign-out", "password", "requests", "request-begin", "addresses", "review", "request",
    "request-head", "line-add", "line-remove", "lines-import", "lines-template", "lines-end", "submit", "withdraw",
    "request-form", "paper-upload", "paper-content",
}  # fmt: skip
"""What sessions for registration only open besides."""
OF_OTHERS = (OFFICER_NAME, COLLEAGUE_NAME, "kiemthu", "01999", "Bệnh viện Thử Nghiệm", "•••", "0000000101", "099199")
"""What nobody of another unit may read of the house's."""


@dataclass(frozen=True)
class Visit:
    """Somebody's browser and what they may do."""

    opened: Client
    rights: frozenset[Right] = frozenset()
    is_known: bool = True
    awaits_code: bool = False
    has_temporary: bool = False
    registration_only: bool = False


def of_agency(cast: Cast, number: int, right: Right) -> Visit:
    """Somebody of the agency with this right."""
    return Visit(
        sign_in(person("CHU THỊ CÁN BỘ", cast.house.agency, f"canbo{number}", number, right)), frozenset({right})
    )


def registrar(cast: Cast) -> Visit:
    """Somebody with every right that a unit's people can have, who comes from an address that nobody registered."""
    rights = sorted(right for right, row in RIGHTS.items() if Holder.UNIT_PERSON in row.holders)
    somebody = person("CAO THỊ ĐĂNG KÝ", cast.house.unit, "dangky", 40, *rights)
    return Visit(sign_in_to_register(somebody), frozenset({Right.USER_ADMINISTRATION}), registration_only=True)


def registrar_without_the_right(cast: Cast) -> Visit:
    """Somebody from whom the right to administer people was taken when the session was open."""
    opened = sign_in_to_register(cast.admin)
    take_right(cast.admin, Right.USER_ADMINISTRATION, at=NOW)
    return Visit(opened, registration_only=True)


def unit_account(cast: Cast) -> Visit:
    """The unit's own account, at a registered address."""
    opened = sign_in_to_register(open_unit_account(cast.house.unit), INSIDE)
    return Visit(opened, frozenset({Right.USER_ADMINISTRATION}), registration_only=True)


ROLES: Mapping[str, Callable[[Cast], Visit]] = {
    "nobody": lambda _: Visit(browser(), is_known=False),
    "nobody elsewhere": lambda _: Visit(browser(ELSEWHERE), is_known=False),
    "officer": lambda cast: Visit(sign_in(cast.officer), frozenset({Right.CARD_LOOKUP, Right.HISTORY_LOOKUP})),
    "officer without rights": lambda cast: Visit(sign_in(cast.colleague)),
    "officer of another unit": lambda cast: Visit(
        sign_in(cast.other_officer), frozenset({Right.CARD_LOOKUP, Right.HISTORY_LOOKUP})
    ),
    "unit's administrator": lambda cast: Visit(sign_in(cast.admin), frozenset({Right.USER_ADMINISTRATION})),
    "another unit's administrator": lambda cast: Visit(
        sign_in(cast.other_admin), frozenset({Right.USER_ADMINISTRATION})
    ),
    "another agency's administrator": lambda cast: Visit(
        sign_in(cast.far_admin), frozenset({Right.USER_ADMINISTRATION})
    ),
    "approver": lambda cast: Visit(sign_in(cast.approver), frozenset({Right.APPROVE_REQUESTS})),
    "operator": lambda cast: Visit(sign_in(cast.operator), frozenset({Right.OPERATIONS})),
    "helper": lambda cast: of_agency(cast, 31, Right.HELP_REQUESTS),
    "opener": lambda cast: of_agency(cast, 32, Right.OPEN_ADDRESSES),
    "appointer": lambda cast: of_agency(cast, 33, Right.APPOINT_APPROVERS),
    "awaiting a code": lambda cast: Visit(sign_in(cast.approver, address=ELSEWHERE), awaits_code=True),
    "registering from elsewhere": registrar,
    "registering, the right revoked meanwhile": registrar_without_the_right,
    "registering, awaiting a code": lambda cast: Visit(
        sign_in(cast.admin, address=ELSEWHERE), awaits_code=True, registration_only=True
    ),
    "the unit's own account": unit_account,
    "with a temporary password": lambda cast: Visit(
        sign_in_with(hand_out(cast.officer), cast.officer), has_temporary=True
    ),
}


@pytest.fixture
def change(cast: Cast) -> PhoneChange:
    """The officer's request for a new telephone, for addresses that name one."""
    opened = sign_in(cast.officer)
    opened.post("/tai-khoan/dien-thoai", {"phone": "0000000777", "password": PASSWORD})
    opened.post("/tai-khoan/dien-thoai/xac-nhan", {"code": code_sent(Code.Purpose.PHONE)})
    return PhoneChange.objects.get()


def address_of(route: Route, cast: Cast, change: PhoneChange) -> str:
    """An address of this route, about the house's people and requests where it names something."""
    if route.name == "delivery-report":
        return reverse(route.name, kwargs={"message": UUID(int=0), "mac": "0" * 32})
    values = {
        "number": (change if route.name == "phone-decide" else cast.colleague).pk, "kind": "people", "line": 1,
        "paper": 1,
    }  # fmt: skip
    return reverse(route.name, kwargs={name: values[name] for name in re.findall(r"<\w+:(\w+)>", route.address)})


def asks() -> Iterator[tuple[Route, str]]:
    """Every route with every method that it takes; signing out last, because nothing comes after it."""
    for route in sorted(ROUTES, key=lambda route: route.name == "sign-out"):
        yield from ((route, method) for method in sorted(route.methods - {"HEAD"}))


def sent(visit: Visit, method: str, address: str) -> Answer:
    """The answer to asking for a page, or to an empty form."""
    return visit.opened.get(address) if method == "GET" else visit.opened.post(address)


def outcome(answer: Answer) -> str:
    """Where somebody was led, or whether they were let in."""
    where = answer.get("Location", "").partition("?")[0]
    led = {"/dang-nhap": "sign-in", "/dang-nhap/ma-xac-nhan": "code", "/mat-khau": "password"}
    if answer.status_code == 302 and where in led:
        return led[where]
    if answer.status_code == 403 and f"Mã {NotForYouError.code}" in text(answer):
        return "forbidden"
    if answer.status_code == 403 and f"Mã {RegistrationOnlyError.code}" in text(answer):
        return "registration only"
    return "in" if answer.status_code in (200, 302, 403, 404, 422) else str(answer.status_code)


def expected(route: Route, visit: Visit) -> str:
    """What the table of routes says."""
    if route.name == "sign-out" and visit.is_known:
        return "sign-in"  # that is where it leads
    if route.access.open or not visit.is_known:
        return "in" if route.access.open else "sign-in"
    if visit.awaits_code:
        return "in" if route.name == "second-factor" else "code"
    if visit.has_temporary:
        return "in" if route.name == "password" else "password"
    if visit.registration_only and not route.access.registration:
        return "registration only"
    return "in" if may_open(route, visit) else "forbidden"


def may_open(route: Route, visit: Visit) -> bool:
    """Whether their rights suffice."""
    suffices = route.access.any_of or ({route.access.right} if route.access.right else set())
    return not suffices or bool(suffices & visit.rights)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_opens_what_the_table_lets_them(role: str, cast: Cast, change: PhoneChange) -> None:
    visit = ROLES[role](cast)
    found, wanted = {}, {}
    for route, method in asks():
        found[route.name, method] = outcome(sent(visit, method, address_of(route, cast, change)))
        wanted[route.name, method] = expected(route, visit)
    assert found == wanted


def test_open_routes_are_these_and_no_others() -> None:
    assert {route.name for route in ROUTES if route.access.open} == OPEN
    assert {route.name for route in ROUTES if route.access.unfinished} == UNFINISHED
    assert {route.name for route in ROUTES if route.access.registration} == REGISTRATION
    assert not [route.name for route in ROUTES if route.access.right and (route.access.open or route.access.unfinished)]
    assert len({route.name for route in ROUTES}) == len({route.address for route in ROUTES}) == len(ROUTES)


def test_the_menu_of_a_session_for_registration_holds_what_opens_in_it() -> None:
    items = [item for group in MENU for item in group.items]
    assert {item.route for item in items if item.registration} == {item.route for item in items} & (REGISTRATION | OPEN)


def test_open_pages_answer_and_home_leads_to_sign_in(cast: Cast, change: PhoneChange) -> None:
    statuses = {
        route.name: browser().get(address_of(route, cast, change)).status_code
        for route in ROUTES
        if route.name in OPEN and "GET" in route.methods
    }
    assert statuses == {
        "help": 200, "sign-in": 200, "forgotten": 200, "activate": 200, "sent-messages": 200, "delivery-report": 403,
    }  # fmt: skip
    assert browser().post("/quen-mat-khau/dat-lai").status_code == 422
    assert browser().get("/")["Location"] == "/dang-nhap?tiep=%2F"
    install(sandbox=False)
    assert browser().get("/thu-nghiem/tin-nhan").status_code == 404


@pytest.mark.parametrize("role", ["another unit's administrator", "another agency's administrator", "far approver"])
def test_numbers_of_others_lead_nowhere(role: str, cast: Cast, change: PhoneChange) -> None:
    visit = Visit(sign_in(cast.far_approver)) if role == "far approver" else ROLES[role](cast)
    about = (
        ("phone-decide",) if role == "far approver" else ("person", "person-lock", "person-unlock", "person-hand-out")
    )
    typed = {f"{act}-reason": "lý do" for act in ("lock", "unlock", "reset")}
    asked = [(route, method) for route, method in asks() if route.name in about]
    assert len(asked) == (2 if role == "far approver" else 4)
    for route, method in asked:
        address = address_of(route, cast, change)
        form = {**typed, "decision": "approve", "reason": "lý do"}
        answer = visit.opened.get(address) if method == "GET" else visit.opened.post(address, form)
        assert answer.status_code == 404, (route.name, method)
        for private in OF_OTHERS:
            assert private not in text(answer)
    cast.colleague.refresh_from_db()
    change.refresh_from_db()
    assert (cast.colleague.state, cast.colleague.must_change_password) == ("active", False)
    assert change.outcome == PhoneChange.Outcome.PENDING


def test_lists_hold_nobody_of_others(cast: Cast, change: PhoneChange) -> None:
    pages = [
        sign_in(cast.other_admin).get("/quan-tri/nguoi-su-dung?home=01999"),
        sign_in(cast.far_admin).get("/quan-tri/nguoi-su-dung?words=nguyen"),
        sign_in(cast.far_approver).get("/phe-duyet/so-dien-thoai"),
    ]
    assert change.outcome == PhoneChange.Outcome.PENDING
    for answer in pages:
        assert answer.status_code == 200
        page = text(answer).replace('value="01999"', "").replace("home=01999", "")
        for private in OF_OTHERS:
            assert private not in page


def test_nobody_decides_about_themselves(cast: Cast) -> None:
    both = person("HÀ VĂN CẢ HAI", cast.house.agency, "cahai", 30, Right.APPROVE_REQUESTS, Right.HISTORY_LOOKUP)
    opened = sign_in(both)
    opened.post("/tai-khoan/dien-thoai", {"phone": "0000000777", "password": PASSWORD})
    opened.post("/tai-khoan/dien-thoai/xac-nhan", {"code": code_sent(Code.Purpose.PHONE)})
    change = PhoneChange.objects.get(person=both)
    assert "HÀ VĂN CẢ HAI" not in text(opened.get("/phe-duyet/so-dien-thoai")).partition("<main")[2]
    typed = {"decision": "approve", "reason": "lý do"}
    assert opened.post(f"/phe-duyet/so-dien-thoai/{change.pk}", typed).status_code == 404
    assert sign_in(cast.approver).post(f"/phe-duyet/so-dien-thoai/{change.pk}", typed).status_code == 302


def test_every_form_needs_its_secret(cast: Cast, change: PhoneChange) -> None:
    """Without it a page of somebody else's could send the form; whoever is signed in."""
    cookie = sign_in(cast.admin).cookies
    opened = browser(checks_csrf=True)
    opened.cookies = cookie
    posts = [route for route, method in asks() if method == "POST"]
    for route in posts:
        check_refused(opened.post(address_of(route, cast, change)), FormOldError, status=403)
    assert opened.get("/tai-khoan").status_code == 200


def test_a_form_with_its_secret_is_taken(cast: Cast) -> None:
    opened = browser(checks_csrf=True)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(opened.get("/dang-nhap")))
    assert found
    typed = {"home": "01999", "user": "kiemthu", "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
    assert opened.post("/dang-nhap", typed).status_code == 302
    assert cast.officer.handle == "01999/kiemthu"


def test_other_methods_are_named(cast: Cast, change: PhoneChange) -> None:
    opened = sign_in(cast.admin)
    for route in ROUTES:
        address = address_of(route, cast, change)
        if "GET" not in route.methods:
            answer = opened.get(address)
            check_refused(answer, MethodError, status=405)
            assert answer["Allow"] == "POST"
        assert opened.put(address).status_code == 405
        assert opened.delete(address).status_code == 405


def test_every_answer_carries_what_protects_it(cast: Cast, change: PhoneChange) -> None:
    visits = [sign_in(who) for who in (cast.officer, cast.admin, cast.approver, cast.operator)]
    addresses = [address_of(route, cast, change) for route in ROUTES] + ["/khong-co", "/dang-nhap/"]
    answers = [opened.get(address) for opened in (*visits, browser()) for address in addresses]
    assert {answer.status_code for answer in answers} == {200, 302, 403, 404, 405, 422}
    references = {answer["X-Ma-Tham-Chieu"] for answer in answers}
    assert len(references) == len(answers)
    for answer in answers:
        policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
        assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'"} <= policy
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("who", "route"),
    [("officer", "look-up"), ("officer", "own"), ("officer", "phone"), ("officer", "password"), ("officer", "help"),
     ("admin", "people"), ("admin", "person"),
     ("admin", "requests"), ("admin", "request-begin"), ("admin", "addresses"), ("admin", "review"),
     ("admin", "staff-add"), ("approver", "phones"), ("approver", "phone-decide"),
     ("operator", "messages"), ("operator", "sent-messages")],
)  # fmt: skip
def test_pages_are_built_soundly(who: str, route: str, cast: Cast, change: PhoneChange) -> None:
    """One heading, a label for every control, no identifier twice, forms with their secret, all in Vietnamese."""
    of = next(row for row in ROUTES if row.name == route)
    page = text(sign_in(getattr(cast, who)).get(address_of(of, cast, change)))
    assert page.count("<h1") == 1
    assert '<html lang="vi">' in page
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    labels = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
    for control in controls:
        named = re.search(r'\bid="([^"]+)"', control)
        assert 'type="hidden"' in control or (named and named[1] in labels), control
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
    assert all("csrfmiddlewaretoken" in form for form in forms)
    for link in re.findall(r'href="#([^"]+)"', page):
        assert link in identifiers


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_style_or_script(template: Path) -> None:
    source = template.read_text()
    assert not re.search(r"\bstyle\s*=|<style|\son\w+\s*=|javascript:", source, re.IGNORECASE)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert " src=" in script
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", source)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', source)


def test_every_template_is_used() -> None:
    python = "".join(path.read_text() for path in PORTAL.rglob("*.py"))
    markup = "".join(path.read_text() for path in TEMPLATES)
    unused = [
        path.name
        for path in TEMPLATES
        if not re.search(rf'"(?:portal/)?{re.escape(path.name)}"', python) and f'"portal/{path.name}"' not in markup
    ]
    assert unused == []


def test_addresses_count_for_each_page(cast: Cast) -> None:
    """A session taken along to another network opens nothing there."""
    opened = sign_in(cast.officer)
    elsewhere = Client(REMOTE_ADDR=OTHER_UNIT)
    elsewhere.cookies = opened.cookies
    assert opened.get("/tai-khoan", REMOTE_ADDR=INSIDE).status_code == 200
    answer = elsewhere.get("/tai-khoan")
    assert answer.status_code == 403
    assert OFFICER_NAME not in text(answer)

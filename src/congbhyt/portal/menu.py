"""The menu that users of the portal know, holding only what the person may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from congbhyt.accounts.authz import Right
from congbhyt.portal.page import Page
from congbhyt.portal.performing import performer_of
from congbhyt.registration import queries


@dataclass(frozen=True, slots=True)
class Item:
    """One page in the menu and the right that it needs; None: anybody who is signed in.

    `any_of`: one of these rights suffices. `home`: only for people of units, or of agencies. `counts`: the number of
    requests that wait stands beside it. `registration`: it opens in sessions for registration only too.
    """

    label: str
    route: str
    right: Right | None = None
    any_of: frozenset[Right] = frozenset()
    home: str = ""
    counts: bool = False
    registration: bool = False

    def shows(self, rights: frozenset[Right], home: str, *, registration_only: bool) -> bool:
        """Whether it is for somebody with these rights at such a home, in such a session."""
        if registration_only and not self.registration:
            return False
        held = self.right is None or self.right in rights
        return held and (not self.any_of or bool(self.any_of & rights)) and self.home in ("", home)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the menu with its pages."""

    label: str
    items: tuple[Item, ...]


UNIT, AGENCY = "unit", "agency"
OFFICERS = frozenset(
    {Right.APPROVE_REQUESTS, Right.HELP_REQUESTS, Right.OPEN_ADDRESSES, Right.APPOINT_APPROVERS}
)  # fmt: skip
"""Whoever holds one of these works on requests of others."""
DECIDERS = OFFICERS - {Right.HELP_REQUESTS}
SUMMARISERS = frozenset({Right.APPROVE_REQUESTS, Right.OPEN_ADDRESSES})
AREA = frozenset({Right.APPROVE_REQUESTS, Right.HELP_REQUESTS})
APPOINTING = frozenset({Right.USER_ADMINISTRATION, Right.APPOINT_APPROVERS})

_FOR_UNITS = (
    Item("Đăng ký của đơn vị", "requests", Right.USER_ADMINISTRATION, home=UNIT, registration=True),
    Item("Địa chỉ kết nối", "addresses", Right.USER_ADMINISTRATION, home=UNIT, registration=True),
    Item("Rà soát người sử dụng", "review", Right.USER_ADMINISTRATION, home=UNIT, registration=True),
)
_FOR_OFFICERS = (
    Item("Đề nghị của đơn vị", "inbox", any_of=OFFICERS, counts=True),
    Item("Tổng hợp 02/th-ip-ctn", "summaries", any_of=SUMMARISERS),
    Item("Mở kết nối", "to-open", Right.OPEN_ADDRESSES),
    Item("Địa chỉ khẩn cấp", "emergency", any_of=SUMMARISERS),
    Item("Lập thay đơn vị", "file-for", any_of=AREA),
    Item("Cán bộ phê duyệt", "approvers", any_of=APPOINTING, home=AGENCY),
    Item("Tiến độ", "progress", any_of=OFFICERS),
    Item("Đợt rà soát", "campaigns", Right.APPOINT_APPROVERS),
)

MENU = (
    Group("Thông tuyến khám chữa bệnh", (Item("Quản lý thông tuyến", "look-up", Right.CARD_LOOKUP),)),
    Group(
        "Đăng ký và phê duyệt",
        (*_FOR_UNITS, *_FOR_OFFICERS, Item("Đổi số điện thoại", "phones", Right.APPROVE_REQUESTS)),
    ),
    Group(
        "Quản trị hệ thống",
        (
            Item("Người sử dụng", "people", Right.USER_ADMINISTRATION),
            Item("Tin nhắn SMS", "messages", Right.OPERATIONS),
        ),
    ),
    Group("Tài khoản của tôi", (Item("Thông tin và phiên làm việc", "own"),)),
    Group("Trợ giúp", (Item("Hướng dẫn", "help", registration=True),)),
)


def menu_of(page: Page) -> tuple[Group, ...]:
    """The groups of which the person may open something."""
    if page.known is None or page.known.unfinished:
        return ()
    home = UNIT if page.known.person.unit_id else AGENCY
    return menu_for(frozenset(page.known.rights), home, registration_only=page.known.registration_only)


@cache
def menu_for(rights: frozenset[Right], home: str, *, registration_only: bool) -> tuple[Group, ...]:
    """The menu for these rights; there are few combinations."""
    shown = (
        (group.label, tuple(one for one in group.items if one.shows(rights, home, registration_only=registration_only)))
        for group in MENU
    )
    return tuple(Group(label, items) for label, items in shown if items)


def waiting_for(page: Page) -> int:
    """How many requests this officer can act on now; nothing for those who only help."""
    decides = any(page.signed_in.holds(right) for right in DECIDERS)
    return queries.waiting_count(performer_of(page)) if decides else 0

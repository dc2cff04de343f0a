"""The menu that users of the portal know, holding only what the person may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from congbhyt.accounts.authz import Right
from congbhyt.portal.page import Page


@dataclass(frozen=True, slots=True)
class Item:
    """One page in the menu and the right that it needs; None: anybody who is signed in.

    `any_of`: one of these rights suffices. `home`: only for people of units, or of agencies. `counts`: the number of
    requests that wait stands beside it.
    """

    label: str
    route: str
    right: Right | None = None
    any_of: frozenset[Right] = frozenset()
    home: str = ""
    counts: bool = False

    def shows(self, rights: frozenset[Right], home: str) -> bool:
        """Whether it is for somebody with these rights at such a home."""
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

_FOR_OFFICERS: tuple[Item, ...] = ()

MENU = (
    Group("Thông tuyến khám chữa bệnh", (Item("Quản lý thông tuyến", "look-up", Right.CARD_LOOKUP),)),
    Group("Đăng ký và phê duyệt", (*_FOR_OFFICERS, Item("Đổi số điện thoại", "phones", Right.APPROVE_REQUESTS))),
    Group(
        "Quản trị hệ thống",
        (
            Item("Người sử dụng", "people", Right.USER_ADMINISTRATION),
            Item("Tin nhắn SMS", "messages", Right.OPERATIONS),
        ),
    ),
    Group("Tài khoản của tôi", (Item("Thông tin và phiên làm việc", "own"),)),
    Group("Trợ giúp", (Item("Hướng dẫn", "help"),)),
)


def menu_of(page: Page) -> tuple[Group, ...]:
    """The groups of which the person may open something."""
    if page.known is None or page.known.unfinished:
        return ()
    return menu_for(frozenset(page.known.rights), UNIT if page.known.person.unit_id else AGENCY)


@cache
def menu_for(rights: frozenset[Right], home: str) -> tuple[Group, ...]:
    """The menu for these rights; there are few combinations."""
    groups = (Group(group.label, tuple(item for item in group.items if item.shows(rights, home))) for group in MENU)
    return tuple(group for group in groups if group.items)

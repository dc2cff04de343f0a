"""The menu that users of the portal know, holding only what the person may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from congbhyt.accounts.authz import Right
from congbhyt.portal.page import Page


@dataclass(frozen=True, slots=True)
class Item:
    """One page in the menu and the right that it needs; None: anybody who is signed in."""

    label: str
    route: str
    right: Right | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the menu with its pages."""

    label: str
    items: tuple[Item, ...]


MENU = (
    Group("Thông tuyến khám chữa bệnh", (Item("Quản lý thông tuyến", "look-up", Right.CARD_LOOKUP),)),
    Group("Đăng ký và phê duyệt", (Item("Đổi số điện thoại", "phones", Right.APPROVE_REQUESTS),)),
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
    return menu_for(frozenset(page.known.rights))


@cache
def menu_for(rights: frozenset[Right]) -> tuple[Group, ...]:
    """The menu for these rights; there are few combinations."""
    groups = (
        Group(group.label, tuple(item for item in group.items if item.right is None or item.right in rights))
        for group in MENU
    )
    return tuple(group for group in groups if group.items)

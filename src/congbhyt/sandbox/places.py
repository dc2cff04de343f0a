"""Where the synthetic country's people live: communes of a province that does not exist."""

from __future__ import annotations

from random import Random

PROVINCE = "tỉnh Thử Nghiệm"
PROVINCE_CODE = "99"
_WARDS = 14
_FIRST = ("An", "Bình", "Đông", "Tây", "Nam", "Thượng", "Hạ", "Tân")
_SECOND = ("Thử", "Mẫu", "Nghiệm", "Giả", "Định Thử")
COMMUNES = tuple(
    f"{'Phường' if number < _WARDS else 'Xã'} {first} {second}"
    for number, (first, second) in enumerate((first, second) for second in _SECOND for first in _FIRST)
)
"""Forty communes; the first fourteen are wards of the town."""


def address(random: Random) -> tuple[str, str]:
    """An address and the area code of the place (K1 to K3 far from town, else empty)."""
    place = random.randrange(len(COMMUNES))
    if COMMUNES[place].startswith("Phường"):
        return f"Tổ {random.randint(1, 30)}, {COMMUNES[place]}, {PROVINCE}", ""
    area = random.choices(("", "K1", "K2", "K3"), (60, 15, 20, 5))[0]
    return f"Thôn {random.randint(1, 12)}, {COMMUNES[place]}, {PROVINCE}", area

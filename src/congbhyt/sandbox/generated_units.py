"""The units around the cast's, and the officers who work in all of them."""

from __future__ import annotations

from random import Random

from congbhyt.accounts.authz import Right
from congbhyt.sandbox.institutions import LOCALS, PEOPLE, PROVINCIAL, UNITS, PersonCast, UnitCast
from congbhyt.sandbox.names import FEMALE, MALE, full_name
from congbhyt.sandbox.places import COMMUNES, PROVINCE, PROVINCE_CODE

CLINIC = "99007"
"""Its speciality alone tells what somebody suffers from."""
OFFICERS = 100
_FIRST_OFFICER = 201
_FIRST_STATION = 15

_NAMED = (
    ("99001", "Bệnh viện đa khoa tỉnh Thử Nghiệm", "contracted", ""),
    ("99002", "Bệnh viện đa khoa khu vực Bình Thử", "contracted", ""),
    ("99003", "Bệnh viện đa khoa khu vực Tây Mẫu", "contracted", ""),
    ("99004", "Trung tâm Y tế khu vực An Thử", "contracted", ""),
    ("99005", "Trung tâm Y tế khu vực Bình Mẫu", "contracted", ""),
    ("99006", "Phòng khám đa khoa Hoa Mẫu", "contracted", ""),
    (CLINIC, "Phòng khám HIV/AIDS và Lao Thử Nghiệm", "contracted", ""),
    ("99008", "Cơ sở 2 Bệnh viện đa khoa tỉnh Thử Nghiệm", "subordinate", "99001"),
    ("99009", "Cơ sở 2 Bệnh viện đa khoa khu vực Bình Thử", "subordinate", "99002"),
    ("99010", "Phòng khám đa khoa khu vực Đông Thử", "subordinate", "99004"),
    ("99011", "Phòng khám đa khoa khu vực Nam Mẫu", "subordinate", "99005"),
    ("99012", "Bệnh viện tư nhân Tân Giả", "not_contracted", ""),
    ("99013", "Phòng khám đa khoa tư nhân Giả Định", "not_contracted", ""),
    ("99014", "Trung tâm Kiểm soát bệnh tật tỉnh Thử Nghiệm", "other", ""),
)
_STATIONS = 12
_PARENTS = ("99004", "99005")


def units() -> list[UnitCast]:
    """Every unit, the cast's first, parents before their sites; thirty in all."""
    return [*UNITS, *(_named(serial, *row) for serial, row in enumerate(_NAMED)), *map(_station, range(_STATIONS))]


def _named(serial: int, code: str, name: str, kind: str, parent: str) -> UnitCast:
    agency = PROVINCIAL if serial < 3 else LOCALS[(serial + 1) % 2]
    return UnitCast(code, name, kind, agency, f"{COMMUNES[serial]}, {PROVINCE}", parent, (), code == CLINIC)


def _station(serial: int) -> UnitCast:
    commune = COMMUNES[-1 - serial]
    code = f"{PROVINCE_CODE}{_FIRST_STATION + serial:03d}"
    half = serial % 2
    return UnitCast(
        code, f"Trạm y tế {commune}", "commune_station", LOCALS[half], f"{commune}, {PROVINCE}", _PARENTS[half]
    )


def officers(seed: int) -> list[PersonCast]:
    """Officers of the units beside the cast's, so that there are a hundred; none can sign in."""
    random = Random(f"{seed}:officers")
    homes = [unit.code for unit in units()]
    of_cast = sum(person.home in homes for person in PEOPLE)
    return [_officer(random, serial, homes[serial % len(homes)]) for serial in range(OFFICERS - of_cast)]


def _officer(random: Random, serial: int, home: str) -> PersonCast:
    gender, year, number = random.choice((MALE, FEMALE)), random.randint(66, 99), _FIRST_OFFICER + serial
    rights = (Right.CARD_LOOKUP, Right.HISTORY_LOOKUP) if random.random() < 0.3 else (Right.CARD_LOOKUP,)
    return PersonCast(
        home, f"cb{number}", full_name(random, gender), f"099{gender - 1}{year}{number:06d}", f"99{number:08d}",
        f"0000{number:06d}", "Nhân viên tra cứu", rights, password=None,
    )  # fmt: skip

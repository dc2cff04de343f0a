"""Import of cards against bare COPY of the same rows into the same tables.

    python -m bench.imports [ROWS]

Starts its own embedded PostgreSQL in a temporary folder. Prints rows/s of the import of a CSV file and
of a bare COPY of the rows that it produced (persons and cards, all indexes and constraints in place),
their ratio, and the importing process's peak memory for a tenth of the rows and for all of them.
The people are impossible: CCCD begin 099, mã số BHXH 99.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import psycopg

from congbhyt.config import embedded
from congbhyt.kernel.keyring import create_keys

ROWS = 1_000_000
ROUNDS = 2
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Quốc", "Thùy")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Hạnh", "Khánh", "Long", "Phượng", "Thử", "Yến")
_HEADER = (
    "social_number,citizen_number,full_name,birth,gender,address,card_number,valid_from,valid_to,"
    "first_registration,area,five_years_on,status,agency_code,replaces"
)
_TABLES = ("insured_insuredperson", "insured_card")


def write_cards(path: Path, rows: int) -> None:
    """Write `rows` deterministic cards of as many people, in no order of their numbers."""
    first = date(1940, 1, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER + "\n")
        for place in range(rows):
            n = place * 7_919 % rows  # neither a file nor a hospital sorts by mã số BHXH
            social = f"99{n:08d}"
            name = f"{_FAMILY[n % 8]} {_MIDDLE[n // 8 % 8]} {_GIVEN[n // 64 % 10]}"
            birth = (first + timedelta(days=n * 31 % 30_000)).strftime("%d/%m/%Y")
            since = date(2026, 1, 1) + timedelta(days=n % 28)
            file.write(
                f'{social},099{n:09d},{name},{birth},{1 + n % 2},"Thôn {n % 97}, Xã Thử {n % 997}, TP Thử",'
                f"GD499{social},{since},{since.replace(year=2027)},99{n % 400:03d},"
                f"{('', 'K1', 'K2', 'K3')[n % 4]},2030-01-01,valid,99{n % 60:03d},\n"
            )


def measured_import(path: Path) -> None:
    """Import `path` in this process and print seconds and peak memory in MiB as JSON."""
    from congbhyt.config import bootstrap

    with bootstrap.database():
        from congbhyt.insured import importing
        from congbhyt.kernel import clock

        begun = time.perf_counter()
        report = importing.import_cards(path, by="operator:bench", at=clock.now())
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "accepted": report.accepted}))


class Bench:
    """One embedded server with a database for each measurement."""

    def __init__(self, folder: Path, access: embedded.Access) -> None:
        self._folder = folder
        self._access = access
        self._environment = {**os.environ, "CONGBHYT_KEYS_FILE": str(folder / "keys.json")}
        create_keys(folder / "keys.json")

    def database(self, name: str) -> dict[str, str]:
        """Create and migrate a database; the environment that names it."""
        with psycopg.connect(self._access.url(embedded.SUPERUSER, "postgres"), autocommit=True) as connection:
            embedded.create_database(connection, name)
        environment = {
            **self._environment,
            "DATABASE_URL": self._access.url(embedded.APPLICATION, name),
            "DATABASE_OWNER_URL": self._access.url(embedded.OWNER, name),
        }
        subprocess.run([sys.executable, "-m", "congbhyt.commands", "migrate"], env=environment, check=True)
        return environment

    def rest(self) -> None:
        """Write out what earlier measurements left to do."""
        with psycopg.connect(self._access.url(embedded.SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def run_import(self, name: str, rows: int) -> dict[str, float]:
        """Import `rows` cards into a new database `name`."""
        environment, path = self.database(name), self._folder / f"{name}.csv"
        write_cards(path, rows)
        self.rest()
        command = [sys.executable, "-m", "bench.imports", "measured-import", str(path)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        path.unlink()
        result: dict[str, float] = json.loads(done.stdout)
        if result["accepted"] != rows:
            raise SystemExit(f"{result['accepted']} of {rows} rows were accepted")
        return result

    def run_copy(self, source: str, name: str) -> float:
        """Copy the rows of database `source` into a new database `name`; seconds."""
        self.database(name)
        for table in _TABLES:
            self._unload(source, table)
        self.rest()
        begun = time.perf_counter()
        for table in _TABLES:
            self._load(name, table)
        return time.perf_counter() - begun

    def _unload(self, name: str, table: str) -> None:
        with (
            self._connect(name) as connection,
            connection.cursor().copy(f"COPY {table} TO STDOUT") as copy,
            (self._folder / table).open("wb") as file,
        ):
            file.writelines(copy)

    def _load(self, name: str, table: str) -> None:
        with (
            self._connect(name) as connection,
            connection.cursor().copy(f"COPY {table} FROM STDIN") as copy,
            (self._folder / table).open("rb") as file,
        ):
            while chunk := file.read(1 << 18):
                copy.write(chunk)

    def _connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self._access.url(embedded.OWNER, name))


def main(rows: int) -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory(prefix="congbhyt-bench-") as folder,
        embedded.running(Path(folder) / "postgres") as access,
    ):
        bench = Bench(Path(folder), access)
        small = bench.run_import("small", rows // 10)
        imports, copies = [], []
        for turn in range(ROUNDS):  # interleaved, and the best of each, because machines have other work
            imports.append(bench.run_import(f"large{turn}", rows))
            copies.append(bench.run_copy(f"large{turn}", f"bare{turn}"))
    large = min(imports, key=lambda result: result["seconds"])
    bare, ours = min(copies), large["seconds"]
    print(f"bare COPY   {rows / bare:10,.0f} rows/s  ({bare:.1f} s for {rows:,} cards and their people)")
    print(f"import      {rows / ours:10,.0f} rows/s  ({ours:.1f} s)")
    print(f"ratio       {bare / ours:10.2f}         (at least 0.50 is required)")
    print(f"peak memory {small['peak']:10.0f} MiB at {rows // 10:,} rows, {large['peak']:.0f} MiB at {rows:,} rows")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measured-import"]:
        measured_import(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)

"""A portal that a browser can open: a database of its own, the worker and the pages, each in its process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from congbhyt.config import embedded
from congbhyt.config.processes import dies_with_parent, free_port
from tests.conftest import clone_template, server_access
from tests.journeys.running import PATIENCE_SECONDS, ROOT


@dataclass(frozen=True)
class Portal:
    """Where the pages are, and the file that puts their clock forward."""

    base: str
    offset: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def later(self, *, minutes: float) -> None:
        """Put the clock forward. It never goes back, as sessions and codes would then lie in the future."""
        seconds = float(self.offset.read_text()) + 60 * minutes
        fresh = self.offset.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.offset)  # the portal reads it at any moment

    def review_ends(self, *, silent: str) -> None:
        """Every unit but `silent` confirms its people, and the worker's job closes the review by this clock."""
        line = [sys.executable, "-m", "tests.browser.reviewing", str(self.offset), silent]
        subprocess.run(line, env=dict(self.environment), cwd=ROOT, check=True)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Portal]:
    """Serve until the block ends; processes and database are gone afterwards."""
    offset, port = folder / "offset", free_port()
    offset.write_text("0")
    with contextlib.ExitStack() as stack:
        environment = stack.enter_context(database(f"congbhyt_browser_{os.getpid()}"))
        stack.enter_context(_running(environment, folder / "worker.log", "congbhyt.commands", "serve", "worker"))
        pages = stack.enter_context(
            _running(environment, folder / "portal.log", "tests.browser.serve", str(port), str(offset))
        )
        portal = Portal(f"http://127.0.0.1:{port}", offset, folder / "portal.log", environment)
        _wait_until_up(portal, pages)
        yield portal


@contextlib.contextmanager
def database(name: str) -> Iterator[dict[str, str]]:
    """The environment that names a database with everybody in it, which is gone afterwards."""
    access = server_access()
    clone_template(access, name)
    environment = {
        **os.environ,
        "DATABASE_URL": access.url(embedded.APPLICATION, name),
        "DATABASE_OWNER_URL": access.url(embedded.OWNER, name),
    }
    try:
        subprocess.run([sys.executable, "-m", "tests.browser.furnish"], env=environment, cwd=ROOT, check=True)
        yield environment
    finally:
        with psycopg.connect(access.url(embedded.SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def _running(
    environment: Mapping[str, str], log: Path, module: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module as a child that does not outlive us."""
    line = [*dies_with_parent("KILL"), sys.executable, "-m", module, *arguments]
    with log.open("wb") as written:
        child = subprocess.Popen(line, env=dict(environment), cwd=ROOT, stdout=written, stderr=written)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_until_up(portal: Portal, pages: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while pages.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{portal.base}/healthz", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"the portal did not come up: {portal.log.read_text()[-2000:]}")

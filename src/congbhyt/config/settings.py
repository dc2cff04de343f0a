"""Every setting of the system, read from the environment once.

docs/reference/settings.md is generated from the declarations below.
"""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from congbhyt.config import environment, paths
from congbhyt.kernel.keyring import KeyFileError, KeyRing, create_keys, read_keys
from congbhyt.outbox.providers import WrongProviderError, read_providers, read_report_base
from congbhyt.outbox.transports import Transport
from congbhyt.paper.signatures import Anchors

environment.declare("CONGBHYT_VAR", "Folder for the embedded database and keys.", "`var` in the clone")
VAR = paths.var()
DATABASE_URL = environment.text(
    "DATABASE_URL",
    "PostgreSQL ≥ 15 for the application role, postgresql://…; unset: the embedded PostgreSQL under CONGBHYT_VAR.",
)
DATABASE_OWNER_URL = environment.text(
    "DATABASE_OWNER_URL",
    "The same database for the role that owns the tables; needed only by `congbhyt migrate`.",
)
environment.declare(
    "CONGBHYT_KEYS_FILE",
    "File with the keys that seal CCCD and phone numbers; create it with `congbhyt keys create`.",
    "keys.json in CONGBHYT_VAR, made by itself only for the embedded database",
)
KEYS_FILE = paths.keys_file()
TRUSTED_PROXIES = environment.networks(
    "CONGBHYT_TRUSTED_PROXIES", "Networks of our own proxies, whose X-Forwarded-For counts, from the right."
)
GATEWAY_PREFIX = environment.text("CONGBHYT_GATEWAY_PREFIX", "Path under which the gateway is mounted, e.g. /bhyt.")
GATEWAY_WORKERS = environment.number("CONGBHYT_GATEWAY_WORKERS", "Processes of the gateway.", 2, least=1)
GATEWAY_THREADS = environment.number(
    "CONGBHYT_GATEWAY_THREADS", "Threads of each gateway process: calls served at once.", 64, least=1
)
PORTAL_URL = environment.web_address(
    "CONGBHYT_PORTAL_URL",
    "Address at which people open the portal, e.g. https://cong.example.vn; with https the cookies need TLS.",
    "http://127.0.0.1:8000",
)
PORTAL_WORKERS = environment.number("CONGBHYT_PORTAL_WORKERS", "Processes of the portal.", 1, least=1)
PORTAL_THREADS = environment.number(
    "CONGBHYT_PORTAL_THREADS", "Threads of each portal process: pages served at once.", 16, least=1
)
LOG_LEVEL = environment.one_of(
    "CONGBHYT_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"
)


def _sms_providers() -> tuple[Transport, ...]:
    """Ways out for messages, the preferred one first; what is wrong is said without repeating an address."""
    listed = environment.text(
        "CONGBHYT_SMS_PROVIDERS",
        "SMS providers, the preferred one first, separated by blanks: "
        "kannel+https://USER:PASSWORD@HOST:PORT/cgi-bin/sendsms?from=SENDER, kannel+http://…, file:/PATH, console:. "
        "Unset: the console in a sandbox; elsewhere messages wait.",
    )
    file = environment.text(
        "CONGBHYT_SMS_PROVIDERS_FILE", "File with that list instead, because it holds passwords; not readable by all."
    )
    try:
        return read_providers(listed, file)
    except WrongProviderError as wrong:
        name = "CONGBHYT_SMS_PROVIDERS_FILE" if file else "CONGBHYT_SMS_PROVIDERS"
        raise environment.WrongSettingError(f"{name}: {wrong}") from None


def _sms_report_base() -> str:
    base = environment.text(
        "CONGBHYT_SMS_REPORT_BASE",
        "Address under which SMS providers reach the portal to report deliveries, e.g. http://10.0.0.5:8000. "
        "Unset: no reports are asked for.",
    )
    try:
        return read_report_base(base)
    except WrongProviderError as wrong:
        raise environment.WrongSettingError(f"CONGBHYT_SMS_REPORT_BASE: {wrong}") from None


SMS_PROVIDERS = _sms_providers()
SMS_REPORT_BASE = _sms_report_base()
SMS_FROM_SANDBOX = (
    environment.number("CONGBHYT_SMS_FROM_SANDBOX", "1: a sandbox may hand messages to real SMS providers.", 0) == 1
)


def _keys() -> KeyRing:
    """The key ring; made on first use beside the embedded database, refused when missing elsewhere."""
    if not DATABASE_URL:
        with contextlib.suppress(FileExistsError):
            create_keys(KEYS_FILE)
    try:
        return read_keys(KEYS_FILE)
    except KeyFileError as unusable:
        raise environment.WrongSettingError(f"CONGBHYT_KEYS_FILE: {unusable}") from unusable


KEYS = _keys()


def _signature_anchors() -> Anchors:
    path = environment.text(
        "CONGBHYT_SIGNATURE_ANCHORS",
        "File or folder of PEM certificates whose digital signatures on uploaded forms count. Unset: none does.",
    )
    try:
        return Anchors.read(path)
    except (OSError, ValueError) as unusable:
        raise environment.WrongSettingError(f"CONGBHYT_SIGNATURE_ANCHORS: {unusable}") from None


SIGNATURE_ANCHORS = _signature_anchors()
environment.declare(
    "CONGBHYT_CATALOGUES",
    "Folder of the lists that `congbhyt catalogue load` stores: ICD-10, drugs, services and others.",
    "congbhyt/catalogues below XDG_DATA_HOME or ~/.local/share",
)
SECRET_KEY = KEYS.django_key
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
USE_I18N = True
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["congbhyt.accounts.passwords.Hasher"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "procrastinate.contrib.django",
    "congbhyt.installation",
    "congbhyt.audit",
    "congbhyt.policy",
    "congbhyt.outbox",
    "congbhyt.units",
    "congbhyt.accounts",
    "congbhyt.insured",
    "congbhyt.tokens",
    "congbhyt.otp",
    "congbhyt.registration",
    "congbhyt.network",
    "congbhyt.enrolment",
    "congbhyt.signin",
    "congbhyt.lookup",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "js_lib_bootstrap5",
    "congbhyt.portal",
]

PORTAL_SECURE = PORTAL_URL.startswith("https://")
ALLOWED_HOSTS = [host for url in (PORTAL_URL, SMS_REPORT_BASE) if url and (host := urlsplit(url).hostname)]
ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]  # for whoever watches over the server from within
ROOT_URLCONF = "congbhyt.portal.routes"
APPEND_SLASH = False
MIDDLEWARE = [
    "congbhyt.portal.middleware.accountable",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",  # refuses foreign host names
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PORTAL_SECURE  # messages travel under the session cookie's settings
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # until the browser closes
CSRF_FAILURE_VIEW = "congbhyt.portal.refusing.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PORTAL_SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if PORTAL_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # pages send a few short fields
DATA_UPLOAD_MAX_NUMBER_FIELDS = 250  # a page of a hundred rows with two fields each
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]  # scans never touch a disk
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024  # policy's largest registration.paper_megabytes, and a form around it
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's style sheet draws its marks from data: addresses
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight from the packages: nothing to collect before a start
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600


DEAD_LINE_MILLISECONDS = 8_000
"""After that long without an acknowledgement a network connection to the database counts as broken."""
POOL_SECONDS = 3
"""How long a call waits for a database connection: hospital programs give up after 8 to 10 seconds."""


def _database(url: str, *, pooled: bool) -> dict[str, Any]:
    """Django's dictionary for `url`. The pool has two connections a thread: one that it keeps for the hot statements
    (installation/hot.py) and one for a call's other work."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url or "host=DATABASE_URL-is-not-set dbname=congbhyt")
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    database: dict[str, Any] = {ours: str(parts.pop(theirs, "") or "") for ours, theirs in names.items()}
    options: dict[str, Any] = {"tcp_user_timeout": DEAD_LINE_MILLISECONDS, **parts}
    if pooled:
        threads = max(GATEWAY_THREADS, PORTAL_THREADS)
        options["pool"] = {"min_size": 1, "max_size": 2 * threads, "timeout": POOL_SECONDS}
    return {"ENGINE": "django.db.backends.postgresql", **database, "OPTIONS": options}


DATABASES = {
    "default": _database(DATABASE_URL, pooled=True),
    "owner": _database(DATABASE_OWNER_URL or DATABASE_URL, pooled=False),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        # It would log the path of each refused page; ours names the page, because a path may hold what opens it.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}

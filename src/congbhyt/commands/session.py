"""What every command does around its work: a database, an operator's name, refusals as sentences."""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Iterator

import typer
from rich.console import Console
from rich.markup import escape

from congbhyt.kernel.refusal import Refusal

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def operator() -> str:
    """Who runs this command, as the audit record names them."""
    return f"operator:{getpass.getuser()}"


@contextlib.contextmanager
def work() -> Iterator[None]:
    """Provide a configured database; print a refusal with its code and leave with status 1.

    A wrong setting or a database that does not start leaves with status 2.
    """
    from django.db import DataError, OperationalError
    from psycopg_pool import PoolTimeout

    from congbhyt.config import bootstrap
    from congbhyt.config.embedded import EmbeddedDatabaseError
    from congbhyt.config.environment import WrongSettingError

    try:
        with bootstrap.database():
            yield
    except Refusal as refusal:
        _tell(refusal.code, refusal.sentence, refusal.detail)
        raise typer.Exit(1) from refusal
    except DataError as wrong:
        _tell("VALUE_NOT_TAKEN", "Có giá trị quá dài hoặc không lưu được; không có gì được ghi.", str(wrong).strip())
        raise typer.Exit(1) from wrong
    except (OperationalError, PoolTimeout) as lost:
        _tell("DATABASE_UNREACHABLE", "Không kết nối được cơ sở dữ liệu. Kiểm tra DATABASE_URL và máy chủ PostgreSQL.")
        raise typer.Exit(2) from lost
    except (EmbeddedDatabaseError, WrongSettingError) as wrong:
        _tell(type(wrong).__name__, str(wrong))
        raise typer.Exit(2) from wrong
    finally:
        sys.stdout.flush()


def _tell(code: str, sentence: str, detail: str = "") -> None:
    """Print a refusal to standard error; what people typed is shown as it is, never read as markup."""
    err.print(f"[bold red]{code}[/] {escape(sentence)}", highlight=False)
    if detail:
        err.print(detail, highlight=False, markup=False)

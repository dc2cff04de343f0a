"""Vietnamese text in the embedded database."""

from __future__ import annotations

import pytest
from django.db import connection

from congbhyt.kernel.names import sort_key

pytestmark = pytest.mark.django_db


def test_dang_is_found_in_any_case_and_sorted_after_dung() -> None:
    names = ["Đặng Văn Bình", "Dũng", "Ân", "An", "Đào"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE names (name text, key text)")
        cursor.executemany("INSERT INTO names VALUES (%s, %s)", [(name, sort_key(name)) for name in names])
        cursor.execute("SELECT name FROM names WHERE upper(name) LIKE upper('đặng%%')")
        assert cursor.fetchall() == [("Đặng Văn Bình",)]
        cursor.execute("SELECT name FROM names ORDER BY key")
        assert [name for (name,) in cursor.fetchall()] == ["An", "Ân", "Dũng", "Đào", "Đặng Văn Bình"]

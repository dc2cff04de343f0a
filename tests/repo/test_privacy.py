"""Every column says whether it is personal data, beside the columns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from congbhyt.kernel.privacy import Privacy, classify


def our_models() -> Iterator[type[models.Model]]:
    """Every model of ours."""
    for config in apps.get_app_configs():
        if config.name.startswith("congbhyt."):
            yield from config.get_models()


@pytest.mark.parametrize("model", list(our_models()), ids=lambda model: model._meta.label)
def test_every_field_is_classified_and_nothing_else_is(model: type[models.Model]) -> None:
    fields = {field.name for field in model._meta.concrete_fields}
    if isinstance(model._meta.pk, models.CompositePrimaryKey):
        fields.add("pk")
    assert set(getattr(model, "PRIVACY", {})) == fields


def test_sealed_and_digested_columns_are_personal_data() -> None:
    sealed = {
        f"{model._meta.label}.{name}": kind
        for model in our_models()
        for name, kind in getattr(model, "PRIVACY", {}).items()
        if name.endswith(("_sealed", "_digest", "_mac"))
    }
    assert sealed
    assert [name for name, kind in sealed.items() if kind is Privacy.NONE] == []


def test_a_table_names_each_field_with_its_class() -> None:
    assert classify(identity="name", none="id at") == {
        "name": Privacy.IDENTITY,
        "id": Privacy.NONE,
        "at": Privacy.NONE,
    }

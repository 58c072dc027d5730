"""Every model says what personal data it holds. A field that is not declared fails here."""

import pytest
from django.apps import apps
from django.db.models import Model

from pivotino.kit.holds import Holds

OURS = [model for model in apps.get_models() if model.__module__.startswith("pivotino.")]


@pytest.mark.promise("P11")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_declared(model: type[Model]) -> None:
    holds = getattr(model, "holds", None)
    names = [field.name for field in model._meta.concrete_fields]

    assert isinstance(holds, Holds), f"{model._meta.label} does not say what it holds"
    assert holds.undeclared(names) == []
    assert holds.unknown([*names, *(field.name for field in model._meta.many_to_many)]) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_declaration_says_why_and_how_long(model: type[Model]) -> None:
    holds: Holds = model.holds  # type: ignore[attr-defined]

    assert all([holds.subject, holds.purpose, holds.retention, holds.export, holds.erasure])
    assert all(holds.personal.values())


@pytest.mark.promise("P14")
def test_no_column_could_hold_a_card() -> None:
    words = ("card_number", "cvc", "cvv", "iban", "expiry_month", "pan")
    columns = [
        f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.concrete_fields
    ]

    assert [column for column in columns if any(word == column.rsplit(".", 1)[1] for word in words)] == []

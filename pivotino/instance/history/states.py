"""Rows as history keeps them, and putting them back: what an undo stands on.

A state is a dictionary of plain JSON values by column. A change of rows is a pair of lists of states, before and after;
`put_back` makes the database as it was on the other side, and refuses where somebody has been there since.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from django.db import models

from pivotino.instance.history.recording import CannotUndo
from pivotino.kit.diffs import plain

State: TypeAlias = dict[str, Any]


def state_of(row: models.Model, columns: Iterable[str] | None = None) -> State:
    """Some columns of a row (all of them without a choice), as plain values. Foreign keys are named `owner_id`."""
    names = _names(type(row)) if columns is None else columns
    return {name: plain(getattr(row, name)) for name in names}


@lru_cache(256)
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


def value_of(model: type[models.Model], column: str, kept: Any) -> Any:
    """A plain value as the column of this model has it in Python."""
    if kept is None:
        return None
    field: Any = next(field for field in model._meta.concrete_fields if field.attname == column)
    while field.remote_field is not None:
        field = field.target_field
    return field.to_python(kept)


def apply(row: models.Model, state: State) -> None:
    """Set the columns of a row in memory as a state says."""
    for column, kept in state.items():
        setattr(row, column, value_of(type(row), column, kept))


def expect(row: models.Model, state: State, *, refusal: str) -> None:
    """Raise CannotUndo with the refusal unless the row is as the state says."""
    if any(getattr(row, column) != value_of(type(row), column, kept) for column, kept in state.items()):
        raise CannotUndo(refusal)


def put_back(model: type[models.Model], *, found: Sequence[State], wanted: Sequence[State], refusal: str) -> None:
    """Turn the rows that are as in `found` into those in `wanted`: removes, changes and makes rows with their old ids."""
    manager: Any = model._default_manager
    kept = {state["id"]: state for state in wanted}
    rows = {
        str(row.pk): row
        for row in manager.select_for_update().filter(pk__in=[*kept, *(state["id"] for state in found)])
    }
    for state in found:
        row = rows.get(state["id"])
        if row is None:
            raise CannotUndo(refusal)
        expect(row, state, refusal=refusal)
        if state["id"] not in kept:
            row.delete()
    present = {state["id"] for state in found}
    for id, state in kept.items():
        if id not in present and id in rows:
            raise CannotUndo(refusal)
        row = rows.get(id) or model()
        apply(row, state)
        row.save(force_insert=id not in present)

"""Long work as a row with steps, so that a worker which dies is followed by another that goes on where it stopped.

    class Step(steps.Done):                                    # in the room's models: one row a step that is done
        thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="steps")

    STEPS = (Kind(name="copied", says="A copy is made", work=copy), …)
    steps.advance(thing, STEPS)                                # in a job; whatever goes wrong comes out

A step is done when its row says so. A worker that dies between the work and the row does the work again, so every step
must be safe to repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db import models
from django.utils import timezone

from pivotino.tenancy.models import ControlModel


class Stepping(Protocol):
    """A row whose steps are kept as rows."""

    @property
    def steps(self) -> Any: ...


Row = TypeVar("Row", bound=Stepping)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Row]):
    """One step: its name in the rows, what the person waiting reads, and the work."""

    name: str
    says: str
    work: Callable[[Row], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as a page shows it: `state` is done, now or later."""

    says: str
    state: str


class Done(ControlModel):
    """One step that is done. No row, not done. The room adds the key to its row, and that a name occurs once in it."""

    name = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["at"]


def advance(row: Row, steps: Sequence[Kind[Row]]) -> None:
    """Do every step that is not done yet, in order. An error comes out; the next call goes on from there."""
    done = names_of_done(row)
    for step in steps:
        if step.name not in done:
            step.work(row)
            mark(row, step.name)


def mark(row: Stepping, name: str) -> None:
    """Write down that a step is done."""
    row.steps.get_or_create(name=name)


def names_of_done(row: Stepping) -> set[str]:
    """The names of the steps that are behind us."""
    return set(row.steps.values_list("name", flat=True))


def shown(row: Row, steps: Sequence[Kind[Row]]) -> list[Shown]:
    """All steps for a page: those behind us, the one at hand, those to come."""
    done = names_of_done(row)
    now = next((step.name for step in steps if step.name not in done), "")
    states = {step.name: "done" if step.name in done else "later" for step in steps} | {now: "now"}
    return [Shown(step.says, states[step.name]) for step in steps]

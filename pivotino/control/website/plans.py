"""The plans as the website shows them. Nothing else on the site knows a price."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from pivotino.control import subscriptions


class Plan(Protocol):
    """What a page needs to know about a plan."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def per_seat(self) -> bool: ...
    @property
    def blurb(self) -> str: ...
    @property
    def points(self) -> list[str]: ...


@dataclass(frozen=True, kw_only=True)
class _Draft:
    name: str
    code: str
    kind: str
    price_minor: int
    currency: str
    period: str
    per_seat: bool
    blurb: str
    points: list[str]
    trial_days: int = 0
    seats_at_most: int = 0


def published_plans() -> Sequence[Plan]:
    try:
        room = import_module("pivotino.control.subscriptions.queries")
    except ModuleNotFoundError:
        file = Path(next(iter(subscriptions.__path__))) / "plans.toml"
        return [_Draft(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["plan"]]
    plans: Sequence[Plan] = room.published_plans()
    return plans

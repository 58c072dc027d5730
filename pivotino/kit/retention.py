"""How long what is kept, and what goes when its days are over.

The rules are data: one file, `settings.RETENTION_RULES`. A sweep asks here for its number of days, and so does every page
that names one; a number that a room keeps in rules of its own (backups, closed databases) is handed in with `days`.

    @sweeps("visits")                                            # the key of the rule
    def over(at: datetime) -> QuerySet[Visit]:                   # what is over at this moment; it may lie ahead
        return Visit.objects.filter(last_at__lt=at - period("visits"))

    sweep("visits")                                              # in the room's own job: deletes, and says how many

`forget=` does something else than deleting; it gets a few hundred rows at a time. What has no rows tells `note(key, count)`.
Held records are left out, and every sweep is told to whoever `hears`.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone

CHUNK = 500
AHEAD = timedelta(days=14)

Over = Callable[[datetime], QuerySet[Any]]
Forget = Callable[[QuerySet[Any]], object]
Hearing = Callable[[str, int, int], None]
Sparing = Callable[[type[Model], list[Any]], set[Any]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long one class is kept: `what` it is, `says` what happens then, `basis` why so long, `whose` data it is.

    `days` is None where `until` says it in words. `job` is the name of the scheduled job that sweeps; `models` are covered.
    """

    key: str
    what: str
    says: str
    basis: str
    whose: str
    days: int | None = None
    until: str = ""
    job: str = ""
    models: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """ "90 days", "3 years", or what `until` says."""
        return self.until if self.days is None else in_words(self.days)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What a room registered for one rule."""

    key: str
    over: Over
    forget: Forget


_sweeps: dict[str, Sweep] = {}
_days: dict[str, Callable[[], int]] = {}
_hearing: list[Hearing] = []
_sparing: list[Sparing] = []


def sweeps(key: str, *, forget: Forget | None = None) -> Callable[[Over], Over]:
    """Register what is over under the rule `key`, and how it is forgotten if not by deleting."""

    def keep(over: Over) -> Over:
        _sweeps[key] = Sweep(key=key, over=over, forget=forget or QuerySet.delete)
        return over

    return keep


def sweep(*keys: str, at: datetime | None = None) -> int:
    """Forget what is over now under these rules, a few hundred rows at a time. Returns how many rows; safe to repeat."""
    return sum(_sweep(_sweeps[key], at or timezone.now()) for key in keys)


def note(key: str, count: int, held: int = 0) -> None:
    """Tell that so many went under this rule."""
    if count or held:
        for hear in _hearing:
            hear(key, count, held)


def over(key: str, at: datetime) -> QuerySet[Any]:
    """What will be over at that moment as things are now."""
    return _sweeps[key].over(at)


def hears(hearing: Hearing) -> Hearing:
    """Register who is told of each sweep: the rule, how many went, how many were held back."""
    _hearing.append(hearing)
    return hearing


def spares(sparing: Sparing) -> Sparing:
    """Register who may say which of some rows must stay though their days are over."""
    _sparing.append(sparing)
    return sparing


def days_of(key: str, days: Callable[[], int]) -> None:
    """A number of days that stands in a room's own rules."""
    _days[key] = days


def rules() -> dict[str, Rule]:
    """Every rule by its key, in the order of the file."""
    return {key: _made(key, said) for key, said in _read().items()}


def rule(key: str) -> Rule:
    return _made(key, _read()[key])


def period(key: str) -> timedelta:
    """How long what this rule covers is kept."""
    days = rule(key).days
    if days is None:
        raise LookupError(f"The rule {key!r} names no days.")
    return timedelta(days=days)


def registered() -> frozenset[str]:
    return frozenset(_sweeps)


def in_words(days: int) -> str:
    """ "1 day", "30 days", "3 years"."""
    number, unit = (days // 365, "year") if days % 365 == 0 and days else (days, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def in_words_of(period: timedelta) -> str:
    """ "30 minutes", "48 hours", "14 days", "2 years"."""
    minutes = int(period.total_seconds()) // 60
    if minutes % (24 * 60) == 0 and minutes > 48 * 60:
        return in_words(period.days)
    number, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _sweep(one: Sweep, at: datetime) -> int:
    gone, kept, last = 0, 0, None
    while True:
        rows = one.over(at).order_by("pk")
        ids = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            note(one.key, gone, kept)
            return gone
        last = ids[-1]
        held = _held(rows.model, ids)
        going = [pk for pk in ids if pk not in held]
        if going:
            one.forget(rows.model._default_manager.filter(pk__in=going))
        gone, kept = gone + len(going), kept + len(held)


def _held(model: type[Model], ids: Iterable[Any]) -> set[Any]:
    return {pk for spare in _sparing for pk in spare(model, list(ids))}


def _made(key: str, said: Mapping[str, Any]) -> Rule:
    given = dict(said, models=tuple(said.get("models", ())))
    if key in _days:
        given["days"] = _days[key]()
    return Rule(key=key, **given)


@cache
def _read() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(settings.RETENTION_RULES).read_text(encoding="utf-8"))

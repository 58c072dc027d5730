"""Out of quarantine: a person of ours looked at source, basis and country, and the law of that country agrees."""

from collections.abc import Iterable

from django.utils import timezone

from pivotino.control.prospects import rules
from pivotino.control.prospects.models import Prospect


class NotCleared(RuntimeError):
    """The law of their country lets no letter go on this basis; the message names it."""


def clear(people: Iterable[Prospect], *, by: str) -> int:
    """Clear those whom the law lets us write to; says how many. The others stay, and `may_write` says why."""
    fit = [one.pk for one in people if not rules.why_not(country=one.country, basis=one.origin.basis)]
    count = 0
    for start in range(0, len(fit), 500):
        waiting = Prospect.objects.waiting().filter(pk__in=fit[start : start + 500])
        count += waiting.update(cleared_at=timezone.now(), cleared_by=by)
    return count


def clear_one(prospect: Prospect, *, by: str) -> None:
    """Clear one person, or raise NotCleared."""
    if why := rules.why_not(country=prospect.country, basis=prospect.origin.basis):
        raise NotCleared(why)
    clear([prospect], by=by)

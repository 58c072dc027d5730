"""Keeping without using: no marketing, nothing shown, and nobody of us changes it. Rooms ask `erasures.persons.is_restricted`.

The person lifts it by a press. Whoever of us wants to says why; the person reads that a week before it counts.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pivotino.control.erasures.persons import is_restricted
from pivotino.control.rights import letters
from pivotino.control.rights.links import page_link
from pivotino.control.rights.models import Demand, Restriction
from pivotino.letters import send
from pivotino.letters.marks import mark_of, marks_of
from pivotino.letters.models import Sent
from pivotino.letters.models.ledger import State
from pivotino.letters.models.suppression import Scope, Suppression
from pivotino.letters.suppression import suppress

HOW, TOLD_BEFORE = "restriction", timedelta(days=7)

__all__ = ["TOLD_BEFORE", "announce", "is_restricted", "lift", "lift_when_told", "restrict", "standing"]


def restrict(demand: Demand) -> Restriction:
    """From now on. Twice is once."""
    with transaction.atomic():
        row, _ = Restriction.objects.get_or_create(
            mark=mark_of(demand.email), lifted_at=None, defaults={"demand": demand}
        )
        suppress(demand.email, Scope.LEGAL, how=HOW)
    return row


def standing(address: str) -> Restriction | None:
    """What holds for somebody now."""
    return Restriction.objects.filter(mark__in=marks_of(address), lifted_at__isnull=True).first()


def announce(demand: Demand, *, why: str, by: str) -> bool:
    """One of us lifts it, in a week: the person reads why before. Says whether there was one; twice is once."""
    with transaction.atomic():
        row = Restriction.objects.select_for_update().filter(mark__in=marks_of(demand.email), lifted_at=None).first()
        if row is None or row.lifts_at:
            return row is not None
        row.lifts_at, row.lifted_why, row.lifted_by = timezone.now() + TOLD_BEFORE, why[:400], by[:160]
        row.save(update_fields=["lifts_at", "lifted_why", "lifted_by"])
        day = f"{row.lifts_at:%-d %B %Y}"
        says = [f"You asked us to keep what we hold about you and not to use it. On {day} we lift that. The reason: {row.lifted_why}",
                "If that is wrong, tell us before that day: answer this letter. You may also complain to the authority for data protection where you live."]  # fmt: skip
        send(letters.Lifting(to=demand.email, says=says, link=page_link(demand), day=day), key=_key(row))
    return True


def lift_when_told() -> None:
    """Lift what was announced, on its day and not before its letter left."""
    for row in Restriction.objects.filter(lifts_at__lte=timezone.now(), lifted_at__isnull=True):
        letter = Sent.objects.filter(key=_key(row)).first()
        if letter is None or State(letter.state).is_settled:
            _lift([row.mark])


def lift(address: str) -> bool:
    """The person lifts it: over at once; what else keeps letters away stays. Says whether there was one."""
    return _lift(marks_of(address))


def _lift(marks: list[str]) -> bool:
    with transaction.atomic():
        Suppression.objects.filter(mark__in=marks, scope=Scope.LEGAL, how=HOW).delete()
        there = Restriction.objects.filter(mark__in=marks, lifted_at__isnull=True)
        return bool(there.update(lifted_at=timezone.now()))


def _key(row: Restriction) -> str:
    return f"rights-lifting:{row.pk}"

"""Who is not written to: asked when a letter leaves, not when it is put in line, so that a stop holds at once.

Letters somebody waits for ask nobody, but that they are not put away: where somebody may be a child, nothing goes. News about one's own work stops only where nobody reads. Marketing asks everything.
A customer's own letters never ask here: their lists are theirs.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from pivotino.letters.kinds import Kind
from pivotino.letters.marks import mark_of, marks_of
from pivotino.letters.models.suppression import OWN_WISH, UNDO, Scope, Suppression

PUT_AWAY = "child"
SENTENCES = {
    Scope.TOPIC: "This address wants no letters on this topic.",
    Scope.MARKETING: "This address wants no marketing.",
    Scope.EVERYTHING: "Letters to this address came back.",
    Scope.COMPLAINT: "Somebody at this address called our marketing spam.",
    Scope.LEGAL: "The law keeps us from writing to this address.",
}


def suppress(address: str, scope: Scope, *, how: str, topic: str = "", reason: str = "") -> Suppression:
    """Stop one scope for an address from now on. Twice is once; the first day and road stay."""
    return suppress_mark(mark_of(address), scope, how=how, topic=topic, reason=reason)


def suppress_mark(mark: str, scope: Scope, *, how: str, topic: str = "", reason: str = "") -> Suppression:
    """The same for somebody whose address we need not know."""
    row, _ = Suppression.objects.get_or_create(
        mark=mark, scope=scope, topic=topic, defaults={"how": how, "reason": reason[:200], "since": timezone.now()}
    )
    return row


def lift(mark: str, *topics: str) -> None:
    """Take back what the person wished in the last thirty days: these topics, and the stop of all marketing."""
    fresh = Suppression.objects.filter(mark=mark, scope__in=OWN_WISH, since__gt=timezone.now() - UNDO)
    fresh.filter(Q(scope=Scope.MARKETING) | Q(topic__in=topics)).delete()


def is_put_away(address: str) -> bool:
    """Whether all we hold about whoever reads this address is out of reach, because they may be a child."""
    return Suppression.objects.filter(mark__in=marks_of(address), scope=Scope.EVERYTHING, how=PUT_AWAY).exists()


def why_held(kind: Kind, address: str, topic: str = "") -> str:
    """The sentence that keeps this letter here, or nothing: it may go."""
    if kind is not Kind.CUSTOMER and is_put_away(address):
        return "What we hold about this address is put away."
    if kind not in (Kind.NOTICE, Kind.MARKETING):
        return ""
    scope = _stopping(kind, topic).filter(mark__in=marks_of(address)).values_list("scope", flat=True).first()
    return SENTENCES[Scope(scope)] if scope else ""


def held(addresses: Iterable[str], *, topic: str) -> frozenset[str]:
    """Those of many addresses that get no marketing on this topic; one question for five hundred of them."""
    marked = {mark: address for address in addresses for mark in marks_of(address)}
    marks = list(marked)
    found: set[str] = set()
    for start in range(0, len(marks), 500):
        stopped = _stopping(Kind.MARKETING, topic).filter(mark__in=marks[start : start + 500])
        found.update(marked[mark] for mark in stopped.values_list("mark", flat=True))
    return frozenset(found)


def _stopping(kind: Kind, topic: str) -> QuerySet[Suppression]:
    if kind is Kind.NOTICE:
        return Suppression.objects.filter(scope=Scope.EVERYTHING)
    return Suppression.objects.filter(~Q(scope=Scope.TOPIC) | Q(topic=topic))

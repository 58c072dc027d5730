"""What we wrote to an address, and what it wants no more."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import (
    BY_USE,
    CONTRACT,
    FROM_YOU,
    INTEREST,
    Found,
    Person,
    Plan,
    Said,
    knows,
)
from pivotino.letters import forgetting
from pivotino.letters.models import Kept, Sent, Suppression
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress

SHOWN = 500
MAIL = "The mail server that carried them"


@knows("Letters", models={"letters.Sent", "letters.Envelope", "letters.Suppression"}, order=80)
class Letters:
    def find(self, person: Person) -> Iterator[Found]:
        sent = Sent.objects.to_person(person.email)
        if count := sent.count():
            yield Found.of(Sent, what="Letters we wrote to you", basis=CONTRACT, source=BY_USE, recipients=MAIL, plan=Plan.BLANK, count=count, facts=tuple(
                (f"{one.at:%Y-%m-%d %H:%M} UTC", f"{one.subject} ({one.get_state_display().lower()})") for one in sent[:SHOWN]
            ))  # fmt: skip
        stops = list(Suppression.objects.filter(mark__in=person.marks))
        if stops:
            yield Found.of(Suppression, what="What you want no letters about", basis=INTEREST, source=FROM_YOU, plan=Plan.KEEP, count=len(stops),
                           why="A mark that tells no address keeps anybody from writing to you again", provided=True, facts=tuple(
                (f"{Scope(one.scope).label}{f' ({one.topic})' if one.topic else ''}", f"since {one.since:%Y-%m-%d}, by {one.how}") for one in stops
            ))  # fmt: skip

    def forget(self, person: Person) -> int:
        return forgetting.forget(person.email, person.name)

    def correct(self, person: Person, said: Said) -> int:
        """The ledger follows somebody to their new address, and so does what they want no letters about. Links that prove the
        old address open nothing any more."""
        if not (email := said.get("email")):
            return 0
        mine = Sent.objects.filter(to=person.email)
        count = mine.filter(key__startswith="rights-").update(to="") + mine.update(to=email)
        for one in Suppression.objects.filter(mark__in=person.marks).exclude(scope=Scope.EVERYTHING):
            suppress(email, Scope(one.scope), how=one.how, topic=one.topic, reason=one.reason)
        Kept.objects.filter(to=person.email).update(to=email)
        return count

    def addresses(self) -> Iterable[str]:
        return Sent.objects.exclude(to="").values_list("to", flat=True).distinct()

"""Who asked for a database to be moved."""

from collections.abc import Iterator

from pivotino.control.erasures.persons import CONTRACT, FROM_YOU, Found, Person, Plan, free, knows, told
from pivotino.control.placements.models import Move


@knows("Moves", models={"placements.Move"}, order=57)
class Moves:
    def find(self, person: Person) -> Iterator[Found]:
        rows = Move.objects.filter(by__iexact=person.email)
        if rows:
            yield Found.of(Move, what="Moves you asked for", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK, count=len(rows),
                           facts=told(*(("Asked", one.asked_at) for one in rows)))  # fmt: skip

    def forget(self, person: Person) -> int:
        return free(Move.objects.filter(by__iexact=person.email)).update(by="")

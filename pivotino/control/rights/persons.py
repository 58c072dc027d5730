"""What we hold of somebody who demanded something of us."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import (
    FROM_YOU,
    LAW,
    Found,
    Person,
    Plan,
    Said,
    free,
    is_restricted,
    knows,
    restricts,
    told,
)
from pivotino.control.rights.models import Demand, Package, Restriction
from pivotino.letters.marks import mark_of

MODELS = {"rights.Demand", "rights.Package", "rights.Opening", "rights.Restriction"}


@restricts
def restricted(marks: list[str]) -> Iterable[str]:
    return Restriction.objects.filter(mark__in=marks, lifted_at__isnull=True).values_list("mark", flat=True)


@knows("What was asked of us", models=MODELS, order=95)
class Demands:
    def find(self, person: Person) -> Iterator[Found]:
        mine = Demand.objects.filter(mark__in=person.marks)
        if named := [one for one in mine if one.email]:
            yield Found.of(Demand, what="What you asked of us", basis=LAW, source=FROM_YOU, provided=True, plan=Plan.BLANK, count=len(named),
                           facts=told(*((one.get_kind_display(), one.asked_at) for one in named)))  # fmt: skip
        if marked := [one for one in mine if not one.email]:
            yield Found.of(Demand, what="That you asked something of us", basis=LAW, source=FROM_YOU, plan=Plan.KEEP, count=len(marked),
                           why="A mark that tells no address, to show that we did what was asked in time")  # fmt: skip
        rows = Restriction.objects.filter(mark__in=person.marks)
        if rows:
            yield Found.of(Restriction, what="That we keep and do not use", basis=LAW, source=FROM_YOU, provided=True, count=len(rows),
                           facts=told(*(pair for one in rows for pair in (("Since", one.since), ("Lifted", one.lifted_at), ("Why it was lifted", one.lifted_why)))))  # fmt: skip

    def forget(self, person: Person) -> int:
        mine = Demand.objects.filter(mark__in=person.marks)
        count = Package.objects.filter(demand__in=mine).delete()[0]
        count += Restriction.objects.filter(mark__in=person.marks).delete()[0]
        named = free(mine.exclude(email=""))
        for one in named.filter(over_at__isnull=True, instance__isnull=True):
            one.end(Demand.End.DONE)
        return count + named.update(email="", name="", says="", receipt="", reason="")

    def correct(self, person: Person, said: Said) -> int:
        """What they asked for, and that their data is not used, is theirs under the new address, too."""
        if not (email := said.get("email")):
            return 0
        mine, mark = Demand.objects.filter(mark__in=person.marks, proved_at__isnull=False), mark_of(email)
        if is_restricted(email):
            Restriction.objects.filter(mark__in=person.marks, lifted_at=None).delete()
        Restriction.objects.filter(mark__in=person.marks).update(mark=mark)
        return mine.exclude(email="").update(email=email) + mine.update(mark=mark)

    def addresses(self) -> Iterable[str]:
        return Demand.objects.exclude(email="").values_list("email", flat=True)

"""What we hold of somebody who might become a customer."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import (
    CONSENT,
    FROM_YOU,
    INTEREST,
    Found,
    Mention,
    Person,
    Plan,
    Said,
    Words,
    free,
    knows,
    told,
)
from pivotino.control.prospects import forgetting
from pivotino.control.prospects.models import Asking, Basis, Gone, Listing, Origin, Prospect
from pivotino.control.prospects.queries import held_about

MODELS = {f"prospects.{name}" for name in ("Asking", "Gone", "Listing", "Origin", "Prospect", "Fact")}
BASES = {Basis.CONSENT: CONSENT, Basis.REQUEST: "You asked us something", Basis.INTEREST: INTEREST}


@knows(forgetting.ROOM, models=MODELS, order=20)
class Prospects:
    def find(self, person: Person) -> Iterator[Found]:
        if (report := held_about(person.email)) is not None:
            one = report.prospect
            yield Found.of(Prospect, what="You as a possible customer", until="30 days while you do not know of it, a year after the last letter or request", basis=BASES[Basis(one.origin.basis)], source=report.facts[0].source,
                           provided=one.origin.sort.own, facts=tuple((fact.what, f"{fact.value} ({fact.source})") for fact in report.facts) + told(
                ("Kept since", one.created_at), ("Last letter of news", one.written_at), ("Demo asked for", one.asked_at), ("Forgotten by itself", one.expires_at),
            ))  # fmt: skip
        for asking in Asking.objects.filter(address__iexact=person.email):
            yield Found.of(Asking, what="A request for a demo", basis="You asked us something", source=FROM_YOU, provided=True, facts=told(
                ("Mail address", asking.address), ("Name", asking.name), ("Phone", asking.phone), ("Country", asking.country),
                ("Told of us by", asking.told_by), ("Asked", asking.at),
            ))  # fmt: skip
        if listed := self._listings(person):
            yield Found.of(Listing, what="Lists that lie ready and name you", basis=INTEREST, source="A list, as the source on it says", count=len(listed),
                           facts=told(*((one.name, one.at) for one in listed)))  # fmt: skip
        if gone := Gone.objects.filter(mark__in=person.marks).first():
            yield Found.of(Gone, what="That you were erased once", basis=INTEREST, source=FROM_YOU, plan=Plan.KEEP,
                           why="A mark that tells no address keeps you out of every list to come", facts=told(("Since", gone.at)))  # fmt: skip

    def forget(self, person: Person) -> int:
        if (
            Prospect.objects.filter(address=person.email).exists()
            and not free(Prospect.objects.filter(address=person.email)).exists()
        ):
            return 0
        return forgetting.clear(person.email)

    def correct(self, person: Person, said: Said) -> int:
        fields = ("name", "phone", "company", "country")
        told = {what: said[what] for what in fields if what in said}
        mine = Prospect.objects.filter(address=person.email)
        count = mine.update(**told) if told else 0
        asked = {what: value for what, value in told.items() if what != "company"}
        if asked:
            Asking.objects.filter(address__iexact=person.email).update(**asked)
        if email := said.get("email"):
            if Prospect.objects.filter(address=email).exists():
                mine.delete()
            count += mine.update(address=email)
            Asking.objects.filter(address__iexact=person.email).update(address=email)
            for one in self._listings(person):
                rows = [row | {"address": email} if row["address"] == person.email else row for row in one.rows]
                Listing.objects.filter(pk=one.pk).update(rows=rows)
        return count

    def _listings(self, person: Person) -> list[Listing]:
        return [one for one in Listing.objects.all() if any(row["address"] == person.email for row in one.rows)]

    def addresses(self) -> Iterable[str]:
        yield from Prospect.objects.values_list("address", flat=True)
        yield from Asking.objects.exclude(address="").values_list("address", flat=True)

    def mentions(self, words: Words) -> Iterator[Mention]:
        for one in Origin.objects.filter(words.within("detail", "note")):
            yield Mention(model="prospects.Origin", id=str(one.pk), place="A source of possible customers", excerpt=words.among(f"{one.detail} {one.note}"))  # fmt: skip

"""Who took everything out, or brought it in."""

from collections.abc import Iterator

from pivotino.control.erasures.persons import BY_USE, CONTRACT, Found, Person, Plan, free, knows, told
from pivotino.control.exports.models import Arrival, Download, Export


@knows("Exports", models={"exports.Export", "exports.Download", "exports.Arrival"}, order=50)
class Exports:
    def find(self, person: Person) -> Iterator[Found]:
        if not person.account_id:
            return
        asked = Export.objects.filter(requested_by_id=person.account_id)
        if asked:
            yield Found.of(Export, what="Exports you asked for", basis=CONTRACT, source=BY_USE, plan=Plan.BLANK, count=len(asked),
                           facts=told(*(("Asked", one.requested_at) for one in asked)))  # fmt: skip
        taken = Download.objects.filter(account_id=person.account_id)
        if taken:
            yield Found.of(Download, what="Downloads of exports", basis=CONTRACT, source=BY_USE, count=len(taken),
                           facts=tuple((f"{one.at:%Y-%m-%d %H:%M} UTC", f"{one.browser}, from {one.network}") for one in taken))  # fmt: skip
        brought = Arrival.objects.filter(brought_by_id=person.account_id)
        if brought:
            yield Found.of(Arrival, what="Files you brought", basis=CONTRACT, source=BY_USE, plan=Plan.BLANK, count=len(brought),
                           facts=told(*(("Brought", one.brought_at) for one in brought)))  # fmt: skip

    def forget(self, person: Person) -> int:
        if not person.account_id:
            return 0
        count = free(Download.objects.filter(account_id=person.account_id)).delete()[0]
        count += free(Export.objects.filter(requested_by_id=person.account_id)).update(requested_by=None)
        return count + free(Arrival.objects.filter(brought_by_id=person.account_id)).update(brought_by=None)

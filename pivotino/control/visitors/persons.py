"""What we hold of somebody who looked at our pages: nothing that could be found by an address, but the receipts they quote."""

from collections.abc import Iterator

from pivotino.control.erasures.persons import CONSENT, FROM_YOU, Found, Person, free, knows, told
from pivotino.control.visitors.models import Consent


@knows("Cookie choices", models={"visitors.Consent"}, order=10)
class Visitors:
    def find(self, person: Person) -> Iterator[Found]:
        for one in Consent.objects.filter(receipt__in=person.receipts):
            agreed = ", ".join(one.granted) or "nothing that may be refused"
            yield Found.of(Consent, what="What you chose about cookies", basis=CONSENT, source=FROM_YOU, provided=True, facts=told(
                ("Receipt", one.receipt), ("Agreed to", agreed), ("Chosen", one.at), ("Refused by your browser", one.by_browser),
            ))  # fmt: skip

    def forget(self, person: Person) -> int:
        return free(Consent.objects.filter(receipt__in=person.receipts)).delete()[0]

"""Who of a customer let us in or kept us out, and who of us came."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from pivotino.control.accounts.models import Seat
from pivotino.control.erasures.persons import CONTRACT, FROM_YOU, Found, Person, Plan, free, knows, told
from pivotino.control.support.models import NoAccess, Yes

MODELS = {f"support.{name}" for name in ("Housecall", "Opening", "Yes", "NoAccess")}


@knows("Visits of our staff", models=MODELS, order=52)
class Visits:
    def find(self, person: Person) -> Iterator[Found]:
        agreed = self._yeses(person)
        if agreed:
            yield Found.of(Yes, what="That you let our staff in", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK, count=len(agreed),
                           recipients="The owners of that database", facts=told(*(("Agreed", one.at) for one in agreed)))  # fmt: skip
        closed = self._closed(person)
        if closed:
            yield Found.of(NoAccess, what="That you keep our staff out", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK, count=len(closed),
                           recipients="The owners of that database", facts=told(*(("Since", one.since) for one in closed)))  # fmt: skip

    def forget(self, person: Person) -> int:
        count: int = free(self._yeses(person)).update(by="", account=None)
        return count + int(free(self._closed(person)).update(by=""))

    def _yeses(self, person: Person) -> Any:
        rows = Yes.objects.filter(of_us=False)
        return rows.filter(account_id=person.account_id) if person.account_id else rows.none()

    def _closed(self, person: Person) -> Any:
        if not (person.account_id and person.name):
            return NoAccess.objects.none()
        here = Seat.objects.filter(account_id=person.account_id).values("instance_id")
        return NoAccess.objects.filter(Q(by__iexact=person.name) | Q(by__iexact=person.email), instance_id__in=here)

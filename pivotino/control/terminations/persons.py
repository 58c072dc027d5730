"""Who ended a subscription, and why."""

from collections.abc import Iterator
from typing import Any

from pivotino.control.erasures.persons import (
    CONTRACT,
    FROM_YOU,
    Found,
    Mention,
    Person,
    Plan,
    Words,
    free,
    knows,
)
from pivotino.control.terminations.models import Termination


@knows("Subscriptions that were ended", models={"terminations.Termination"}, order=55)
class Terminations:
    def find(self, person: Person) -> Iterator[Found]:
        for one in self._mine(person):
            yield Found.of(Termination, what="That you ended a subscription", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK, provided=True,
                           facts=tuple(pair for pair in (("Begun", f"{one.begun_at:%Y-%m-%d}"), ("By", one.by), ("Why", one.reason)) if pair[1]))  # fmt: skip

    def forget(self, person: Person) -> int:
        count: int = free(self._mine(person)).update(account_id=None, by="", reason="")
        return count

    def _mine(self, person: Person) -> Any:
        rows = Termination.objects.all()
        return rows.filter(account_id=person.account_id) if person.account_id else rows.none()

    def mentions(self, words: Words) -> Iterator[Mention]:
        for one in Termination.objects.filter(words.within("reason")):
            yield Mention(model="terminations.Termination", id=str(one.pk), place="Why somebody left", excerpt=words.among(one.reason))  # fmt: skip

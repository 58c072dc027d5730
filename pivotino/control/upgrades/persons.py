"""Who asked for a new version, or to try one."""

from collections.abc import Iterator
from typing import Any

from pivotino.control.erasures.persons import CONTRACT, FROM_YOU, Found, Person, Plan, free, knows, told
from pivotino.control.upgrades.models import Trial, Upgrade


@knows("Upgrades", models={"upgrades.Upgrade", "upgrades.Trial"}, order=56)
class Upgrades:
    def find(self, person: Person) -> Iterator[Found]:
        for rows in self._mine(person):
            if count := rows.count():
                yield Found.of(rows.model, what=f"{str(rows.model._meta.verbose_name).capitalize()}s you asked for", basis=CONTRACT, source=FROM_YOU,
                               plan=Plan.BLANK, count=count, facts=told(*(("Asked", one.asked_at) for one in rows)))  # fmt: skip

    def forget(self, person: Person) -> int:
        return sum(free(rows).update(by="") for rows in self._mine(person))

    def _mine(self, person: Person) -> list[Any]:
        return [model._default_manager.filter(by__iexact=person.email) for model in (Upgrade, Trial)]

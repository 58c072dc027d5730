"""Who had a database put back; and the line in the ledger that lies beside the backups."""

from collections.abc import Iterator
from typing import Any

from pivotino.control.backups import ourselves
from pivotino.control.backups.models import Restore
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


@knows("Databases put back", models={"backups.Restore"}, order=1)
class Restores:
    def find(self, person: Person) -> Iterator[Found]:
        for one in self._mine(person):
            yield Found.of(Restore, what="That you had a database put back", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK,
                           facts=tuple(pair for pair in (("Asked", f"{one.asked_at:%Y-%m-%d}"), ("By", one.by), ("Why", one.why)) if pair[1]))  # fmt: skip

    def forget(self, person: Person) -> int:
        """First of all it is written down outside of our books that this person goes, should an older state of them come back."""
        ourselves.write_ledger()
        count: int = free(self._mine(person)).update(account_id=None, by="", why="")
        return count

    def _mine(self, person: Person) -> Any:
        rows = Restore.objects.all()
        return rows.filter(account_id=person.account_id) if person.account_id else rows.none()

    def mentions(self, words: Words) -> Iterator[Mention]:
        for one in Restore.objects.filter(words.within("why")):
            yield Mention(model="backups.Restore", id=str(one.pk), place="Why a database was put back", excerpt=words.among(one.why))  # fmt: skip

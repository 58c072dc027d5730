"""People who were erased: a mark without an address keeps them out of every list to come."""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.letters.marks import mark_of, marks_of
from pivotino.tenancy.models import ControlModel


class GoneQuerySet(models.QuerySet["Gone"]):
    def keep_out(self, addresses: Iterable[str]) -> None:
        """From now on nobody takes these in again. Twice is once."""
        self.bulk_create([Gone(mark=mark_of(address)) for address in addresses], ignore_conflicts=True)

    def among(self, addresses: Iterable[str]) -> frozenset[str]:
        """Those of many addresses that stay out; one question for five hundred of them."""
        marked = {mark: address for address in addresses for mark in marks_of(address)}
        marks = list(marked)
        found: set[str] = set()
        for start in range(0, len(marks), 500):
            known = self.filter(mark__in=marks[start : start + 500]).values_list("mark", flat=True)
            found.update(marked[mark] for mark in known)
        return frozenset(found)


class Gone(ControlModel):
    """One erased address, as a keyed mark. Only its owner comes back, by asking for a demo and proving the address."""

    mark = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField(default=timezone.now)

    objects = GoneQuerySet.as_manager()

    holds = Holds(
        subject="nobody we know any more", purpose="to keep out who was erased", retention="for ever: it is a promise", export="no: it tells no address",
        erasure="kept: a mark without an address is what keeps somebody out", personal={"mark": "a keyed mark of the address"}, plain={"at"},
    )  # fmt: skip

"""What of the history an export leaves out: words for the search are made anew, news for browsers has passed.

The trail comes along in its own book and joins what is written here: nothing of one's own is replaced. Whether it was
whole says the line that `trail.carry` writes. Where it ends travels only with the instance itself: the mark is ours.
"""

from collections.abc import Callable
from typing import Any

from pivotino.instance.history.models import Trail, TrailHead, TrailKey
from pivotino.tenancy import current
from pivotino.tenancy.packing.registry import leave_out, passing, stays

leave_out("history.searchdoc")
passing("history.outbox", "history.trailhead")


def of_other_books() -> Callable[[dict[str, Any]], bool]:
    own = str(current().id)
    empty = not Trail.objects.filter(book=own).exists()
    return lambda row: empty or row["book"] != own


def of_other_people() -> Callable[[dict[str, Any]], bool]:
    known = {str(subject) for subject in TrailKey.objects.values_list("subject_id", flat=True)}
    return lambda row: row["subject_id"] not in known


def ends_of_other_books() -> Callable[[dict[str, Any]], bool]:
    known = {str(book) for book in TrailHead.objects.values_list("pk", flat=True)}
    return lambda row: row["id"] not in known


stays("history.trail", new=of_other_books)
stays("history.trailkey", new=of_other_people)
stays("history.trailhead", new=ends_of_other_books)

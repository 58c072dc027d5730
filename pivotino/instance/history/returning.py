"""When an older state of an instance comes back: what was done since then, and news for browsers that are still open."""

from datetime import datetime

from django.core.management.color import no_style
from django.db import transaction
from django.db.models import Count, Max

from pivotino.instance.history import trail
from pivotino.instance.history.models import Event, Outbox
from pivotino.tenancy.returns import Return, counts_changes, upon_return

WORDS = {"company": "settings", "opportunity": "opportunities", "activity": "activities"}


@counts_changes
def changes(since: datetime) -> dict[str, int]:
    """How many records of each sort were touched after `since`."""
    touched = Event.objects.filter(at__gt=since).values("subject_kind")
    rows = touched.annotate(records=Count("subject_id", distinct=True)).order_by("subject_kind")
    return {WORDS.get(row["subject_kind"], f"{row['subject_kind']}s"): row["records"] for row in rows}


def last_told() -> int:
    """The number of the newest line of the outbox."""
    return Outbox.objects.aggregate(last=Max("id"))["last"] or 0


@upon_return(order=90, remember=last_told)
def open_browsers_hear_on(returned: Return) -> None:
    """The outbox counts on from where it was: a browser that has seen the later state would wait for ever otherwise."""
    if returned.remembered > last_told():
        Outbox.objects.create(id=returned.remembered + 1, kind="instance.returned")
        connection = transaction.get_connection("instance")
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Outbox]):
                cursor.execute(statement)


@upon_return(order=80, remember=trail.whole)
def the_trail_goes_on(returned: Return) -> None:
    """What was done since then was done: the older state gets the lines it lacks, and one more that says it came back."""
    trail.complete(returned.remembered)

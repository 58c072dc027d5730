"""With what the activities begin in a new instance: seven kinds, all due after the company's days."""

from pivotino.instance.activities.models import FIRST, TODO, ActivityKind
from pivotino.instance.members.queries import company
from pivotino.tenancy.lifecycle import Founding, seeds

KINDS = {
    FIRST: "First Activity", TODO: "To Do", "call": "Call", "email": "Email", "meeting": "Meeting", "visit": "Visit",
    "upload": "Upload document",
}  # fmt: skip


@seeds(40)
def kinds(founding: Founding) -> None:
    """The kinds of activities, unless the instance has some already."""
    if not ActivityKind.objects.exists():
        days = company().days_due
        ActivityKind.objects.bulk_create(
            ActivityKind(key=key, name=name, days=days, position=place)
            for place, (key, name) in enumerate(KINDS.items(), start=1)
        )

"""Where the rail leads: what waits today, and everything that is planned."""

from django.http import HttpRequest

from pivotino.instance.activities.lists import waiting
from pivotino.ui.places import Place, register


def due_by_tonight(request: HttpRequest) -> int:
    member = getattr(request, "member", None)
    return waiting(member) if member is not None else 0


register(
    Place(
        name="today",
        label="Today",
        icon="sun",
        url_name="activities:today",
        key="g t",
        order=10,
        waiting=due_by_tonight,
    )
)
register(
    Place(
        name="activities", label="Activities", icon="check", url_name="activities:index", key="g a", order=30, far=True
    )
)

"""Time travel for the demo: verbs that run inside believe that it is another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import event_recorded


class Clock:
    """The moment it is said to be. Set `moment` before each verb; it only ever goes forward."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def _date(self, event: Event, **_: Any) -> None:
        # The database stamps events itself, with the real time.
        Event.objects.filter(pk=event.pk).update(at=self.moment)


@contextmanager
def travelling(start: datetime) -> Iterator[Clock]:
    """A clock that all verbs of this block go by. Nothing else may run in this process meanwhile."""
    from unittest.mock import patch  # for the demo alone

    clock = Clock(start)
    event_recorded.connect(clock._date, weak=False)
    try:
        with patch("django.utils.timezone.now", clock.now):
            yield clock
    finally:
        event_recorded.disconnect(clock._date)

"""Counters: so many views and so many people on a day, of one page or one country or one kind of browser, never two at once."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

from django.db import connection, models

from pivotino.kit.holds import Nothing
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import ControlModel

Key = tuple[date, str, str]
MANY = 100
_ROW = "(%s, %s, %s, %s, %s, %s)"
_ADD = """INSERT INTO visitors_tally (id, day, what, value, views, people) VALUES {}
ON CONFLICT (day, what, value) DO UPDATE
SET views = visitors_tally.views + excluded.views, people = visitors_tally.people + excluded.people"""


class TallyQuerySet(models.QuerySet["Tally"]):
    def add(self, counts: Mapping[Key, tuple[int, int]]) -> None:
        """Add views and people to the counters, in one order, so that two processes never wait for each other in a ring."""
        key, day_of = Tally._meta.pk, Tally._meta.get_field("day")
        rows = [
            (
                key.get_db_prep_value(uuid7(), connection),
                day_of.get_db_prep_value(day, connection),
                what,
                value,
                views,
                people,
            )
            for (day, what, value), (views, people) in sorted(counts.items())
        ]
        # Many rows a statement: each statement is a moment in which a busy process may keep this thread waiting.
        with connection.cursor() as cursor:
            for start in range(0, len(rows), MANY):
                some = rows[start : start + MANY]
                cursor.execute(_ADD.format(", ".join([_ROW] * len(some))), list(chain.from_iterable(some)))


class Tally(ControlModel):
    """`what` is total, path, source, country, browser, step, length, depth or bot; `value` which one of them."""

    day = models.DateField()
    what = models.CharField(max_length=10)
    value = models.CharField(max_length=120, default="", blank=True)
    views = models.PositiveBigIntegerField(default=0)
    people = models.PositiveBigIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    holds = Nothing(
        "to know which pages are read; a counter is about nobody", plain={"day", "what", "value", "views", "people"}
    )

    class Meta:
        constraints = [models.UniqueConstraint("day", "what", "value", name="one_tally_a_day")]
        indexes = [models.Index("what", "day", name="tally_by_what")]

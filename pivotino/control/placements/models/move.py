"""An instance on its way to another bucket."""

from django.db import models

from pivotino.jobs import steps
from pivotino.jobs.carrying import OPEN, Carrying, CarryingQuerySet
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.freezing import Reason
from pivotino.tenancy.models import Instance


class MoveQuerySet(CarryingQuerySet["Move"]):
    """Moves, by where they stand."""


class Move(Carrying):
    """One instance on its way to another bucket: another folder, another server, another kind of database."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="moves")

    objects = MoveQuerySet.as_manager()
    reason = Reason.MOVE
    leaves = "the place before a move"

    holds = Holds(
        subject="subscriber", purpose="to move a database without losing anything", retention="as long as the instance",
        export="account", erasure="row deleted with the instance",
        personal={"instance": "whose database", "by": "who moved it"}, plain=Carrying.PLAIN,
    )  # fmt: skip

    class Meta(Carrying.Meta):
        constraints = [models.UniqueConstraint("instance", condition=OPEN, name="move_one_at_a_time")]


class MoveStep(steps.Done):
    """One step of one move that is done."""

    move = models.ForeignKey(Move, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"move", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("move", "name", name="move_step_once")]

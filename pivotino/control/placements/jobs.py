"""Moves on their way."""

from pivotino.control.placements import moving
from pivotino.control.placements.models import Move
from pivotino.jobs import job, schedule
from pivotino.jobs.models import Ticket


@job(queue="default", attempts=40, priority=40)
def go_on_moving(move_id: str) -> None:
    """Take one move on from wherever it stands."""
    move = Move.objects.due().select_related("instance").filter(pk=move_id).first()
    if move is not None:
        moving.go_on(move)


def put_in_line(move: Move) -> None:
    """Let a worker take it on, unless one already does or will."""
    key = f"move:{move.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        go_on_moving.later(str(move.pk), key=key)


@schedule("* * * * *", priority=30)
def pick_up() -> None:
    """Put those in line whose time has come, and those nobody works on."""
    for move in Move.objects.due()[:500]:
        put_in_line(move)

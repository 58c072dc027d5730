"""Where a database lives, and how far a move is. Moves are begun by those who run this; their owner watches."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import owner
from pivotino.control.placements.models import Move
from pivotino.control.placements.moving import STEPS
from pivotino.jobs.steps import shown
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render, render_block

PAGE = "placements/show.html"


@owner
@require_safe
def show(request: Any, instance: Instance) -> HttpResponse:
    """The page looks again by itself while a move is under way."""
    move = Move.objects.open().filter(instance=instance).first()
    is_moving = move is not None and move.opened_at is None and move.is_due
    past = [one for one in Move.objects.filter(instance=instance)[:20] if one.is_over]
    context = {
        "instance": instance, "move": move, "steps": shown(move, STEPS) if move else [], "is_moving": is_moving, "past": past,
    }  # fmt: skip
    if not request.htmx:
        return render(request, PAGE, context)
    if is_moving:
        return render_block(request, PAGE, "progress", context)
    answer = HttpResponse()
    answer["HX-Refresh"] = "true"
    return answer

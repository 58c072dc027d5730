"""What a change answers: the pieces of the board it touched, a toast with Undo, or the refusal and the truth."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

from pivotino.instance.history import search, sql
from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline import queries
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.pages import Board, board_of, figures, on_a_board
from pivotino.instance.pipeline.refusals import Refusal, Stale
from pivotino.ui.shortcuts import render_block, toast


def pieces(request: Any, *cards: UUID, stages: Iterable[UUID] = ()) -> str:
    """The heads of these stages, the sum line, and these cards; empty where the browser shows no board."""
    if not on_a_board(request):
        return ""
    return str(render_block(request, "pipeline/answer.html", "pieces", drawn(request, cards, stages)).content.decode())


def drawn(request: Any, cards: Iterable[UUID], stages: Iterable[UUID]) -> dict[str, Any]:
    """What the pieces show: one look at the totals, one at each card."""
    board = board_of(request, request.member)
    stage_of = {column.stage.id: column.stage for column in figures(board)}
    wanted, touched = list(dict.fromkeys(cards)), set(stages)
    rows = [row for row in queries.cards(request.member, wanted) if row.stage_id in stage_of and fits(row, board)]
    pictures = [board.painter.card(row, stage_of[row.stage_id]) for row in rows]
    touched.update(row.stage_id for row in rows)
    gone = set(wanted) - {row.id for row in rows}
    return {"b": board, "heads": [c for c in board.columns if c.id in touched], "pictures": pictures, "gone": gone}


def fits(row: Any, board: Board) -> bool:
    """True where the board's filters let this card be seen."""
    now = board.filters
    if (now.mine and row.owner_id != board.member.id) or (now.owner and row.owner_id != now.owner):
        return False
    if (now.stage and row.stage_id != now.stage) or (now.tag and now.tag not in [name for name, _ in row.tags]):
        return False
    if now.next and now.next != state_of(row, board):
        return False
    if now.closing and not (row.outcome_on is None and row.expected_closing and _this_month(row, board)):
        return False
    if now.batch and not queries.brought_by(now.batch, row.id):
        return False
    return not now.text or _mentions(row.id, now.text)


def _this_month(row: Any, board: Board) -> bool:
    first, last = queries.month_of(board.painter.today)
    return bool(first <= row.expected_closing <= last)


def _mentions(card: UUID, text: str) -> bool:
    condition, found = search.holding(text, Opportunity.kind)
    rows = sql.rows(f"SELECT 1 FROM pipeline_opportunity o WHERE o.id = %s AND o.id IN ({condition})", [card, *found])  # noqa: S608
    return bool(rows)


def state_of(row: Any, board: Board) -> str:
    if row.next_on is None:
        return "nothing"
    return (
        "overdue" if row.next_on < board.painter.today else "today" if row.next_on == board.painter.today else "planned"
    )


def undo_url(event: Event | None) -> str | None:
    """Where to take an event back; nothing where that cannot be done."""
    if event is None:
        return None
    try:
        return reverse("history:undo", args=[event.pk])
    except NoReverseMatch:
        return None


def newest(opportunity: Opportunity, by: Member, verb: str = "opportunity.") -> Event | None:
    """The last thing this member did to it."""
    return Event.objects.filter(subject_id=opportunity.pk, by=by, verb__startswith=verb).order_by("-id").first()


def refused(request: Any, refusal: Refusal, opportunity: Opportunity, *stages: UUID) -> HttpResponse:
    """422, or 409 where somebody was quicker: the sentence as an alert, and the pieces as they truly are."""
    status = 409 if isinstance(refusal, Stale) else 422
    body = pieces(
        request,
        opportunity.pk,
        stages={*stages, Opportunity.objects.filter(pk=opportunity.pk).values_list("stage_id", flat=True).get()},
    )
    return toast(HttpResponse(body, status=status), refusal.message, bad=True)

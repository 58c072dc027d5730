"""The board."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pivotino.instance.pipeline import pages, piles, queries
from pivotino.instance.pipeline.answers import drawn
from pivotino.instance.pipeline.forms import ColumnForm
from pivotino.tenancy.freezing import changes_nothing
from pivotino.ui.shortcuts import render, render_block, render_round


@require_GET
def index(request: Any) -> HttpResponse:
    """The whole board, or its columns and figures for a page that catches up."""
    if folding := _folding(request):
        return folding
    if request.htmx and not request.htmx.history_restore_request:
        board = pages.whole_board(request, request.member)
        return render_block(request, "pipeline/answer.html", "caught_up", {"b": board})
    return render_round(request, "pipeline/board.html", pages.drawn_board(request, request.member))


@require_GET
def add(request: Any) -> HttpResponse:
    """The board with the quick line open in its first column."""
    first = next(stage for stage in queries.stages() if stage.is_open)
    return HttpResponseRedirect(f"{reverse('pipeline:board')}?add={first.id}")


@require_GET
def column(request: Any, stage: Any) -> HttpResponse:
    """The cards after a cursor, or one column unfolded."""
    board = pages.board_of(request, request.member)
    after = request.GET.get("after") or None
    try:
        found = queries.column(request.member, stage, board.filters, today=board.painter.today, after=after)
    except piles.NotACursor:
        found = None
    if found is None:
        raise Http404
    board.opened = frozenset([str(stage)])
    picture = board.paint([found], pages.all_counts(board)).columns[0]
    if not request.htmx:
        return render(request, "pipeline/column.html", {"b": board, "col": picture})
    return render_block(request, "pipeline/column.html", "rows" if after else "column", {"b": board, "col": picture})


@changes_nothing
@require_POST
def fold(request: Any) -> HttpResponse:
    """Keep whether this member has a closed stage open, and show the column so."""
    form = ColumnForm(request.POST)
    if not form.is_valid():
        return HttpResponse("This stage is not on the board.", status=422, content_type="text/plain")
    _keep_fold(request, str(form.cleaned_data["stage"].pk), folded=form.cleaned_data["folded"])
    board = pages.whole_board(request, request.member)
    picture = next(column for column in board.columns if column.id == form.cleaned_data["stage"].pk)
    return render_block(request, "pipeline/column.html", "column", {"b": board, "col": picture})


def _folding(request: Any) -> HttpResponse | None:
    """Folding by a plain link, for a page without script."""
    for name in ("fold", "open"):
        if (stage := ColumnForm.stage_named(request.GET.get(name))) is not None:
            _keep_fold(request, str(stage), folded=name == "fold")
            query = request.GET.copy()
            query.pop(name)
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)
    return None


def _keep_fold(request: Any, stage: str, *, folded: bool) -> None:
    if request.instance.frozen:
        return  # folded for now, and not kept
    member = request.member
    kept = [one for one in member.preferences.get(pages.OPENED, []) if one != stage]
    member.prefer(**{pages.OPENED: kept if folded else [*kept, stage]})


@require_GET
def card(request: Any, id: Any) -> HttpResponse:
    """One card and the heads it touches, for a board that heard of a change. `was` is where the browser shows it."""
    was = ColumnForm.stage_named(request.GET.get("was"))
    return render_block(request, "pipeline/answer.html", "pieces", drawn(request, [id], [was] if was else []))


@require_GET
def reasons(request: Any) -> HttpResponse:
    """What the dialog asks when a card is to be lost."""
    return render_block(request, "pipeline/answer.html", "reasons", {"families": pages.families()})

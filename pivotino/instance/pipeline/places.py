"""Where in its column a card is put: between neighbours, by a fractional key. Nothing else is ever renumbered."""

from uuid import UUID

from pivotino.instance.history import sql
from pivotino.kit.rank import between

# Two people who use the same gap at once get the same key once in 3,844 times; then the id decides the order.
JITTER = 2


def place_in(stage_id: UUID, *, after: UUID | None = None, before: UUID | None = None, card: UUID | None = None) -> str:
    """A key behind the card `after`, or in front of `before`; neighbours that moved away meanwhile do not count.

    Without a neighbour that is still there: the top of the column. `card` itself is no neighbour.
    """
    upper = _position(stage_id, after) if after and after != card else None
    lower = _position(stage_id, before) if before and before != card else None
    if upper is not None and (lower is None or lower <= upper):
        lower = _edge(stage_id, "MIN", ">", upper, card)
    elif upper is None:
        upper = _edge(stage_id, "MAX", "<", lower, card) if lower is not None else None
        lower = lower if lower is not None else _edge(stage_id, "MIN", ">", "", card)
    return between(upper, lower, jitter=JITTER)


def last_in(stage_id: UUID) -> str | None:
    """The last key of a column, None while it is empty."""
    return _edge(stage_id, "MAX", ">", "", None)


def _position(stage_id: UUID, card: UUID) -> str | None:
    found = sql.rows(
        "SELECT position FROM pipeline_opportunity WHERE id = %s AND stage_id = %s AND removed_at IS NULL",
        [card, stage_id],
    )
    return found[0][0] if found else None


def _edge(stage_id: UUID, edge: str, side: str, position: str, card: UUID | None) -> str | None:
    order = "" if edge == "MIN" else " DESC"
    found = sql.rows(
        "SELECT position FROM pipeline_opportunity WHERE stage_id = %s AND removed_at IS NULL"  # noqa: S608
        f" AND position {side} %s AND id <> %s ORDER BY position{order} LIMIT 1",
        [stage_id, position, card or sql.NOBODY],
    )
    return found[0][0] if found else None

"""The board and its columns, in hand-written SQL that stays flat from a thousand to a million cards.

A column is read as at most four indexed slices, each with a limit: overdue (the longest late first), due today, nothing
planned, later. Counts and sums come from the kept totals; only a filter beyond "whose" makes them counted directly.
Nothing here uses a window over all rows. Whose cards a member sees is asked of `permissions.owner_seen` alone.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from pivotino.instance.history import search, sql
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today as company_today
from pivotino.instance.members.queries import zone as company_zone
from pivotino.instance.pipeline.models.stage import StageKind
from pivotino.instance.pipeline.permissions import owner_seen
from pivotino.instance.pipeline.piles import EMPTY, CardRow, Line, Pile, read_cursor
from pivotino.instance.pipeline.totals import EVERYBODY

Order = Literal["next", "hand"]
NEXT = ("overdue", "today", "nothing", "planned")


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage as the board shows it."""

    id: UUID
    name: str
    purpose: str
    kind: str
    position: int
    floor: int
    days_allowed: int

    @property
    def is_open(self) -> bool:
        return self.kind in (StageKind.OPEN, StageKind.QUOTATION)

    @property
    def is_won(self) -> bool:
        return self.kind == StageKind.WON

    @property
    def is_lost(self) -> bool:
        return self.kind == StageKind.LOST


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its figures and a pile of its cards. `more` is the cursor of the next page, None at the end."""

    stage: StageRow
    count: int = 0
    base_minor: int = 0
    weighted_minor: int = 0
    overdue: int = 0
    today: int = 0
    planned: int = 0
    nothing: int = 0
    pile: Pile = EMPTY

    @property
    def cards(self) -> list[CardRow]:
        return self.pile.cards

    @property
    def more(self) -> str | None:
        return self.pile.more


@dataclass(frozen=True)
class BoardFilters:
    """What of the board is shown, and in which order. It travels in the address."""

    mine: bool = False
    owner: UUID | None = None
    stage: UUID | None = None
    text: str = ""
    tag: str = ""
    next: str = ""
    closing: str = ""
    """"month": open cards expected to close in the present month of the company."""
    batch: UUID | None = None
    """What one thing of a room above brought, an import for instance; see `finds_batches`."""
    order: Order = "next"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "BoardFilters":
        """From the address; what cannot be read is left out."""
        return cls(
            mine=query.get("mine", "") in ("1", "on", "true"), owner=_read_id(query.get("owner", "")),
            stage=_read_id(query.get("stage", "")), text=query.get("text", "").strip()[:200], tag=query.get("tag", "").strip()[:40],
            next=query.get("next", "") if query.get("next", "") in NEXT else "",
            closing="month" if query.get("closing", "") == "month" else "", batch=_read_id(query.get("batch", "")),
            order="hand" if query.get("order", "") == "hand" else "next",
        )  # fmt: skip

    def as_query(self, **changed: Any) -> str:
        """For an address, without what is as always."""
        return _as_query(self, **changed)

    def pairs(self, *without: str) -> list[tuple[str, str]]:
        """As the hidden fields of a form that asks for the rest."""
        return [(name, value) for name, value in parse_qsl(self.as_query()) if name not in without]

    @property
    def is_empty(self) -> bool:
        """Nothing is filtered; the order is no filter."""
        return not (
            self.mine or self.owner or self.stage or self.text or self.tag or self.next or self.closing or self.batch
        )


@lru_cache(1_000)
def _as_query(one: BoardFilters, **changed: Any) -> str:
    one = replace(one, **changed)
    pairs = {
        "mine": "1" if one.mine else "", "owner": str(one.owner or ""), "stage": str(one.stage or ""), "text": one.text,
        "tag": one.tag, "next": one.next, "closing": one.closing, "batch": str(one.batch or ""), "order": "hand" if one.order == "hand" else "",
    }  # fmt: skip
    return urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True)
class _Scope:
    """Whose cards, and which of them: conditions over `o`. `finders` are queries for ids: by a word, by a tag."""

    owner: UUID | None
    conditions: tuple[str, ...]
    params: tuple[Any, ...]
    finders: tuple[tuple[str, list[Any]], ...]

    @property
    def counted(self) -> bool:
        """True where the kept totals do not answer and cards have to be counted."""
        return bool(self.conditions or self.finders)

    def where(self, skip: int = 0) -> tuple[str, list[Any]]:
        """The conditions, without the first finders where these lead the query."""
        parts = [("o.owner_id = %s", [self.owner])] if self.owner else []
        parts += [(f"o.id IN ({finder})", params) for finder, params in self.finders[skip:]]
        said = "".join(f" AND {condition}" for condition in (*(part for part, _ in parts), *self.conditions))
        return said, [*(value for _, params in parts for value in params), *self.params]

    def source(self) -> "tuple[str, str, str, list[Any]]":
        """What to put before a query, the table to read, the conditions on it, and the values of both.

        What a word or a tag finds is looked up once and then read like a small table; the indexes of the large one would
        be walked from end to end for a few hits.
        """
        if not self.finders:
            where, params = self.where()
            return "", "pipeline_opportunity", where, params
        where, params = self.where(skip=1)
        finder, found = self.finders[0]
        # Word for "in this order": SQLite would begin at the large table.
        join = "JOIN" if sql.is_postgres() else "CROSS JOIN"
        before = (
            f"WITH hit AS MATERIALIZED (SELECT {HIT} FROM ({finder}) s {join} pipeline_opportunity o ON o.id = s.id"  # noqa: S608
            f" WHERE o.removed_at IS NULL{where}) "
        )
        return before, "hit", "", [*found, *params]


def board(
    member: Member, filters: BoardFilters | None = None, *, today: date | None = None, zone: ZoneInfo | None = None, per_stage: int = 20,
    hides: Callable[[StageRow], bool] | None = None,
) -> list[Column]:  # fmt: skip
    """Every column in order, with figures and its first cards. Those a member hides (without a choice: Won and Lost) have no cards."""
    filters, day = filters or BoardFilters(), today or company_today()
    scope = _scope(member, filters, day)
    columns = _columns(scope, day, filters.stage)
    if not columns and filters.stage:  # a stage somebody made up is left out
        return board(member, replace(filters, stage=None), today=day, zone=zone, per_stage=per_stage, hides=hides)
    hidden = hides or _is_closed
    shown = [column for column in columns if column.count and not hidden(column.stage)]
    filled = {one.stage.id: one for one in _filled(shown, scope, filters, day, zone, per_stage)}
    return [filled.get(column.stage.id, column) for column in columns]


def _is_closed(stage: StageRow) -> bool:
    return not stage.is_open


def column(
    member: Member, stage_id: UUID, filters: BoardFilters | None = None, *, today: date | None = None, zone: ZoneInfo | None = None,
    after: str | None = None, limit: int = 40,
) -> Column | None:  # fmt: skip
    """One column and one page of its cards; `after` is a cursor (`Column.more`). None where there is no such stage."""
    filters, day = filters or BoardFilters(), today or company_today()
    scope = _scope(member, filters, day)
    found = _filled(_columns(scope, day, stage_id), scope, filters, day, zone, limit, after=after)
    return found[0] if found else None


def stages() -> list[StageRow]:
    """The stages in order."""
    to_id, _, _ = sql.readers()
    rows = sql.rows(
        "SELECT id, name, purpose, kind, position, floor, days_allowed FROM pipeline_stage ORDER BY position"
    )
    return [StageRow(to_id(row[0]), *row[1:]) for row in rows]


def card(member: Member, id: UUID) -> CardRow | None:
    """One card, or None where there is none this member may see."""
    found = cards(member, [id])
    return found[0] if found else None


def cards(member: Member, ids: Iterable[UUID]) -> list[CardRow]:
    """Some cards this member may see, the newest first."""
    wanted = [*ids]
    if not wanted:
        return []
    where, params = _scope(member, BoardFilters(), company_today()).where()
    rows = sql.rows(
        f"SELECT {CARD}, {_tags()} {JOINS} WHERE o.removed_at IS NULL{where} AND o.id IN ({sql.marks(wanted)}) ORDER BY o.id DESC",
        [*params, *wanted],
    )
    return [CardRow.told(row, company_zone()) for row in rows]


def totals(member: Member, filters: BoardFilters | None = None, *, today: date | None = None) -> list[Column]:
    """The figures of every column without cards."""
    filters, day = filters or BoardFilters(), today or company_today()
    return _columns(_scope(member, filters, day), day, filters.stage)


def every_card(
    member: Member, filters: BoardFilters | None = None, *, today: date | None = None, chunk: int = 1000
) -> Iterator[CardRow]:
    """All cards a filter leaves, for an export: the oldest first, read in chunks by id."""
    filters, day = filters or BoardFilters(), today or company_today()
    where, params = _scope(member, filters, day).where()
    if filters.stage:
        where, params = where + " AND o.stage_id = %s", [*params, filters.stage]
    last = sql.NOBODY
    while True:
        rows = sql.rows(
            f"SELECT {CARD}, {_tags()} {JOINS} WHERE o.removed_at IS NULL{where} AND o.id > %s ORDER BY o.id LIMIT {chunk}",
            [*params, last],
        )
        found = [CardRow.told(row, company_zone()) for row in rows]
        yield from found
        if len(found) < chunk:
            return
        last = found[-1].id


# --- whose and which ---


def _scope(member: Member, filters: BoardFilters, day: date) -> _Scope:
    seen, wanted = owner_seen(member), member.pk if filters.mine else filters.owner
    nobody = (filters.mine and filters.owner not in (None, member.pk)) or (
        seen is not None and wanted not in (None, seen)
    )
    conditions: list[str] = ["1 = 0"] if nobody else []
    params: list[Any] = []
    finders: list[tuple[str, list[Any]]] = []
    if filters.text:
        condition, found = search.holding(filters.text, "opportunity")
        finders.append((f"SELECT subject_id AS id FROM ({condition}) w", found))  # noqa: S608
    if filters.tag:
        finder = "SELECT t.opportunity_id AS id FROM pipeline_tag g JOIN pipeline_opportunity_tags t ON t.tag_id = g.id WHERE g.name = %s"
        finders.append((finder, [filters.tag]))
    if filters.batch:
        finders.append((_batches[0], [filters.batch]) if _batches else (NONE, []))
    if filters.closing:
        finders.append((CLOSING, [*month_of(day)]))
    if filters.next:
        conditions.append(_STATES[filters.next])
        params += [day] if "%s" in _STATES[filters.next] else []
    return _Scope(seen or wanted, tuple(conditions), tuple(params), tuple(finders))


NONE = "SELECT o.id FROM pipeline_opportunity o WHERE 1 = 0"
CLOSING = (
    "SELECT o.id FROM pipeline_opportunity o WHERE o.removed_at IS NULL AND o.closed_at IS NULL"
    " AND o.expected_closing >= %s AND o.expected_closing <= %s"
)
_batches: list[str] = []


def finds_batches(finder: str) -> None:
    """A room above says how to find the ids of the opportunities that one batch of its own brought: a query with one %s."""
    _batches[:] = [finder]


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def brought_by(batch: UUID, id: UUID) -> bool:
    """Whether an opportunity came with a batch."""
    return bool(_batches) and bool(
        sql.rows(f"SELECT 1 FROM pipeline_opportunity o WHERE o.id = %s AND o.id IN ({_batches[0]})", [id, batch])  # noqa: S608
    )


_STATES = {
    "overdue": "o.next_on < %s",
    "today": "o.next_on = %s",
    "planned": "o.next_on > %s",
    "nothing": "o.next_on IS NULL",
}


# --- figures ---


def _columns(scope: _Scope, day: date, stage: UUID | None) -> list[Column]:
    return _count(scope, day, stage) if scope.counted else _look_up(scope, day, stage)


def _look_up(scope: _Scope, day: date, stage: UUID | None) -> list[Column]:
    owner, only = scope.owner or EVERYBODY, " WHERE s.id = %s" if stage else ""
    rows = sql.rows(
        "SELECT s.id, s.name, s.purpose, s.kind, s.position, s.floor, s.days_allowed, COALESCE(t.count, 0),"  # noqa: S608
        " COALESCE(t.base_minor, 0), COALESCE(t.weighted, 0), COALESCE(d.overdue, 0), COALESCE(d.today, 0), COALESCE(d.planned, 0)"
        " FROM pipeline_stage s LEFT JOIN pipeline_stagetotal t ON t.stage_id = s.id AND t.owner_key = %s"
        # By way of the stages, so that the index on (stage, owner, day) is entered there, whatever the engine knows of the data.
        " LEFT JOIN (SELECT g.id AS stage_id, SUM(CASE WHEN e.due_on < %s THEN e.count ELSE 0 END) AS overdue,"
        " SUM(CASE WHEN e.due_on = %s THEN e.count ELSE 0 END) AS today, SUM(CASE WHEN e.due_on > %s THEN e.count ELSE 0 END) AS planned"
        " FROM pipeline_stage g JOIN pipeline_stagedue e ON e.stage_id = g.id AND e.owner_key = %s GROUP BY g.id) d ON d.stage_id = s.id"
        f"{only} ORDER BY s.position",
        [owner, day, day, day, owner, *([stage] if stage else [])],
    )
    return [_column(row) for row in rows]


def _count(scope: _Scope, day: date, stage: UUID | None) -> list[Column]:
    before, table, where, params = scope.source()
    only, one = (" WHERE s.id = %s", [stage]) if stage else ("", [])
    within = " AND o.stage_id = %s" if stage else ""
    # With a table of hits its values come first, else those of the conditions come last.
    days = [day, day, day]
    values = [*params, *days] if before else [*days, *params]
    rows = sql.rows(
        f"{before}SELECT s.id, s.name, s.purpose, s.kind, s.position, s.floor, s.days_allowed, COALESCE(c.n, 0), COALESCE(c.base, 0),"  # noqa: S608
        " COALESCE(c.weighted, 0), COALESCE(c.overdue, 0), COALESCE(c.today, 0), COALESCE(c.planned, 0) FROM pipeline_stage s"
        " LEFT JOIN (SELECT o.stage_id, COUNT(*) AS n, SUM(o.base_minor) AS base, SUM(o.base_minor * o.probability) AS weighted,"
        " SUM(CASE WHEN o.next_on < %s THEN 1 ELSE 0 END) AS overdue, SUM(CASE WHEN o.next_on = %s THEN 1 ELSE 0 END) AS today,"
        f" SUM(CASE WHEN o.next_on > %s THEN 1 ELSE 0 END) AS planned FROM {table} o"
        f" WHERE o.removed_at IS NULL{where}{within} GROUP BY o.stage_id) c ON c.stage_id = s.id{only} ORDER BY s.position",
        [*values, *one, *one],
    )
    return [_column(row) for row in rows]


def _column(row: tuple[Any, ...]) -> Column:
    to_id, _, _ = sql.readers()
    count, base, weighted, overdue, today, planned = (int(value) for value in row[7:13])
    nothing = count - overdue - today - planned
    return Column(
        StageRow(to_id(row[0]), *row[1:7]), count, base, hundredth(weighted), overdue, today, planned, nothing
    )


def hundredth(weighted: int) -> int:
    """Percent times minor units as minor units, rounded half to even."""
    whole, rest = divmod(weighted, 100)
    return whole + int(rest > 50 or (rest == 50 and whole % 2 == 1))


# --- cards ---

CARD = (
    "o.id, o.title, o.contact_id, p.name, o.amount_minor, o.currency, o.base_minor, o.owner_id, m.name, o.next_on, o.next_time,"
    " o.next_kind, o.next_summary, o.stars, o.stage_id, o.stage_since, o.probability, o.position, o.version, o.expected_closing, o.closed_at"
)
HIT = "o.id, o.stage_id, o.owner_id, o.base_minor, o.probability, o.next_on, o.next_time, o.position, o.closed_at, o.removed_at"
BY_NEXT = "o.next_on, o.next_time, o.id DESC"
JOINS = "FROM pipeline_opportunity o LEFT JOIN contacts_contact p ON p.id = o.contact_id LEFT JOIN members_member m ON m.id = o.owner_id"


@dataclass(frozen=True, slots=True)
class _Slice:
    """A run of one index: a condition over `o` and the order within. `rank` says its place among the states of `NEXT`."""

    rank: str
    condition: str
    params: tuple[Any, ...]
    order: str
    covers: tuple[int, ...] = ()
    ranked_by: tuple[Any, ...] = ()
    """The values in `rank`."""


def _slices(filters: BoardFilters, day: date, *, closed: bool, after: str | None) -> list[_Slice]:
    """The slices a page is read from; a cursor leaves out those that were read and enters its own where it ended."""
    at = read_cursor(after, closed=closed, by_hand=filters.order == "hand") if after else None
    if closed:
        past, params = _past_closed(at)
        return [_Slice("0", f"o.closed_at IS NOT NULL{past}", params, "o.closed_at DESC, o.id DESC")]
    if filters.order == "hand":
        past, params = (" AND (o.position, o.id) > (%s, %s)", (at["at"], UUID(at["id"]))) if at else ("", ())
        return [_Slice("0", f"o.removed_at IS NULL{past}", params, "o.position, o.id")]
    slices = []
    if not at and not filters.next:
        # What is late and what is due today lie side by side in the index.
        rank = "CASE WHEN o.next_on < %s THEN 0 ELSE 1 END"
        slices.append(_Slice(rank, "o.next_on <= %s", (day,), BY_NEXT, covers=(0, 1), ranked_by=(day,)))
    for place, name in enumerate(NEXT):
        if (at and place < at["rank"]) or (filters.next and name != filters.next):
            continue
        if any(place in one.covers for one in slices):
            continue
        condition = _STATES[name]
        given: tuple[Any, ...] = (day,) if "%s" in condition else ()
        if at and place == at["rank"]:
            id = UUID(at["id"])
            if name == "nothing":
                condition, given = f"{condition} AND o.id < %s", (id,)
            else:
                # The day first, then its time, so that the index is entered there; the id only breaks the tie within.
                on, clock = date.fromisoformat(at["at"]), at["clock"]
                slices += [
                    _Slice(str(place), "o.next_on = %s AND o.next_time = %s AND o.id < %s", (on, clock, id), BY_NEXT),
                    _Slice(str(place), "o.next_on = %s AND o.next_time > %s", (on, clock), BY_NEXT),
                ]
                condition, given = f"{condition} AND o.next_on > %s", (*given, on)
        slices.append(_Slice(str(place), condition, given, BY_NEXT))
    return slices


def _past_closed(at: dict[str, Any] | None) -> tuple[str, tuple[Any, ...]]:
    if at is None:
        return "", ()
    return " AND (o.closed_at, o.id) < (%s, %s)", (_moment_param(at["at"]), UUID(at["id"]))


def _filled(
    columns: list[Column], scope: _Scope, filters: BoardFilters, day: date, zone: ZoneInfo | None, limit: int, *,
    after: str | None = None,
) -> list[Column]:  # fmt: skip
    """These columns with their cards: a card is a line, all that it shows one text in it, which is taken apart only where
    the card was never drawn. A server is asked once. A file answers at once, so later slices are only asked for where the
    first left room."""
    if limit <= 0 or not columns:
        return columns
    before, table, where, given = scope.source()
    slices = {
        closed: _slices(filters, day, closed=closed, after=after)
        for closed in {not one.stage.is_open for one in columns}
    }
    told: list[dict[Any, Line]] = [{} for _ in columns]
    for some in (slice(None),) if before or sql.is_postgres() else (slice(1), slice(1, None)):
        params: list[Any] = [*given] if before else []
        shapes: list[Shape] = []
        for place, one in enumerate(columns):
            closed = not one.stage.is_open
            wanted = slices[closed][some] if len(told[place]) <= limit else []
            for each in wanted:
                params += (*each.ranked_by, one.stage.id, *each.params, *([] if before else given))
            if wanted:
                shapes.append((place, closed, tuple((each.rank, each.condition, each.order) for each in wanted)))
        if shapes:
            text = _piles_of(tuple(shapes), before, table, where, limit, filters.order, sql.is_postgres())
            for place, *line in sql.rows(text, params):
                told[place][line[3]] = tuple(line)
    by_hand, here = filters.order == "hand", zone or company_zone()
    return [
        replace(one, pile=Pile(tuple(lines.values()), not one.stage.is_open, by_hand, limit, here))
        for one, lines in zip(columns, told, strict=True)
    ]


Shape = tuple[int, bool, tuple[tuple[str, str, str], ...]]


@lru_cache(500)
def _piles_of(
    shapes: tuple[Shape, ...], before: str, table: str, where: str, limit: int, order: str, in_schema: bool
) -> str:
    """The statement for some columns, each of some slices. Only ids are looked for in the indexes; the rest is then read of few."""
    one, as_text = ("json_build_array", "::text") if in_schema else ("json_array", " || ''")
    tags = _tags()
    # A file finds a line it has seen by its number, which spares the index of ids.
    key = "id" if in_schema or table == "hit" else "rowid"
    parts = []
    for place, closed, slices in shapes:
        at, clock, by = _order(order, closed=closed)
        pieces = [
            f"SELECT * FROM (SELECT {rank} AS rank, {at} AS at, {clock} AS clock, o.id, o.{key} AS line FROM {table} o"  # noqa: S608
            f" WHERE o.stage_id = %s AND o.removed_at IS NULL AND {condition}{where} ORDER BY {inner} LIMIT {limit + 1}) x"
            for rank, condition, inner in slices
        ]
        found = pieces[0]
        if len(pieces) > 1:
            found = f"SELECT * FROM ({' UNION ALL '.join(pieces)}) u ORDER BY {by} LIMIT {limit + 1}"  # noqa: S608
        parts.append(
            f"SELECT {place}, k.rank, k.at{as_text}, k.clock, k.id, {one}({CARD}, {tags}){as_text} FROM ({found}) k"  # noqa: S608
            f" JOIN pipeline_opportunity o ON o.{key} = k.line LEFT JOIN contacts_contact p ON p.id = o.contact_id"
            " LEFT JOIN members_member m ON m.id = o.owner_id"
        )
    return before + " UNION ALL ".join(parts)


def _tags() -> str:
    """The tags of `o` as JSON."""
    group, one = ("json_agg", "json_build_array") if sql.is_postgres() else ("json_group_array", "json_array")
    return (
        f"(SELECT {group}({one}(g.name, g.colour)) FROM pipeline_opportunity_tags t JOIN pipeline_tag g ON g.id = t.tag_id"  # noqa: S608
        " WHERE t.opportunity_id = o.id)"
    )


def _order(order: str, *, closed: bool) -> tuple[str, str, str]:
    """By what a column is ordered, by which time within, and how its slices are put one after the other."""
    if closed:
        return "o.closed_at", "''", "u.at DESC, u.id DESC"
    if order == "hand":
        return "o.position", "''", "u.at, u.id"
    return "o.next_on", "o.next_time", "u.rank, u.at, u.clock, u.id DESC"


def _moment_param(kept: str) -> Any:
    moment = datetime.fromisoformat(kept)
    return moment if sql.is_postgres() else str(moment.astimezone(UTC).replace(tzinfo=None))


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

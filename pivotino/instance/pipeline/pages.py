"""What the board's page shows: its columns, chips and links, put together once for a request."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import quote_plus
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix, reverse

from pivotino.instance.history import sql
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, today, zone
from pivotino.instance.pipeline import queries
from pivotino.instance.pipeline.forms import ColumnForm
from pivotino.instance.pipeline.models import LostCategory, Opportunity
from pivotino.instance.pipeline.pictures import Head, Painter, Picture, Slice, money_text, picture_of
from pivotino.instance.pipeline.piles import CardRow
from pivotino.kit.money import symbol
from pivotino.tenancy.marks import Kept
from pivotino.ui.icons import SPRITE
from pivotino.ui.jinja import static
from pivotino.ui.shortcuts import drawn_large, drawn_parts

HEADER = "Pv-Board"  # the filters of the board a fragment is for, as the board's own query
OPENED = "board_open"  # the closed stages a member keeps open
STATES = (("overdue", "overdue"), ("today", "today"), ("planned", "planned"), ("nothing", "with nothing planned"))
NEXT_CHOICES = (
    ("", "Any"), ("overdue", "Overdue"), ("today", "Today"), ("planned", "Planned later"), ("nothing", "Nothing planned"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    name: str
    text: str
    href: str
    on: bool = False
    state: str = ""
    icon: str = ""
    count: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What all columns of a board share: where its links lead, its day, its currency."""

    home: str
    to: str
    sprite: str
    filters: queries.BoardFilters
    today: date
    currency: str

    @property
    def query(self) -> str:
        return self.filters.as_query()

    @property
    def filtered(self) -> bool:
        return not self.filters.is_empty

    def link(self, **changes: Any) -> str:
        return self.home + (f"?{query}" if (query := self.filters.as_query(**changes)) else "")

    def having(self, name: str, value: object) -> str:
        """This board with one thing more in its address."""
        return f"{self.home}?{self.query}{'&' if self.query else ''}{name}={value}"


@dataclass(frozen=True)
class ColumnPicture:
    """One stage, ready to draw. What was drawn of it is kept under its fields; what follows from them is put into words
    only where it is drawn."""

    told: queries.Column
    look: Look
    total: int
    """How many cards the stage holds without any filter."""
    folded: bool
    adding: bool = False

    @property
    def id(self) -> UUID:
        return self.told.stage.id

    @property
    def name(self) -> str:
        return self.told.stage.name

    @property
    def kind(self) -> str:
        return str(self.told.stage.kind)

    @property
    def is_open(self) -> bool:
        return self.told.stage.is_open

    @property
    def count(self) -> int:
        return self.told.count

    @property
    def sum(self) -> str:
        return money_text(self.told.base_minor, self.look.currency)

    @property
    def add_href(self) -> str:
        return self.look.having("add", self.id)

    @property
    def fold_href(self) -> str:
        return self.look.having("open" if self.folded else "fold", self.id)

    @property
    def head(self) -> Head:
        """What the top of a column shows."""
        told, look = self.told, self.look
        return Head(
            id=str(self.id), name=self.name, purpose=told.stage.purpose, is_open=self.is_open, count=told.count,
            of_total=f"of {self.total:,}" if look.filtered and self.total != told.count else "", sum=self.sum,
            weighted=money_text(told.weighted_minor, look.currency) if self.is_open else "",
            slices=self._slices() if self.is_open else (), href=self.add_href if self.is_open else self.fold_href,
        )  # fmt: skip

    def _slices(self) -> tuple[Slice, ...]:
        chosen = self.look.filters.next
        return tuple(
            Slice(
                name, count, f"{count:,} {words}", self.look.link(next="" if chosen == name else name), chosen == name
            )
            for name, words in STATES
            if (count := getattr(self.told, name))
        )

    # -- its cards

    @property
    def looks(self) -> "Looks":
        stage = StageLook(self.told.stage.name, str(self.told.stage.kind), self.told.stage.days_allowed)
        return Looks(stage, self.look.today, self.told.pile.zone, self.told.pile.by_hand)

    @property
    def onward(self) -> str:
        """Where the next cards are; nothing at the end."""
        query, more = self.look.query, self.told.pile.more
        return (
            f"{self.look.home}columns/{self.id}/?{query}{'&' if query else ''}after={quote_plus(more)}" if more else ""
        )


class StageLook(NamedTuple):
    """What a card shows of its stage."""

    name: str
    kind: str
    days_allowed: int


class Looks(NamedTuple):
    """What decides how a card looks, besides what is told of it."""

    stage: StageLook
    today: date
    zone: ZoneInfo
    by_hand: bool

    def picture(self, text: str) -> Picture:
        row = CardRow.told(json.loads(text), self.zone)
        return picture_of(row, self.stage, today=self.today, zone=self.zone, by_hand=self.by_hand)


@dataclass(frozen=True, slots=True)
class Family:
    """The reasons of one category."""

    name: str
    reasons: list[Any]


@dataclass(frozen=True, slots=True)
class Ghost:
    title: str
    letters: str
    who: str
    amount: str
    state: str
    next: str


GHOSTS = [
    [Ghost("Carport with solar", "SA", "Puan Salmah", "38,400", "today", "Call, today"),
     Ghost("Clay tiles", "RT", "Rumah Teh", "22,750", "planned", "Email, Wed")],
    [Ghost("Leak survey, 3 blocks", "PD", "Pangsapuri Damai", "4,200", "planned", "Visit, Thu")],
    [Ghost("Shoplot re-roof", "WP", "Wawasan Property", "118,000", "nothing", "Nothing planned")],
    [Ghost("Insulated panels", "BS", "Bengkel Setia", "44,600", "planned", "Call, Fri")],
]  # fmt: skip


@dataclass
class Board:
    """The board as one member sees it under some filters."""

    member: Member
    filters: Any
    columns: list[ColumnPicture] = field(default_factory=list)
    adding: UUID | None = None
    opened: frozenset[str] = frozenset()  # closed stages that this page shows open just now
    is_first: bool = False
    ghosts = GHOSTS
    next_choices = NEXT_CHOICES

    def __post_init__(self) -> None:
        self.home, self.to = addresses(get_script_prefix())
        self.sprite = static(SPRITE)
        self.currency = base_currency()
        self.sign = symbol(self.currency)
        self.me = str(self.member.id)
        self.query = self.filters.as_query()
        self.filtered = not self.filters.is_empty
        self.painter = Painter(today=today(), zone=zone(), order=self.filters.order)
        self.look = Look(self.home, self.to, self.sprite, self.filters, self.painter.today, self.currency)

    # -- links

    def link(self, **changes: Any) -> str:
        return self.look.link(**changes)

    # -- sums over the open columns

    @property
    def open(self) -> list[ColumnPicture]:
        return [column for column in self.columns if column.is_open]

    def paint(self, columns: list[Any], totals: dict[UUID, int]) -> "Board":
        """Draw the columns, and add up the open ones."""
        self.columns = [
            ColumnPicture(
                column, self.look, totals.get(column.stage.id, column.count), self.hides(column.stage), column.stage.id == self.adding
            )
            for column in columns
        ]  # fmt: skip
        going = [column for column in columns if column.stage.is_open]
        self.count = f"{sum(column.count for column in going):,}"
        self.of_total = ""
        if self.filtered:
            self.of_total = f"of {sum(totals.get(column.stage.id, column.count) for column in going):,}"
        self.sum = money_text(sum(column.base_minor for column in going), self.currency)
        self.weighted = money_text(sum(column.weighted_minor for column in going), self.currency)
        self.counts = {name: sum(getattr(column, name) for column in going) for name, _ in STATES}
        return self

    @property
    def stops(self) -> tuple[tuple[str, str, str], ...]:
        """Where a card can be moved to: id, name and kind."""
        return tuple((str(column.id), column.name, column.kind) for column in self.columns)

    def hides(self, stage: Any) -> bool:
        """Whether this member keeps a stage folded."""
        return not stage.is_open and self._is_folded(stage.id)

    def _is_folded(self, stage: UUID) -> bool:
        return str(stage) not in self.member.preferences.get(OPENED, []) and str(stage) not in self.opened

    # -- chips and choices

    @property
    def tabs(self) -> tuple[tuple[str, str, int], ...]:
        """The stages as a phone lists them: id, name and how many cards."""
        return tuple((str(column.id), column.name, column.count) for column in self.columns)

    @property
    def chips(self) -> tuple[Chip, ...]:
        now = self.filters
        mine = now.mine
        chips = []
        if self.member.sees_all:
            chips = [
                Chip("all", "Everyone", self.link(mine=False, owner=None), on=not mine and not now.owner),
                Chip("mine", "Mine", self.link(mine=True, owner=None), on=mine, icon="person"),
            ]
        chips += [self._state_chip("overdue", "Overdue"), self._state_chip("nothing", "Nothing planned")]
        chips.append(
            Chip(
                "closing",
                "Closing this month",
                self.link(closing="" if now.closing else "month"),
                on=bool(now.closing),
                icon="calendar",
            )
        )
        if now.next in ("today", "planned"):
            chips.append(self._state_chip(now.next, "Today" if now.next == "today" else "Planned later"))
        if now.owner:
            chips.append(self._off("owner", dict(self.owner_choices).get(str(now.owner), "One owner"), owner=None))
        if now.stage:
            chips.append(
                self._off("stage", next((c.name for c in self.columns if c.id == now.stage), "One stage"), stage=None)
            )
        if now.batch:
            chips.append(self._off("batch", "One import", batch=None))
        if now.tag:
            chips.append(self._off("tag", f"#{now.tag}", tag=""))
        if now.text:
            chips.append(self._off("text", f"“{now.text}”", text=""))
        return tuple(chips)

    def _state_chip(self, name: str, text: str) -> Chip:
        on = self.filters.next == name
        count = self.counts[name] if on or not self.filters.next else None
        return Chip(name, text, self.link(next="" if on else name), on=on, state=name, count=count)

    def _off(self, name: str, words: str, /, **gone: Any) -> Chip:
        return Chip(name, words, self.link(**gone), on=True, icon="x", hint="Take this filter away")

    @cached_property
    def owner_choices(self) -> tuple[tuple[str, str], ...]:
        if not self.member.sees_all:
            return ()
        group, one = ("json_agg", "json_build_array") if sql.is_postgres() else ("json_group_array", "json_array")
        text = "::text" if sql.is_postgres() else ""
        told = sql.rows(f"SELECT {group}({one}(id, name)){text} FROM members_member WHERE left_at IS NULL")[0][0]  # noqa: S608
        return _choices_of(told or "[]")

    @property
    def giving_choices(self) -> tuple[tuple[str, str], ...]:
        """Whom cards can be given to; nobody for those who see only their own."""
        return self.owner_choices[1:]

    @property
    def tomorrow(self) -> str:
        return (self.painter.today + timedelta(days=1)).isoformat()

    @property
    def stage_choices(self) -> tuple[tuple[str, str], ...]:
        return ("", "All"), *((str(column.id), column.name) for column in self.columns)

    @cached_property
    def tag_choices(self) -> tuple[tuple[str, str], ...]:
        names = sql.rows("SELECT name FROM pipeline_tag ORDER BY name LIMIT 200")
        return (("", "Any"), *((name, name) for (name,) in names)) if names else ()

    @property
    def note(self) -> str:
        """What to say when the filter leaves nothing on the board."""
        if not self.filtered or any(column.count for column in self.columns):
            return ""
        if self.filters.text:
            return f"No card mentions “{self.filters.text}”."
        return "No card fits this filter."

    @property
    def lost_id(self) -> UUID | str:
        return next((column.id for column in self.columns if column.kind == "lost"), "")

    @property
    def won_id(self) -> UUID | str:
        return next((column.id for column in self.columns if column.kind == "won"), "")


@lru_cache(200)
def _choices_of(told: str) -> tuple[tuple[str, str], ...]:
    """Ids and names in JSON as the choices of a field, by name."""
    names = sorted(((str(UUID(id)), name) for id, name in json.loads(told) or []), key=itemgetter(1, 0))
    return ("", "Everyone"), *names


@lru_cache(1_000)
def addresses(prefix: str) -> tuple[str, str]:
    """Where the board and the opportunities are, under the address of an instance."""
    return reverse("pipeline:board"), reverse("pipeline:opportunities")


def families() -> list[Family]:
    """Every reason for losing that is offered, by category."""
    found = [
        Family(category.name, [reason for reason in category.reasons.all() if reason.retired_at is None])
        for category in LostCategory.objects.prefetch_related("reasons").order_by("name")
    ]
    return [family for family in found if family.reasons]


def filters_of(request: HttpRequest) -> Any:
    """The filters of the board this request is about: its own address, or the board that asked for a fragment."""
    told = request.headers.get(HEADER)
    return queries.BoardFilters.from_query(QueryDict(told) if told is not None else request.GET)


def on_a_board(request: HttpRequest) -> bool:
    """True where the browser shows a board whose pieces an answer should renew."""
    return HEADER in request.headers


def board_of(request: HttpRequest, member: Member) -> Board:
    """The board this request is about, without its columns."""
    told = request.headers.get(HEADER)
    opened = frozenset(QueryDict(told).getlist("open")) if told else frozenset()
    return Board(member, filters_of(request), opened=opened)


def whole_board(request: HttpRequest, member: Member) -> Board:
    """Everything the board's page needs, in few queries."""
    return fill(board_of(request, member))


def fill(board: Board) -> Board:
    """Read and paint the columns."""
    painter = board.painter
    columns = queries.board(board.member, board.filters, today=painter.today, zone=painter.zone, hides=board.hides)
    return board.paint(columns, all_counts(board))


_drawn: Kept[tuple[bytes, bytes, bytes]] = Kept(40)


def drawn_board(request: HttpRequest, member: Member) -> tuple[bytes, bytes, bytes]:
    """The tools, the board and the sheets of its page as this member sees them now; not drawn again as long as nothing was
    committed in the instance."""
    board = board_of(request, member)
    board.adding = ColumnForm.stage_named(request.GET.get("add"))

    def draw() -> tuple[bytes, bytes, bytes]:
        fill(board)
        board.is_first = (
            not board.filtered and board.count == "0" and not Opportunity.objects.visible_to(member).exists()
        )
        tools, above, below, sheets = drawn_parts("pipeline/board_drawn.html", {"b": board})
        columns = () if board.is_first else board.columns
        drawn = (drawn_large("pipeline/pieces.html", "column", column) for column in columns)
        return tools, b"".join((above, *drawn, below)), sheets

    if settings.DEBUG:
        return draw()
    # The member was read before the mark: all that is known of it belongs to the key.
    known = tuple(str(getattr(member, field.attname)) for field in member._meta.concrete_fields)
    painter = board.painter
    key = (known, board.filters, board.opened, board.adding, painter.today, painter.zone, board.currency, board.home)
    return _drawn.of(key, draw)


def figures(board: Board) -> list[queries.Column]:
    """Paint the figures of every column, without cards."""
    columns = queries.totals(board.member, board.filters, today=board.painter.today)
    board.paint(columns, all_counts(board))
    return columns


def all_counts(board: Board) -> dict[UUID, int]:
    """How many cards each stage holds without any filter; needed only under one."""
    if not board.filtered:
        return {}
    return {column.stage.id: column.count for column in queries.totals(board.member, today=board.painter.today)}

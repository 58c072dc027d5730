"""The company that does not exist, whose board the site shows. Its sums are added up, not typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pivotino.kit.money import money_parts

RINGGIT: Final = "MYR"
DAYS_ALLOWED: Final = 7
NADIA, WEI_JUN, KAVIN = "Nadia Osman", "Lim Wei Jun", "Kavin Raj"


@dataclass(frozen=True)
class Card:
    title: str
    who: str
    ringgit: int
    owner: str
    state: str
    next: str
    days: int
    days_allowed: int = DAYS_ALLOWED
    currency: str = RINGGIT

    @property
    def minor(self) -> int:
        return self.ringgit * 100


@dataclass(frozen=True)
class Bar:
    """One stretch of a column's bar."""

    kind: str
    count: int

    @property
    def text(self) -> str:
        words = {"overdue": "late", "today": "today", "planned": "planned", "nothing": "with nothing planned"}
        return f"{self.count} {words[self.kind]}"


@dataclass(frozen=True)
class Stage:
    name: str
    percent: int
    cards: tuple[Card, ...]

    @property
    def sum(self) -> str:
        return _written(sum(card.minor for card in self.cards))

    @property
    def weighted(self) -> str:
        return _written(sum(card.minor for card in self.cards) * self.percent // 100)

    @property
    def bars(self) -> list[Bar]:
        kinds = [card.state for card in self.cards]
        return [Bar(kind, kinds.count(kind)) for kind in ("overdue", "today", "planned", "nothing") if kind in kinds]


@dataclass(frozen=True)
class Row:
    icon: str
    what: str
    card: str
    state: str
    when: str
    owner: str


def _written(minor: int) -> str:
    return " ".join(money_parts(minor, RINGGIT, cents=False))


BOARD: Final = (
    Stage(
        "New",
        10,
        (
            Card("Kitchen for a new café", "Kopi Lorong", 38_500, NADIA, "today", "Call, today 3 pm", 1),
            Card("Wardrobes, 4 rooms", "Puan Zaleha", 24_800, KAVIN, "nothing", "Nothing planned", 3),
            Card("Counter and back wall", "Roti Bakar 88", 19_500, NADIA, "planned", "Email the drawing, Tue", 2),
        ),
    ),
    Stage(
        "First Activity",
        25,
        (
            Card("Library shelves, 2 floors", "SK Taman Melur", 86_400, WEI_JUN, "overdue", "Visit, 2 days late", 7),
            Card("Reception desk in oak", "Klinik Seri Damai", 12_900, NADIA, "planned", "Meeting, Wed", 2),
        ),
    ),
    Stage(
        "Follow Up",
        50,
        (
            Card("Office fit-out, level 9", "Barakah Logistics", 104_000, KAVIN, "planned", "Send samples, Thu", 4),
            Card("Prayer room screens", "Masjid Al-Hidayah", 18_200, WEI_JUN, "today", "Email, today", 5),
        ),
    ),
    Stage(
        "Quotation",
        80,
        (
            Card("Homestay, 6 bunk beds", "Teluk Biru", 31_200, WEI_JUN, "planned", "Ask for the order, Fri", 3),
            Card("Tuition centre desks", "Pusat Cemerlang", 26_400, KAVIN, "overdue", "Call, 1 day late", 7),
            Card("Pantry and lockers", "Sinar Print", 16_800, NADIA, "nothing", "Nothing planned", 5),
        ),
    ),
)

MORNING: Final = {
    "Late": (
        Row("map", "Measure both floors", "SK Taman Melur, RM 86,400", "overdue", "2 days late", WEI_JUN),
        Row("phone", "Ask about the desks", "Pusat Cemerlang, RM 26,400", "overdue", "1 day late", KAVIN),
    ),
    "Today": (
        Row("phone", "First call", "Kopi Lorong, RM 38,500", "today", "3 pm", NADIA),
        Row("mail", "Send the drawing of the screens", "Masjid Al-Hidayah, RM 18,200", "today", "today", WEI_JUN),
    ),
    "Wednesday": (
        Row("people", "Meet Dr Farah about the oak", "Klinik Seri Damai, RM 12,900", "planned", "10 am", NADIA),
    ),
}

TYPED: Final = Card("Bookcase", "Tadika Pelangi", 9_600, KAVIN, "planned", "Visit, Tue 10 am", 0)


def _desk(state: str, step: str, days: int) -> Card:
    return Card("Reception desk in oak", "Klinik Seri Damai", 12_900, NADIA, state, step, days)


# The same card at every stop of its way.
ROAD: Final = {
    "new": _desk("planned", "First activity, next Mon", 0),
    "first_activity": _desk("today", "Measure, today 11 am", 2),
    "follow_up": _desk("overdue", "Send samples, 2 days late", 7),
    "quotation": _desk("planned", "Ask for the order, Fri", 1),
    "won": _desk("won", "Won in 16 days", 2),
}

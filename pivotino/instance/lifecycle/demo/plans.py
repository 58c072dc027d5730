"""What will have happened to each card, drawn from a fixed seed: the same house and moment always give the same plans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from random import Random

from pivotino.instance.lifecycle.demo.cards import Given
from pivotino.instance.lifecycle.demo.casts import House
from pivotino.instance.lifecycle.demo.words import PLACES


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How far a company has come: over how many days, with how many people, and how many cards ended in which way."""

    name: str
    days: int
    people: int
    open: int
    won: int = 0
    lost: int = 0


FIRST_DAY = Moment(name="first-day", days=0, people=2, open=6)
BUSY = Moment(name="busy", days=45, people=5, open=50, won=42, lost=28)
QUARTER_END = Moment(name="quarter-end", days=91, people=5, open=86, won=190, lost=124)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One card's story. `entered` says how many days ago it came into each stage it has been in, the first when it opened.

    `ended` is won, lost or nothing; then the last entry is when. `due` counts days from today, None: nothing planned.
    """

    title: str
    who: str
    amount: int
    owner: int | None
    tag: str
    entered: tuple[int, ...] = ()
    ended: str = ""
    due: int | None = None
    kind: str = "call"
    at: time | None = None
    say: str = ""


def plans(house: House, moment: Moment, chance: Random) -> list[Plan]:
    """As many plans as the moment asks for; the house's own cards stand among those of a busy month or a quarter."""
    given = [_given(card, chance) for card in house.given] if moment.people > 2 else []
    others = [_open(house, moment, chance) for _ in range(moment.open - len(given))]
    ended = [_ended(house, moment, chance, kind) for kind in ("won",) * moment.won + ("lost",) * moment.lost]
    return [*given, *others, *ended]


def _given(card: Given, chance: Random) -> Plan:
    return Plan(
        title=card.title, who=card.who, amount=card.amount, owner=card.owner, tag="", entered=_before(card.days, card.stage, chance),
        due=card.due, kind=card.kind, at=card.at, say=card.say,
    )  # fmt: skip


def _open(house: House, moment: Moment, chance: Random) -> Plan:
    stage = 0 if not moment.days else chance.choice([0, 0, 1, 1, 2, 2, 3])
    days = 0 if not moment.days else chance.randint(1, 9)
    due = (
        chance.choice([None, None, None, -1, -3, 0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9])
        if moment.days
        else chance.choice([0, 1, 2, 3, None])
    )
    due = max(due, -days) if due is not None else None
    kind = chance.choice(["call", "call", "email", "meeting", "visit"])
    return replace(_what(house, moment, chance), entered=_before(days, stage, chance), due=due, kind=kind)


def _ended(house: House, moment: Moment, chance: Random, ended: str) -> Plan:
    stage = 3 if ended == "won" else chance.choice([0, 1, 1, 2, 2, 3, 3])
    days = chance.randint(0, max(0, moment.days - 12))
    return replace(
        _what(house, moment, chance),
        entered=(*_before(days + chance.randint(1, 4), stage, chance), days),
        ended=ended,
    )


def _what(house: House, moment: Moment, chance: Random) -> Plan:
    """What is sold to whom, for how much, by whom."""
    ware, customer = chance.choice(house.wares), chance.choice(house.customers)
    title = ware.title.format(n=chance.choice([4, 6, 8, 10, 12, 18, 24, 36]), place=chance.choice(PLACES))
    # More small amounts than large ones, rounded as people round.
    amount = ware.least + int((ware.most - ware.least) * chance.random() ** 2)
    step = 500 if amount > 10_000 else 50
    owner, tag = chance.randrange(moment.people), ware.tag if chance.random() < 0.35 else ""
    return Plan(title=title, who=customer.name, amount=amount // step * step, owner=owner, tag=tag)


def _before(days: int, stage: int, chance: Random) -> tuple[int, ...]:
    """How many days ago it entered each stage up to this one, where it came `days` ago."""
    entered: Sequence[int] = [days]
    for _ in range(stage):
        entered = [entered[0] + chance.randint(1, 5), *entered]
    return tuple(entered)

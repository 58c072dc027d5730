"""Two hundred opportunities given to people at random, passed on, planned for and written about: no list, count, sum,
suggestion, search or feed tells a User of one that is not theirs, whatever is asked for."""

import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from pivotino.instance.activities.models import Activity
from pivotino.instance.history.live import REPLAY, replay
from pivotino.instance.history.models import Outbox
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline import queries
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.instance.pipeline.queries import BoardFilters
from pivotino.tenancy import atomic, inside
from tests.cast import Person
from tests.house import walk

SETUPS = 200
WORD = re.compile(r"setup\d{4}x")
# Everything that may narrow a page, one at a time and in pairs; pages leave out what they do not know.
ASKED = (
    "", "q=roof", "text=roof", "tag=north", "mine=1", "mine=0", "next=overdue", "next=today", "next=nothing", "order=hand",
    "closing=month", "show=all", "whose=all", "name=setup", "kind=opportunity",
)  # fmt: skip


@dataclass
class Dealt:
    """Who may see which word at the end, and what was made on the way."""

    owners: dict[str, UUID | None] = field(default_factory=dict)
    cards: dict[str, UUID] = field(default_factory=dict)
    had_by: dict[str, set[UUID]] = field(default_factory=dict)

    def of(self, person: Person) -> set[str]:
        return {word for word, owner in self.owners.items() if owner == person.member_id}

    def once_of(self, person: Person) -> set[str]:
        """What was theirs at some time: of that time they may read in the history, and heard in the feed."""
        return {word for word, had_by in self.had_by.items() if person.member_id in had_by}


def deal(people: list[Person], seed: int) -> Dealt:
    """Open, plan, write, pass on, win and lose at random, by the Business Owner's hand."""
    dice, dealt = random.Random(seed), Dealt()
    boss, members = people[0].member, [person.member for person in people]
    stages, reason = list(Stage.objects.at_work()), LostReason.objects.all()[0]
    for number in range(SETUPS):
        word = f"setup{number:04}x"
        with atomic():
            card = Opportunity.open(
                f"Roof {word}", by=boss, stage=dice.choice(stages), owner=dice.choice(members), amount_minor=100 * number,
                tags=["north"] if dice.random() < 0.5 else [], notes=f"note {word}",
            )  # fmt: skip
            first = card.owner_id
            if dice.random() < 0.3:
                card.write_note(f"written {word}", by=boss)
            if dice.random() < 0.5:
                card.edit(version=None, by=boss, owner=dice.choice(members))
            if dice.random() < 0.2:
                card.win(by=boss) if dice.random() < 0.5 else card.lose(reason=reason, by=boss)
            elif dice.random() < 0.4:
                Activity.plan(card, kind="call", by=boss, due_on=today(), summary=f"call {word}")
            if dice.random() < 0.1:
                card.remove(by=boss)
        card.refresh_from_db()
        dealt.owners[word], dealt.cards[word] = (None if card.removed_at else card.owner_id), card.pk
        dealt.had_by[word] = {owner for owner in (first, card.owner_id) if owner}
    return dealt


def pages(person: Person) -> list[str]:
    """Every address of an instance that takes no id, and the columns, each with everything that may be asked of it."""
    plain = [route.path for route in walk.routes() if route.plane == "instance" and not route.parameters]
    with inside(person.instance):
        columns = [f"board/columns/{pk}/" for pk in Stage.objects.values_list("pk", flat=True)]
    return [f"{path}?{query}" for path, query in product([*plain, *columns], ASKED) if path != "live"]


def words_on(answer: Any) -> set[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return set(WORD.findall(body.decode(errors="replace")))


def test_no_page_shows_a_user_what_is_not_theirs(anna: Person, bruno: Person, carla: Person) -> None:
    with inside(anna.instance):
        dealt = deal([anna, bruno, carla], seed=24)

    wrong, shown = Counter[str](), set[str]()
    for person in (bruno, carla):
        browser, own = person.browser, dealt.of(person)
        for page in pages(person):
            seen, path = words_on(browser.get(person.url(page))), page.partition("?")[0]
            shown |= seen & own
            may = dealt.once_of(person) if path == "history/" else own
            wrong.update(f"{path} shows {person.key} {word}" for word in seen - may)

    assert wrong == {}
    assert len(shown) > SETUPS // 4, "the pages showed hardly anything, so this proves nothing"


def test_no_door_opens_a_card_that_is_not_theirs(anna: Person, bruno: Person, carla: Person) -> None:
    with inside(anna.instance):
        dealt = deal([anna, bruno, carla], seed=67)
    browser, own = bruno.browser, dealt.of(bruno)

    status = {word: browser.get(bruno.url(f"opportunities/{pk}/")).status_code for word, pk in dealt.cards.items()}
    pages = {word: browser.get(bruno.url(f"search/?q={word}")).content.decode() for word in dealt.cards}
    found = {word for word, page in pages.items() if str(dealt.cards[word]) in page}

    assert {word for word, code in status.items() if code == 200} == own
    assert set(status.values()) == {200, 404}
    assert found == own


def test_counts_and_sums_are_of_ones_own_and_the_feed_names_no_other(
    anna: Person, bruno: Person, carla: Person
) -> None:
    with inside(anna.instance):
        dealt = deal([anna, bruno, carla], seed=53)
        for person in (anna, bruno, carla):
            member = person.member
            mine = Opportunity.objects.visible_to(member)
            for filters in (
                BoardFilters(),
                BoardFilters(tag="north"),
                BoardFilters(text="roof"),
                BoardFilters(mine=True),
            ):
                columns = queries.board(member, filters, today=today())
                kept = [row for row in mine if (not filters.mine or row.owner_id == member.pk)]
                if filters.tag:
                    kept = [row for row in kept if row.tags.filter(name="north").exists()]
                assert sum(column.count for column in columns) == len(kept), (person.key, filters)
                assert sum(column.base_minor for column in columns) == sum(row.base_minor for row in kept)
        newest = Outbox.objects.order_by("-id").values_list("id", flat=True)[:REPLAY]
        _, lines = replay(anna.instance.place, newest[len(newest) - 1], bruno.member.seen_owner)
        heard = [json.loads(line.partition(b"data: ")[2]) for line in lines or []]
    told = {UUID(news["subject"]) for news in heard if news["kind"].startswith("opportunity") and not news.get("gone")}

    assert told, "the feed told nothing, so this proves nothing"
    assert told <= {dealt.cards[word] for word in dealt.once_of(bruno)}

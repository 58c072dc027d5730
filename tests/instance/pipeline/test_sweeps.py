"""One thing done to many cards: one entry each, one undo for all, and nothing of anybody else's."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from pivotino.instance.activities.models import Activity
from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import sentence_of
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.tenancy import inside
from tests.cast import Person


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel("2026-11-23 01:00:00+00:00", tick=False):
        yield


@pytest.fixture
def roofs(anna: Person, bruno: Person) -> list[Opportunity]:
    with inside(anna.instance):
        made = [Opportunity.open(f"Roof {n}", by=anna.member) for n in range(3)]
        return [*made, Opportunity.open("Brunos roof", by=bruno.member)]


def sweep(person: Person, cards: list[Any], **values: str) -> Any:
    data = {"cards": [str(getattr(card, "pk", card)) for card in cards], **values}
    return person.browser.post(person.url("board/sweeps/"), data, headers={"HX-Request": "true", "Pv-Board": ""})


def undo_of(answer: Any) -> str:
    import json

    return str(json.loads(answer["HX-Trigger"])["pv:toast"]["undo"])


def where(person: Person, cards: list[Opportunity]) -> list[str]:
    with inside(person.instance):
        named = dict(Opportunity.objects.filter(pk__in=[card.pk for card in cards]).values_list("pk", "stage__name"))
    return [named[card.pk] for card in cards]


def key(person: Person, model: Any, **found: Any) -> str:
    with inside(person.instance):
        return str(model.objects.get(**found).pk)


def test_many_cards_move_at_once_and_one_undo_brings_all_back(anna: Person, roofs: list[Opportunity]) -> None:
    answer = sweep(anna, roofs, do="move", stage=key(anna, Stage, name="Quotation"))
    assert answer.status_code == 200
    assert "Moved 4 cards to Quotation" in answer["HX-Trigger"]
    assert where(anna, roofs) == ["Quotation"] * 4
    with inside(anna.instance):
        assert Event.objects.filter(verb="opportunity.moved").count() == 4
        assert sentence_of(Event.objects.get(verb="sweep.done")).words.endswith("moved 4 cards to Quotation")

    back = anna.browser.post(undo_of(answer), headers={"HX-Request": "true"})
    assert back.status_code == 204
    assert where(anna, roofs) == ["New"] * 4

    again = anna.browser.post(undo_of(back), headers={"HX-Request": "true"})
    assert again.status_code == 204
    assert where(anna, roofs) == ["Quotation"] * 4


def test_what_refuses_stays_and_says_why(anna: Person, roofs: list[Opportunity]) -> None:
    with inside(anna.instance):
        Activity.plan(roofs[1], kind="meeting", by=anna.member, due_on=date(2026, 11, 30))

    answer = sweep(anna, roofs[:3], do="move", stage=key(anna, Stage, kind="won"))

    assert where(anna, roofs[:3]) == ["Won", "New", "Won"]
    assert "Moved 2 cards to Won. Meeting is still open" in answer["HX-Trigger"].encode().decode("unicode_escape")


def test_nobody_loses_many_without_a_reason(anna: Person, roofs: list[Opportunity]) -> None:
    lost = key(anna, Stage, kind="lost")

    refused = sweep(anna, roofs, do="move", stage=lost)
    assert refused.status_code == 422
    assert "Say why it was lost." in refused["HX-Trigger"]
    assert where(anna, roofs) == ["New"] * 4

    sweep(anna, roofs, do="move", stage=lost, reason=key(anna, LostReason, name="No interest"), note="Flood")
    assert where(anna, roofs) == ["Lost"] * 4


def test_owner_tags_and_the_next_step_for_many(anna: Person, roofs: list[Opportunity]) -> None:
    assert sweep(anna, roofs[:2], do="owner", owner=key(anna, Member, name="Bruno Sales")).status_code == 200
    assert sweep(anna, roofs[:2], do="tag", tags="Solar, #North").status_code == 200
    planned = sweep(anna, roofs[:2], do="plan", kind="call", due_on="2026-12-01")

    assert "for 1 Dec 2026" in planned["HX-Trigger"]
    with inside(anna.instance):
        cards = Opportunity.objects.filter(pk__in=[card.pk for card in roofs[:2]])
        assert {card.owner.name for card in cards if card.owner} == {"Bruno Sales"}
        assert [card.tag_names() for card in cards] == [["North", "Solar"]] * 2
        assert Activity.objects.filter(kind__key="call", due_on=date(2026, 12, 1), opportunity__in=cards).count() == 2


def test_a_later_change_of_somebody_else_keeps_all_as_it_is(
    anna: Person, bruno: Person, roofs: list[Opportunity]
) -> None:
    mine = [roofs[0], roofs[3]]
    answer = sweep(anna, mine, do="move", stage=key(anna, Stage, name="Follow Up"))
    with inside(anna.instance):
        Opportunity.objects.get(pk=roofs[3].pk).edit(version=None, by=bruno.member, title="Mine now")

    refused = anna.browser.post(undo_of(answer), headers={"HX-Request": "true"})

    assert refused.status_code == 409
    assert where(anna, mine) == ["Follow Up"] * 2


def test_nobody_sweeps_what_they_may_not_see(
    anna: Person, bruno: Person, rita: Person, stranger: Any, roofs: list[Opportunity]
) -> None:
    quotation = key(anna, Stage, name="Quotation")

    assert sweep(bruno, roofs, do="move", stage=quotation).status_code == 200
    assert where(anna, roofs) == ["New", "New", "New", "Quotation"]
    assert sweep(bruno, roofs[:3], do="tag", tags="x").status_code == 422
    assert rita.browser.post(anna.url("board/sweeps/"), {"do": "tag"}).status_code == 404
    assert stranger.post(anna.url("board/sweeps/"), {"do": "tag"}).status_code in (302, 403)


@pytest.mark.parametrize(
    "values",
    [{}, {"do": "burn"}, {"do": "move"}, {"do": "move", "stage": str(uuid4())}, {"do": "plan", "due_on": "soon"}, {"do": "tag"},
     {"do": "tag", "tags": "y" * 60}, {"do": "owner", "owner": str(uuid4())}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(anna: Person, roofs: list[Opportunity], values: dict[str, str]) -> None:
    answer = sweep(anna, roofs, **values)

    assert answer.status_code == 422
    assert where(anna, roofs) == ["New"] * 4

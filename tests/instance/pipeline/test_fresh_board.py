"""A board that was drawn is shown again only as long as nothing changed: after every change it is as if drawn anew."""

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import take_back
from pivotino.instance.members.models import Company, Member, Role
from pivotino.instance.pipeline import pages
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage, Tag
from pivotino.tenancy import inside, memory
from pivotino.tenancy.marks import Kept
from pivotino.ui import keeping, shortcuts
from tests.cast import Person

Change = Callable[[Person, Opportunity], object]


@pytest.fixture(autouse=True)
def as_in_production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was drawn is kept, as it is not while templates change under our hands."""
    monkeypatch.setattr(shortcuts._environment(), "auto_reload", False)
    with time_machine.travel("2026-11-23 01:00:00+00:00", tick=False):
        _forget()
        yield
    _forget()


def _forget() -> None:
    pages._drawn = Kept(40)
    keeping._kept.cache_clear()
    keeping._kept_large.cache_clear()
    keeping._kept_frame.cache_clear()


def look(person: Person) -> str:
    answer = person.browser.get(person.url("board/"))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def card(anna: Person) -> Opportunity:
    with inside(anna.instance):
        contact = Contact.add("Klinik Harmoni", by=anna.member)
        made = Opportunity.open("Carport", by=anna.member, contact=contact, amount_minor=780_000)
        made.tag(["solar"], by=anna.member)
        Opportunity.open("Flat roof", by=anna.member)
        return made


def _stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def _other_way(card: Opportunity) -> None:
    Opportunity.objects.filter(pk=card.pk).update(title="Written past every verb")


CHANGES: dict[str, Change] = {
    "moved": lambda anna, card: card.move_to(_stage("Quotation"), version=None, by=anna.member),
    "put into another order": lambda anna, card: card.move_to(
        card.stage, after=Opportunity.objects.exclude(pk=card.pk).get().pk, version=None, by=anna.member
    ),
    "renamed": lambda anna, card: card.edit(version=None, by=anna.member, title="Carport, bigger"),
    "worth more": lambda anna, card: card.edit(version=None, by=anna.member, amount_minor=990_000),
    "another currency": lambda anna, card: Opportunity.objects.filter(pk=card.pk).update(currency="SGD"),
    "starred": lambda anna, card: card.edit(version=None, by=anna.member, stars=3),
    "given away": lambda anna, card: card.edit(version=None, by=anna.member, owner=Member.objects.exclude(pk=anna.member.pk).first()),
    "tagged": lambda anna, card: card.tag(["solar", "north"], by=anna.member),
    "won": lambda anna, card: card.win(by=anna.member),
    "lost": lambda anna, card: card.lose(reason=LostReason.objects.first(), by=anna.member),
    "removed": lambda anna, card: card.remove(by=anna.member),
    "a new card": lambda anna, card: Opportunity.open("Clay tiles", by=anna.member),
    "a planned step": lambda anna, card: card.plan_changed(
        next_on=date(2026, 11, 24), next_kind="call", next_summary="Call", open_others=1, latest_due=None, by=anna.member
    ),
    "a planned time": lambda anna, card: card.plan_changed(
        next_on=date(2026, 11, 23), next_time=time(14, 30), next_kind="call", next_summary="Call", open_others=1, latest_due=None,
        by=anna.member,
    ),
    "a stage renamed": lambda anna, card: Stage.objects.filter(pk=card.stage_id).update(name="Fresh"),
    "days allowed": lambda anna, card: Stage.objects.filter(pk=card.stage_id).update(days_allowed=99),
    "a contact renamed": lambda anna, card: Contact.objects.update(name="Klinik Sentosa"),
    "a colleague renamed": lambda anna, card: Member.objects.filter(pk=anna.member.pk).update(name="Annette Ong"),
    "a colleague who left": lambda anna, card: Member.objects.exclude(pk=anna.member.pk).update(left_at="2026-11-23 00:00Z"),
    "a tag renamed": lambda anna, card: Tag.objects.update(name="sunny"),
    "a closed stage kept open": lambda anna, card: anna.member.prefer(**{pages.OPENED: [str(_stage("Won").pk)]}),
    "a right lost": lambda anna, card: Member.objects.filter(pk=anna.member.pk).update(role=Role.USER),
    "written past every verb": lambda anna, card: _other_way(card),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_change_nothing_old_is_on_the_screen(anna: Person, bruno: Person, card: Opportunity, what: str) -> None:
    before = look(anna)
    assert look(anna) == before

    with inside(anna.instance):
        CHANGES[what](anna, Opportunity.objects.get(pk=card.pk))
    kept = look(anna)
    _forget()

    assert kept == look(anna)
    if what != "put into another order":  # which the board shows only where it is ordered by hand
        assert kept != before


def test_what_is_taken_back_is_back_on_the_screen(anna: Person, card: Opportunity) -> None:
    before = look(anna)
    with inside(anna.instance):
        event = Opportunity.objects.get(pk=card.pk).edit(version=None, by=anna.member, title="A slip of the hand")
        assert event is not None
    slipped = look(anna)
    with inside(anna.instance):
        take_back(Event.objects.get(pk=event.pk), by=anna.member)

    assert "A slip of the hand" in slipped
    assert "A slip of the hand" not in look(anna) and "Carport" in before


def test_at_midnight_yesterdays_words_are_gone(anna: Person, card: Opportunity) -> None:
    with inside(anna.instance):
        Opportunity.objects.filter(pk=card.pk).update(next_on="2026-11-24", next_kind="call", next_summary="Call")
    assert "Call, tomorrow" in look(anna)
    assert "Call, tomorrow" in look(anna)

    with time_machine.travel("2026-11-23 17:00:00+00:00", tick=False):  # one o'clock of the next day there
        memory.forget_everything()
        now = look(anna)

    assert "Call, today" in now and "Call, tomorrow" not in now


def test_another_currency_of_the_company_shows(anna: Person, card: Opportunity) -> None:
    assert "RM" in look(anna)
    with inside(anna.instance):
        Company.objects.update(currency="EUR")
        memory.forget_everything()

    assert "EUR" in look(anna) or "€" in look(anna)


def test_two_people_never_see_each_others_board(anna: Person, bruno: Person, rita: Person, card: Opportunity) -> None:
    with inside(bruno.instance):
        Opportunity.open("Brunos roof", by=bruno.member)
    boards = {person.member.name: [look(person), look(person)] for person in (anna, bruno, anna, bruno)}

    assert all("Carport" in board for board in boards[anna.member.name])
    assert all("Carport" not in board and "Brunos roof" in board for board in boards[bruno.member.name])
    assert ">Carport</a>" not in look(rita)


def test_a_filter_has_a_board_of_its_own(anna: Person, card: Opportunity) -> None:
    def titles(query: str) -> list[str]:
        page = anna.browser.get(anna.url(f"board/{query}")).content.decode()
        return [title for title in ("Carport", "Flat roof") if f">{title}</a>" in page]

    for _ in range(2):
        assert titles("") == ["Carport", "Flat roof"]
        assert titles("?tag=solar") == ["Carport"]
        assert titles("?text=flat") == ["Flat roof"]


def test_a_board_that_nobody_changed_is_not_drawn_again(
    anna: Person, card: Opportunity, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    fill = pages.fill

    def counted(board: Any) -> Any:
        drawn.append(board)
        return fill(board)

    monkeypatch.setattr(pages, "fill", counted)
    browser = anna.browser  # each time it is asked for, it signs in anew: a commit in the same cluster
    pages_seen = {browser.get(anna.url("board/")).content for _ in range(3)}

    # PostgreSQL's own housekeeping may commit in between; then it is drawn once more.
    assert len(pages_seen) == 1 and len(drawn) < 3

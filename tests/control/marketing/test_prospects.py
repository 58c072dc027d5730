"""Prospects in a campaign: every letter names where the address is from, and without a right to write none goes."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.marketing import jobs
from pivotino.control.marketing.aiming import Aim, people
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.letters import BY_TOPIC
from pivotino.control.marketing.models import Campaign, Recipient
from pivotino.control.prospects.models import Basis, Prospect
from pivotino.jobs.testing import run_all
from pivotino.letters import MarketingLetter
from pivotino.letters.bulletins.engine import Standing
from pivotino.letters.refusals import Unexplained
from pivotino.letters.topics import TOPICS
from tests.cast import Browser
from tests.control.marketing.conftest import send_now, standings, written
from tests.control.marketing.test_going import go_on
from tests.control.prospects.conftest import origin, prospect


@pytest.fixture
def campaign(control: None) -> Campaign:
    return written(aim={"reach": "prospect"})


@pytest.mark.promise("P44", "A35")
def test_a_letter_to_a_prospect_names_its_source_and_one_press_forgets_them(campaign: Campaign) -> None:
    mei = prospect()
    send_now(campaign)
    go_on(timezone.now() + timedelta(minutes=5))

    letter = mail.outbox[0]
    assert isinstance(letter, mail.EmailMultiAlternatives)
    text, html = str(letter.body), str(letter.alternatives[0][0])
    assert letter.to == [mei.address] and "Hello Mei," in text
    assert "Roofers of Klang, members 2026" in text and "Roofers of Klang, members 2026" in html
    link = text.partition("never written to again: ")[2].split()[0]
    mei.refresh_from_db()
    assert mei.written_at is not None

    page = Browser("mei").post(link.removeprefix("http://localhost:8000"))
    assert page.status_code == 200 and not Prospect.objects.exists()


@pytest.mark.promise("A35")
def test_a_letter_of_a_campaign_without_a_reason_cannot_be_written() -> None:
    for topic in TOPICS:
        with pytest.raises(Unexplained):
            BY_TOPIC[topic](
                to="mei@roofs.example", name="", because=" ", subject="x", body_html="", body_text="", forget=""
            )


@pytest.mark.promise("P44")
def test_the_five_kinds_are_five_classes_that_carry_their_own_way_out() -> None:
    assert set(BY_TOPIC) == set(TOPICS)
    assert all(issubclass(letter, MarketingLetter) and letter.topic == topic for topic, letter in BY_TOPIC.items())


@pytest.mark.promise("P21", "A36")
def test_without_a_basis_in_their_country_or_in_quarantine_they_are_held_and_the_reason_is_shown(
    campaign: Campaign,
) -> None:
    prospect("quarantined@roofs.example", cleared=False)
    prospect("german@roofs.example", country="DE", source=origin(basis=Basis.INTEREST, note="We weighed it."))
    prospect("free@roofs.example")
    send_now(campaign)
    go_on(timezone.now() + timedelta(minutes=5))

    found = dict(Recipient.objects.values_list("address", "why"))
    assert standings(campaign) == {
        "quarantined@roofs.example": Standing.HELD, "german@roofs.example": Standing.HELD, "free@roofs.example": Standing.SENT,
    }  # fmt: skip
    assert "quarantine" in found["quarantined@roofs.example"] and found["german@roofs.example"]
    assert [letter.to for letter in mail.outbox] == [["free@roofs.example"]]
    assert {why for why, _ in CAMPAIGNS.statistics(campaign).held} == {why for why in found.values() if why}


@pytest.mark.promise("P21")
def test_what_changed_between_gathering_and_leaving_counts(campaign: Campaign) -> None:
    erased, now_held = prospect("erased@roofs.example"), prospect("held@roofs.example")
    send_now(campaign)
    CAMPAIGNS.gather(campaign)
    erased.delete()
    Prospect.objects.filter(pk=now_held.pk).update(cleared_at=None, cleared_by="")
    go_on(timezone.now() + timedelta(minutes=5))

    assert set(standings(campaign).values()) == {Standing.HELD} and not mail.outbox


def test_who_was_erased_is_emptied_here_within_the_hour_and_gets_nothing(campaign: Campaign) -> None:
    prospect("erased@roofs.example").delete()
    mei = prospect()
    with time_machine.travel(timezone.now(), tick=False):
        send_now(campaign)
        CAMPAIGNS.gather(campaign)
        mei.delete()
        jobs.keep_house()
        run_all()

    row = Recipient.objects.get()
    assert (row.address, row.name, row.because, row.facts, row.standing) == ("", "", "", {}, Standing.HELD)
    assert not mail.outbox


def test_a_prospect_who_registered_gets_subscribers_letters_and_one_of_them(campaign: Campaign) -> None:
    prospect("mei@roofs.example", language="ms")
    prospect("ali@roofs.example", language="en")

    found = [one.address for one in people(Aim(reach="prospect", languages=("ms",)), "tips")]

    assert found == ["mei@roofs.example"]

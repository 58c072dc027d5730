"""A campaign on its way: who gets it, in batches, once; paused, stopped, killed in the middle; and what is counted."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Followed, Recipient, Whereabouts
from pivotino.jobs.line import LEASE
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.letters import send
from pivotino.letters.bulletins import links
from pivotino.letters.bulletins.engine import NotNow, Stage, Standing
from pivotino.letters.models import Envelope, Sent
from pivotino.letters.models.suppression import Scope
from pivotino.letters.returning import came_back
from pivotino.letters.suppression import suppress
from pivotino.tenancy.models import Instance
from tests.cast import Browser
from tests.control.marketing.conftest import NOON, make_owners, send_now, standings, written
from tests.letters.some import Verification


def go_on(until: datetime, steps: int = 12) -> None:
    """Let the clock run to `until`, working off what becomes due on the way."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(steps):
            run_all()
            due = Ticket.objects.waiting().order_by("due_at").values_list("due_at", flat=True).first()
            if due is None or due > until:
                return
            clock.move_to(max(due, timezone.now()))


@pytest.mark.promise("P44")
def test_everybody_who_registered_gets_one_letter_with_its_way_out(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    go_on(timezone.now() + timedelta(minutes=5))

    campaign.refresh_from_db()
    assert campaign.stage == Stage.DONE
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(owner.email for owner in owners)
    head = mail.outbox[0].message()
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in head["List-Unsubscribe"] and head["List-Id"].startswith("Tips <tips.")
    text = str(mail.outbox[0].body)
    assert "Hello Owner" in text and "You get this letter because you registered for Pivotino." in text
    assert set(standings(campaign).values()) == {Standing.SENT}


def test_colleagues_who_were_invited_get_none(owners: list[Account], atap: Instance) -> None:
    bruno = Account.objects.create_user("colleague@kedai.example", None, name="Colleague")
    Seat.objects.create(account=bruno, instance=atap, owner=False)
    campaign = written()
    send_now(campaign)
    run_all()

    assert bruno.email not in standings(campaign)


@pytest.mark.promise("P21", "P44")
def test_who_stopped_the_topic_is_held_when_the_batch_leaves_and_says_why(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    CAMPAIGNS.gather(campaign)
    suppress(owners[0].email, Scope.TOPIC, topic="tips", how="link")
    suppress(owners[1].email, Scope.TOPIC, topic="newsletter", how="link")
    go_on(timezone.now() + timedelta(minutes=5))

    row = Recipient.objects.get(address=owners[0].email)
    assert (row.standing, "stopped" in row.why) == (Standing.HELD, True)
    assert owners[0].email not in [letter.to[0] for letter in mail.outbox]
    assert standings(campaign)[owners[1].email] == Standing.SENT


@pytest.mark.promise("P21")
def test_who_stops_after_the_batch_left_is_still_held_at_the_mail_server(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    CAMPAIGNS.step(campaign.pk)
    CAMPAIGNS.step(campaign.pk)
    assert set(standings(campaign).values()) == {Standing.LEAVING}

    suppress(owners[2].email, Scope.MARKETING, how="one-click")
    go_on(timezone.now() + timedelta(minutes=5))

    row = Recipient.objects.get(address=owners[2].email)
    assert (row.standing, row.why) == (Standing.HELD, "This address wants no marketing.")
    assert len(mail.outbox) == len(owners) - 1


def test_an_account_that_closed_meanwhile_is_held(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    CAMPAIGNS.gather(campaign)
    email = owners[0].email
    owners[0].delete()
    go_on(timezone.now() + timedelta(minutes=5))

    assert Recipient.objects.get(address=email).why == "No subscriber any more."


def test_an_address_that_is_none_holds_up_nobody_else(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    CAMPAIGNS.gather(campaign)
    Account.objects.filter(pk=owners[0].pk).update(email="no address")
    Recipient.objects.filter(address=owners[0].email).update(address="no address")
    go_on(timezone.now() + timedelta(minutes=5))

    row = Recipient.objects.get(address="no address")
    assert (row.standing, row.why, len(mail.outbox)) == (Standing.HELD, "This cannot be an address.", 4)


@pytest.mark.parametrize("where", [
    "pivotino.letters.bulletins.engine.bundle", "pivotino.letters.bulletins.engine.post",
    "pivotino.control.marketing.campaigning.Campaigns.release", "pivotino.control.marketing.campaigning.Campaigns.gather",
])  # fmt: skip
def test_a_worker_killed_in_the_middle_sends_nobody_two_letters(owners: list[Account], where: str) -> None:
    campaign = written()
    send_now(campaign)
    with crash_after(where), pytest.raises(Crash):
        run_all()
    with time_machine.travel(timezone.now() + LEASE * 2, tick=False):
        go_on(timezone.now() + timedelta(minutes=10))

    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(owner.email for owner in owners)
    assert Sent.objects.filter(key__startswith="campaign:").count() == len(owners)
    assert not Envelope.objects.exists()


def test_gathering_twice_and_an_address_twice_is_once(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)

    assert CAMPAIGNS.gather(campaign) == CAMPAIGNS.gather(campaign) == len(owners)


def test_so_many_leave_a_minute_and_no_more(atap: Instance) -> None:
    make_owners(atap, 10)
    campaign = written()
    with time_machine.travel(NOON, tick=False) as clock:
        send_now(campaign, per_minute=24)
        run_all()
        seen = []
        for _ in range(3):
            seen.append(Sent.objects.count())
            clock.shift(timedelta(seconds=10))
            run_all()

    # Gathered and begun at once; then four every ten seconds.
    assert seen == [4, 8, 10]


def test_paused_nothing_leaves_and_resumed_it_goes_on_where_it_stood(atap: Instance) -> None:
    make_owners(atap, 6)
    campaign = written()
    with time_machine.travel(NOON, tick=False) as clock:
        send_now(campaign, per_minute=18)
        run_all()
        CAMPAIGNS.pause(campaign)
        clock.shift(timedelta(minutes=10))
        run_all()
        assert len(mail.outbox) == 3

        CAMPAIGNS.resume(campaign)
        go_on(timezone.now() + timedelta(minutes=10))

    campaign.refresh_from_db()
    assert (campaign.stage, len(mail.outbox)) == (Stage.DONE, 6)


def test_stopped_whoever_waits_gets_nothing_and_the_page_can_say_why(atap: Instance) -> None:
    make_owners(atap, 6)
    campaign = written()
    with time_machine.travel(NOON, tick=False) as clock:
        send_now(campaign, per_minute=18)
        run_all()
        CAMPAIGNS.stop(campaign)
        clock.shift(timedelta(minutes=10))
        run_all()

    found = CAMPAIGNS.statistics(campaign)
    assert (found.standings["sent"], found.standings["held"], found.whole) == (3, 3, 6)
    assert found.held == [("It was stopped before.", 3)]
    with pytest.raises(NotNow):
        CAMPAIGNS.resume(campaign)


def test_everybodys_own_nine_oclock(atap: Instance) -> None:
    kiribati, lisbon, apia = make_owners(atap, 3)
    for account, zone in ((kiribati, "Pacific/Kiritimati"), (lisbon, "Europe/Lisbon"), (apia, "Pacific/Pago_Pago")):
        Whereabouts.objects.create(account=account, country="PT", language="en", zone=zone)
    campaign = written()
    with time_machine.travel(NOON, tick=False):
        send_now(campaign, at=datetime(2026, 11, 25, 9, tzinfo=UTC), own_zone=True)
        go_on(datetime(2026, 11, 27, tzinfo=UTC), steps=90)

    due = dict(Recipient.objects.values_list("address", "due_at"))
    assert due[kiribati.email] == datetime(2026, 11, 24, 19, tzinfo=UTC)
    assert due[lisbon.email] == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert due[apia.email] == datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert [letter.to[0] for letter in mail.outbox] == [kiribati.email, lisbon.email, apia.email]


def test_a_letter_that_is_not_ready_is_not_scheduled(owners: list[Account]) -> None:
    with pytest.raises(ValidationError, match="Block 1 \\(paragraph\\)"):
        send_now(written(body=[{"kind": "text"}]))
    with pytest.raises(ValidationError, match="subject"):
        send_now(written(subject=" "))
    with pytest.raises(ValidationError, match="password"):
        send_now(written(body=[{"kind": "text", "words": "Please reply with your password."}]))


def test_what_is_scheduled_may_be_taken_back_until_it_began(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign, at=timezone.now() + timedelta(days=2))
    CAMPAIGNS.take_back(campaign)
    campaign.refresh_from_db()
    assert campaign.stage == Stage.DRAFT

    send_now(campaign)
    run_all()
    with pytest.raises(NotNow):
        CAMPAIGNS.take_back(campaign)


def test_a_link_counts_and_leads_only_where_we_wrote_it_to(control: None) -> None:
    campaign = written()
    send_now(campaign)
    address = "https://docs.example/how/"
    browser = Browser("reader")
    token = links.token_for(campaign.pk, address)

    answer = browser.get(f"/go/{token}/")
    browser.head(f"/go/{token}/")

    assert (answer.status_code, answer["Location"]) == (303, address)
    assert answer["Referrer-Policy"] == "no-referrer" and not answer.cookies
    assert Followed.objects.get(address=address).times == 1
    assert browser.get(f"/go/{token[:-1]}x/").status_code == 404
    assert browser.get("/go/https:evil.example/").status_code == 404


def test_every_letter_of_a_campaign_carries_the_same_links_so_they_tell_nobodys_name(owners: list[Account]) -> None:
    send_now(written())
    go_on(timezone.now() + timedelta(minutes=5))

    ways = {tuple(sorted(word for word in str(letter.body).split() if "/go/" in word)) for letter in mail.outbox}
    assert len(ways) == 1 and len(next(iter(ways))) == 2


def test_what_came_back_later_and_who_stopped_is_counted(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    go_on(timezone.now() + timedelta(minutes=5))
    campaign.refresh_from_db()

    row = Recipient.objects.get(address=owners[0].email)
    came_back(Sent.objects.get(key=CAMPAIGNS.key(row.pk)).reference, gone=True, status="5.1.1")
    suppress(owners[1].email, Scope.TOPIC, topic="tips", how="link")
    CAMPAIGNS.keep_house()

    found = CAMPAIGNS.statistics(campaign)
    assert (found.standings["came back"], found.standings["sent"], found.stopped) == (1, 4, 1)


def test_thirty_days_after_the_end_addresses_are_forgotten_and_numbers_stay(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    go_on(timezone.now() + timedelta(minutes=5))
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        CAMPAIGNS.keep_house()

    assert list(standings(campaign)) == [""]
    assert CAMPAIGNS.statistics(campaign).standings["sent"] == len(owners)


def test_a_test_letter_counts_nowhere(owners: list[Account]) -> None:
    campaign = written()
    CAMPAIGNS.test(campaign, to="sofia@pivotino.example", name="Sofia")
    run_all()

    assert [letter.to for letter in mail.outbox] == [["sofia@pivotino.example"]]
    assert CAMPAIGNS.statistics(campaign).whole == 0


def test_letters_somebody_waits_for_go_first(owners: list[Account]) -> None:
    campaign = written()
    send_now(campaign)
    CAMPAIGNS.step(campaign.pk)
    CAMPAIGNS.step(campaign.pk)
    send(Verification(to="mei@kopi.example", name="Mei", company="Kopi", link="x", secret=""), key="verification:1")
    run_all(until_quiet=False)

    assert [letter.to for letter in mail.outbox] == [["mei@kopi.example"]]

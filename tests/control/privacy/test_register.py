"""The register of third parties: what it says counts, from the day it counts, and nobody else is called."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from pivotino.control.privacy import register, watching
from pivotino.control.privacy.documents import Document
from pivotino.control.privacy.jobs import announce_versions, forget_the_silent, look_for_news
from pivotino.control.privacy.models import Announcement, Watcher
from pivotino.control.privacy.processors import Processor, processors
from pivotino.jobs.testing import run_all
from pivotino.kit import egress
from pivotino.letters.models import Sent
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("control")
AWS, STRIPE = processors()
NEW = replace(STRIPE, name="Postbox", role="Mail carrier", purpose="Carries our letters.", hosts=("postbox.example",))


@pytest.fixture
def first(control: None) -> None:
    """The register as it was at the very start."""
    Announcement.objects.all().delete()
    register.publish([AWS, STRIPE])


def later(time_machine: Any, by: timedelta) -> None:
    time_machine.move_to(timezone.now() + by)


def names() -> list[str]:
    return [row.name for row in register.in_force()]


def test_the_first_register_counts_at_once(first: None) -> None:
    assert names() == ["Amazon Web Services", "Stripe"]
    assert {one.what for one in Announcement.objects.all()} == {"first"}


def test_publishing_the_same_twice_says_nothing(first: None) -> None:
    assert register.publish([AWS, STRIPE]) == []


@pytest.mark.promise("P05")
def test_who_is_new_counts_after_thirty_days(first: None, time_machine: Any) -> None:
    register.publish([AWS, STRIPE, NEW])

    assert "Postbox" not in names()
    assert not egress.may_call("api.postbox.example")

    later(time_machine, timedelta(days=30, minutes=1))
    register.forget()

    assert "Postbox" in names()
    assert egress.may_call("api.postbox.example")


def test_who_would_see_more_waits_and_stays_as_it_was_until_then(first: None, time_machine: Any) -> None:
    register.publish([AWS, replace(STRIPE, shares="Everything.")])

    assert [row.shares for row in register.in_force()] == [AWS.shares, STRIPE.shares]
    [change] = Announcement.objects.coming()
    assert (change.what, change.lines) == ("changed", [f"Shares: {STRIPE.shares} → Everything."])

    later(time_machine, timedelta(days=30, minutes=1))

    assert [row.shares for row in register.in_force()] == [AWS.shares, "Everything."]


def test_a_new_link_counts_at_once(first: None) -> None:
    register.publish([AWS, replace(STRIPE, terms="https://stripe.com/new-terms")])

    assert register.in_force()[1].terms == "https://stripe.com/new-terms"


def test_who_leaves_is_gone_at_once_and_may_come_back_with_notice(first: None) -> None:
    register.publish([AWS])
    register.forget()
    assert names() == ["Amazon Web Services"]
    assert not egress.may_call("api.stripe.com")

    [back] = register.publish([AWS, STRIPE])

    assert back.effective_at > timezone.now() + timedelta(days=29)


@pytest.mark.promise("A62")
def test_the_page_the_feed_the_policy_and_the_queue_of_letters_change_together(first: None, stranger: Browser) -> None:
    [made] = register.publish([AWS, STRIPE, NEW])

    assert made in Announcement.objects.untold()

    page = stranger.get("/privacy/changes/").content.decode()
    feed = ElementTree.fromstring(stranger.get("/privacy/changes.atom").content)
    policy = stranger.get("/privacy/").content.decode()

    assert "Postbox" in page.partition("So far")[0]
    assert "Postbox: new" in [one.text for one in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert "Postbox. Postbox: Carries our letters." in policy


def watching_person(email: str = "wei@kopi.example") -> Watcher:
    watcher, _ = Watcher.objects.ask(email)
    watcher.confirm()
    return watcher


def test_who_asked_is_told_once_and_who_did_not_never(first: None) -> None:
    watching_person()
    Watcher.objects.ask("silent@kopi.example")
    announce_versions()
    Announcement.objects.update(told_at=timezone.now())
    register.publish([AWS, STRIPE, NEW])

    look_for_news()
    run_all()
    look_for_news()
    run_all()

    assert [(row.to, row.kind) for row in Sent.objects.all()] == [("wei@kopi.example", "notice")]
    [letter] = mail.outbox
    assert "Postbox: Carries our letters." in letter.body
    assert "/privacy/changes/stop/" in letter.body


def test_being_told_takes_a_letter_and_a_press(stranger: Browser) -> None:
    answer = stranger.post("/privacy/changes/", {"email": "Wei@Kopi.example"})
    run_all()
    link = next(word for word in mail.outbox[0].body.split() if "/watch/" in word)
    path = link.partition("//")[2].partition("/")[2]

    assert "We wrote to wei@kopi.example" in answer.content.decode().lower().replace("we wrote", "We wrote")
    stranger.get(f"/{path}")
    assert Watcher.objects.confirmed().count() == 0
    stranger.post(f"/{path}")
    assert [one.email for one in Watcher.objects.confirmed()] == ["wei@kopi.example"]


def test_who_is_told_already_gets_no_second_question_and_the_page_says_the_same(stranger: Browser) -> None:
    watching_person()

    answer = stranger.post("/privacy/changes/", {"email": "wei@kopi.example"})
    run_all()

    assert "We wrote to" in answer.content.decode()
    assert Sent.objects.count() == 0


def test_a_wrong_address_is_said_beside_the_field(stranger: Browser) -> None:
    answer = stranger.post("/privacy/changes/", {"email": "no address"})

    assert answer.status_code == 422
    assert 'value="no address"' in answer.content.decode()


def test_looking_at_the_link_stops_nothing_and_one_press_does(stranger: Browser) -> None:
    path = watching.stop_link(watching_person()).partition("//")[2].partition("/")[2]

    stranger.get(f"/{path}")
    assert Watcher.objects.count() == 1
    answers = [stranger.post(f"/{path}"), stranger.post(f"/{path}"), stranger.post("/privacy/changes/stop/nonsense/")]

    assert Watcher.objects.count() == 0
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_addresses_without_a_yes_are_forgotten_after_a_week(time_machine: Any) -> None:
    watching_person()
    Watcher.objects.ask("silent@kopi.example")

    later(time_machine, timedelta(days=7, minutes=1))

    assert forget_the_silent() == 1
    assert [one.email for one in Watcher.objects.all()] == ["wei@kopi.example"]


def test_versions_of_old_are_no_news_and_a_new_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from pivotino.control.privacy import documents

    known = documents.versions("policy")[-1:]
    monkeypatch.setattr(documents, "versions", lambda kind: known)
    announce_versions()
    assert {one.what for one in Announcement.objects.filter(kind="policy")} == {"first"}
    later: Document = replace(known[0], version="2027-03-01", effective_on=timezone.now().date() + timedelta(days=60))
    monkeypatch.setattr(documents, "versions", lambda kind: (later, *known) if kind == "policy" else known)

    announce_versions()
    announce_versions()

    [new] = Announcement.objects.filter(kind="policy", what="version")
    assert new.name == "2027-03-01"
    assert list(Announcement.objects.coming()) == [new]


def test_a_server_the_operator_named_stands_on_the_policy(first: None, stranger: Browser) -> None:
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "smtp.carrier.example"}
    with override_settings(**smtp):
        assert register.beside_the_register() == {"smtp.carrier.example": "Mail"}
        assert egress.may_call("smtp.carrier.example")
        assert "smtp.carrier.example" in stranger.get("/privacy/").content.decode()
    assert not egress.may_call("smtp.carrier.example")


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True), ("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("db.internal", True), ("", True),
        ("8.8.8.8", False), ("notstripe.com", False), ("stripe.com.evil.example", False), ("example.org", False),
    ],
)  # fmt: skip
def test_only_this_machine_and_private_networks_are_ours(first: None, host: str, ours: bool) -> None:
    assert egress.may_call(host) is ours


def test_a_registered_host_and_all_below_it_may_be_called(first: None) -> None:
    assert egress.may_call("stripe.com")
    assert egress.may_call("API.Stripe.com.")


CALL = """
import socket, sys, urllib.request
from pivotino.kit import egress
egress.allow(lambda: ["stripe.invalid"])
egress.guard()
try:
    urllib.request.urlopen("http://{host}/", timeout=3)
except OSError as error:
    cause = getattr(error, "reason", error)
    print("refused" if isinstance(cause, egress.NotInRegister) else type(cause).__name__)
"""


@pytest.mark.promise("P41", "A61")
@pytest.mark.parametrize(
    ("host", "what"),
    [("tracker.invalid", "refused"), ("api.stripe.invalid", "gaierror"), ("127.0.0.1:9", "ConnectionRefusedError")],
)
def test_the_guard_refuses_any_client_before_a_name_is_looked_up(host: str, what: str) -> None:
    told = subprocess.run([sys.executable, "-c", CALL.format(host=host)], capture_output=True, text=True, timeout=60)

    assert told.stdout.strip() == what, told.stderr


RAW = """
import socket
from pivotino.kit import egress
asked = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: [(2, 1, 6, "", ("203.0.113.5", 80))]
# Addresses of examples count as nobody's; here they are somebody's.
egress.is_ours = lambda host: host in ("localhost", "127.0.0.1")
egress.allow(lambda: ["stripe.invalid"])
egress.guard()
{before}
one = socket.socket(socket.AF_INET, socket.{kind})
one.settimeout(0.05)
try:
    one.{call}
    print("sent")
except egress.NotInRegister:
    print("refused")
except OSError:
    print("tried")
"""


@pytest.mark.promise("A61")
@pytest.mark.parametrize(
    ("before", "kind", "call", "what"),
    [
        ("", "SOCK_STREAM", "connect(('203.0.113.5', 80))", {"refused"}),
        ("", "SOCK_DGRAM", "sendto(b'x', ('203.0.113.5', 53))", {"refused"}),
        ("socket.gethostbyname('localhost')", "SOCK_STREAM", "connect(('127.0.0.1', 9))", {"tried"}),
        ("socket.getaddrinfo('api.stripe.invalid', 80)", "SOCK_STREAM", "connect(('203.0.113.5', 80))", {"tried", "sent"}),
    ],
)  # fmt: skip
def test_a_bare_address_is_reached_only_as_the_answer_for_a_name_that_may_be_called(
    before: str, kind: str, call: str, what: set[str]
) -> None:
    code = RAW.format(before=before, kind=kind, call=call)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert told.stdout.strip() in what, told.stderr


def by_requests() -> None:
    import requests

    requests.get("https://tracker.invalid/", timeout=3)


def by_stripe() -> None:
    from pivotino.control.payments.stripe_client import connect

    connect("sk_test_x", "https://tracker.invalid").v1.customers.list()


def by_mail() -> None:
    import smtplib

    smtplib.SMTP("tracker.invalid", 25, timeout=3)


def by_mailbox() -> None:
    import imap_tools

    imap_tools.MailBox("tracker.invalid", 993, timeout=3)


def by_storage() -> None:
    import boto3

    login = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "x"}
    boto3.client("s3", endpoint_url="https://tracker.invalid", **login).list_buckets()


def by_loop() -> None:
    import asyncio

    asyncio.run(asyncio.open_connection("tracker.invalid", 443))


def by_hand() -> None:
    import socket

    socket.create_connection(("tracker.invalid", 80), timeout=3)


@pytest.mark.promise("A61")
@pytest.mark.parametrize("call", [by_requests, by_stripe, by_mail, by_mailbox, by_storage, by_loop, by_hand])
def test_every_client_in_this_house_is_refused(
    control: None, caplog: pytest.LogCaptureFixture, call: Callable[[], None]
) -> None:
    with pytest.raises(Exception):  # noqa: B017 - each library has its own word for it
        call()

    assert "A call to tracker.invalid was refused: nobody named it." in caplog.messages


def test_every_row_says_all_there_is_to_say() -> None:
    for row in processors():
        told = [getattr(row, field) for field in Processor.__dataclass_fields__ if field not in ("cookies", "scripts")]
        assert all(told), row.name
        assert row.clause.startswith("P")

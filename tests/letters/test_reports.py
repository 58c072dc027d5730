"""What the mail provider tells us, in Postmark's documented shapes."""

import base64
import json
from typing import Any

import pytest

from pivotino.letters.models import Sent, Suppression
from tests.cast import Browser, Person

WAY = "/mail/reports/postmark/"
BOUNCE = {
    "RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce", "Tag": "",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "ServerID": 23, "MessageStream": "outbound",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).", "Details": "Test bounce details",
    "Email": "ali@kedai.example", "From": "support@pivotino.example", "BouncedAt": "2026-11-05T16:33:54.9070259Z", "DumpAvailable": True,
    "Inactive": True, "CanActivate": True, "Subject": "Test subject",
}  # fmt: skip
COMPLAINT = {
    **BOUNCE,
    "RecordType": "SpamComplaint",
    "Type": "SpamComplaint",
    "TypeCode": 512,
    "Name": "Spam complaint",
}


def tell(browser: Browser, event: dict[str, Any], secret: str = "mail:secret") -> int:
    sealed = base64.b64encode(secret.encode()).decode()
    answer = browser.post(
        WAY, json.dumps(event), content_type="application/json", headers={"Authorization": f"Basic {sealed}"}
    )
    return int(answer.status_code)


def stops() -> list[tuple[str, str]]:
    return list(Suppression.objects.order_by("scope").values_list("scope", "how"))


@pytest.fixture(autouse=True)
def secret(settings: Any, control: None) -> None:
    settings.MAIL_REPORTS_SECRET = "mail:secret"  # noqa: S105 - of a test


@pytest.mark.promise("A33")
@pytest.mark.parametrize(
    ("event", "scope", "how"), [(BOUNCE, "everything", "bounce"), (COMPLAINT, "complaint", "complaint")]
)
def test_an_event_told_twice_is_one_stop_of_the_right_scope(
    stranger: Browser, event: dict[str, Any], scope: str, how: str
) -> None:
    assert [tell(stranger, event) for _ in range(2)] == [200, 200]

    assert stops() == [(scope, how)]


def test_the_latest_letter_of_that_name_says_that_it_came_back(stranger: Browser) -> None:
    for key, to, subject in (
        ("a", "ali@kedai.example", "Test subject"), ("b", "Ali@kedai.example", "Test subject"),
        ("c", "ali@kedai.example", "Another"), ("d", "siti@kedai.example", "Test subject"),
    ):  # fmt: skip
        Sent.objects.create(key=key, kind="notice", letter="X", to=to, subject=subject, why="X", state="sent")

    assert [tell(stranger, BOUNCE) for _ in range(2)] == [200, 200]

    came_back = Sent.objects.filter(state="came back")
    assert list(came_back.values_list("key", "trouble")) == [("b", "The letter came back (HardBounce).")]


@pytest.mark.parametrize("kind", ["SoftBounce", "Transient", "DnsError", "AutoResponder", "Blocked", "Unknown"])
def test_what_may_pass_stops_nothing(stranger: Browser, kind: str) -> None:
    assert tell(stranger, {**BOUNCE, "Type": kind}) == 200

    assert stops() == []


def test_an_opened_letter_is_no_business_of_ours(stranger: Browser) -> None:
    opened = {
        "RecordType": "Open",
        "Recipient": "ali@kedai.example",
        "MessageID": "883953f4",
        "ReceivedAt": "2026-11-05T16:33:54Z",
    }

    assert tell(stranger, opened) == 200
    assert stops() == []


@pytest.mark.parametrize("wrong", ["mail:wrong", "", "other:secret"])
def test_who_does_not_know_the_secret_tells_us_nothing(stranger: Browser, wrong: str) -> None:
    assert tell(stranger, BOUNCE, wrong) == 400
    assert stops() == []


def test_without_a_secret_there_is_no_such_page(stranger: Browser, settings: Any) -> None:
    settings.MAIL_REPORTS_SECRET = ""

    assert tell(stranger, BOUNCE) == 404


def test_nobody_looks_at_it(stranger: Browser, anna: Person) -> None:
    assert [stranger.get(WAY).status_code, anna.browser.get(WAY).status_code] == [405, 405]

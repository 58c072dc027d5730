"""Campaigns in the console: writing, seeing whom one would reach, letting go; each act is a deed, and addresses are masked."""

from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from pivotino.control.accounts.models import Account
from pivotino.control.marketing.models import Campaign, Picture
from pivotino.control.staff.campaigns import masked
from pivotino.control.staff.models import Deed
from pivotino.jobs.testing import run_all
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress
from tests.cast import Browser, Person
from tests.control.marketing.conftest import make_owners, written
from tests.control.staff.conftest import with_second_step
from tests.letters.bulletins.some import a_picture

WHY = {"why": "The November letter, as agreed.", "ticket": "T-9"}
PAGES = [
    "",
    "letter/",
    "letter/page/",
    "letter/text/",
    "audience/",
    "people/",
    "acts/schedule/",
    "acts/test/",
    "acts/reveal/",
]


@pytest.fixture
def campaign(control: None) -> Campaign:
    return written()


def at(campaign: Campaign, page: str = "") -> str:
    return f"/staff/campaigns/{campaign.pk}/{page}"


def typed(campaign: Campaign, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    campaign.refresh_from_db()
    return {
        "name": "November", "topic": "tips", "subject": "Three tips", "version": campaign.version,
        "block": ["a:heading", "b:text"], "a-words": "New", "b-words": "Drag a **card**.", "press": "", **more,
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_every_page_and_for_others_none_is_there(
    desk: Browser, stranger: Browser, anna: Person, campaign: Campaign, page: str
) -> None:
    assert desk.get(at(campaign, page)).status_code == 200
    assert with_second_step(anna.account).get(at(campaign, page)).status_code == 404
    assert stranger.get(at(campaign, page))["Location"].startswith("/sign-in/")


def test_a_new_campaign_needs_a_name_and_keeps_what_was_typed(desk: Browser, control: None) -> None:
    answer = desk.post("/staff/campaigns/new/", {"name": "", "topic": "newsletter"})
    assert answer.status_code == 422
    assert '<option value="newsletter" selected>' in answer.content.decode()

    answer = desk.post("/staff/campaigns/new/", {"name": "December", "topic": "newsletter"})
    assert answer["Location"].endswith("/letter/")
    assert Campaign.objects.get().by == "Sofia Staff"


def test_every_button_works_without_script_and_loses_nothing(desk: Browser, campaign: Campaign) -> None:
    for press, blocks in [
        ("add:quote", ["heading", "text", "quote"]), ("down:a", ["text", "heading"]), ("up:b", ["text", "heading"]),
        ("up:a", ["heading", "text"]), ("remove:a", ["text"]),
    ]:  # fmt: skip
        answer = desk.post(at(campaign, "letter/"), typed(campaign, press=press))
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "Drag a **card**." in page and 'value="New"' in page
        campaign.refresh_from_db()
        assert [block["kind"] for block in campaign.body] == blocks

    sent = typed(campaign, press="back:", block=["b:text"], gone="a:heading", **{"gone-from": "0"})
    desk.post(at(campaign, "letter/"), sent)
    campaign.refresh_from_db()
    assert [block["words"] for block in campaign.body] == ["New", "Drag a **card**."]


def test_what_is_not_ready_is_said_beside_the_block_and_kept(desk: Browser, campaign: Campaign) -> None:
    sent = typed(
        campaign, block=["a:button", "b:text"], **{"a-words": "Go", "a-href": "http://plain.example", "subject": ""}
    )
    answer = desk.post(at(campaign, "letter/"), sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "http://plain.example” cannot be followed" in page and 'value="http://plain.example"' in page
    campaign.refresh_from_db()
    assert campaign.body[0]["href"] == "http://plain.example" and campaign.subject == "Three tips"


def test_what_is_typed_is_kept_as_one_writes_and_a_picture_gets_its_address(desk: Browser, campaign: Campaign) -> None:
    file = SimpleUploadedFile("a.png", a_picture())
    answer = desk.post(at(campaign, "letter/"), typed(campaign, keep="1", block=["p:picture"], **{"p-file": file}))

    picture = Picture.objects.get()
    assert answer.json() == {
        "pictures": {"p": {"src": f"/pictures/{picture.pk}/", "trouble": ""}}, "version": 2, "kept": True,
    }  # fmt: skip
    assert Browser("reader").get(f"/pictures/{picture.pk}/")["Content-Type"] == "image/png"


def test_two_who_write_at_once_do_not_overwrite_each_other_unseen(desk: Browser, campaign: Campaign) -> None:
    mine, theirs = typed(campaign, **{"b-words": "Mine"}), typed(campaign, **{"b-words": "Theirs"})
    desk.post(at(campaign, "letter/"), theirs)
    answer = desk.post(at(campaign, "letter/"), mine)

    assert answer.status_code == 409 and "Mine" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.body[1]["words"] == "Theirs"


def test_the_frame_shows_the_letter_and_runs_nothing(desk: Browser, campaign: Campaign) -> None:
    answer = desk.get(at(campaign, "letter/page/"))

    assert "New this month" in answer.content.decode() and "Hello Aminah" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "/go/" not in answer.content.decode()


@pytest.mark.promise("P44")
def test_the_audience_is_shown_with_reasons_and_without_addresses(desk: Browser, atap: Any, campaign: Campaign) -> None:
    first, second = make_owners(atap, 2)
    suppress(second.email, Scope.MARKETING, how="link")

    answer = desk.post(at(campaign, "audience/"), {"reach": "subscriber"})
    assert answer.status_code == 302
    run_all()
    page = desk.get(at(campaign, "audience/")).content.decode()

    assert masked(first.email) in page and first.email not in page and second.email not in page
    assert "You get this letter because you registered for Pivotino." in page
    assert "This address stopped letters on this topic" in page
    campaign.refresh_from_db()
    assert campaign.counts["kinds"] == {"subscriber": 1} and sum(campaign.counts["held"].values()) == 1
    assert desk.post(at(campaign, "audience/"), {"reach": "everybody"}).status_code == 422


def test_addresses_are_shown_once_for_a_reason_that_is_kept(desk: Browser, atap: Any, campaign: Campaign) -> None:
    owner = make_owners(atap, 1)[0]
    assert desk.post(at(campaign, "acts/reveal/"), {"why": "so"}).status_code == 422

    answer = desk.post(at(campaign, "acts/reveal/"), WHY)

    assert owner.email in answer.content.decode() and "no-store" in answer["Cache-Control"]
    deed = Deed.objects.get()
    assert (deed.what, deed.why, deed.ticket, deed.facts) == (
        "campaign reveal", WHY["why"], "T-9", {"campaign": str(campaign.pk)},
    )  # fmt: skip


def test_a_campaign_is_tried_scheduled_paused_and_stopped_each_as_a_deed(
    desk: Browser, atap: Any, sofia: Account, campaign: Campaign
) -> None:
    make_owners(atap, 2)
    desk.post(at(campaign, "acts/test/"), {**WHY, "to": sofia.email, "name": "Sofia"})
    run_all()
    assert mail.outbox[0].to == [sofia.email] and "Hello Sofia" in str(mail.outbox[0].body)

    later = {**WHY, "at": "2126-01-01T09:00", "zone": "Asia/Kuala_Lumpur", "per_minute": "600", "own_zone": "on"}
    assert desk.post(at(campaign, "acts/schedule/"), later).status_code == 302
    campaign.refresh_from_db()
    assert campaign.stage == "scheduled" and campaign.send_at is not None and campaign.send_at.hour == 1
    for code in ("pause", "resume", "take-back"):
        assert desk.post(at(campaign, f"acts/{code}/"), WHY).status_code == 302
    assert desk.get(at(campaign, "acts/pause/")).status_code == 404

    now = {**WHY, "at": "", "zone": "UTC", "per_minute": "600"}
    desk.post(at(campaign, "acts/schedule/"), now)
    run_all()
    desk.post(at(campaign, "acts/stop/"), WHY)

    page = desk.get(at(campaign)).content.decode()
    assert "Stopped" in page and "https://docs.example/how/" in page
    assert desk.get(at(campaign, "people/")).status_code == 200
    assert [deed.what for deed in Deed.objects.order_by("number")] == [
        f"campaign {what}" for what in ("test", "schedule", "pause", "resume", "take-back", "schedule", "stop")
    ]
    assert Deed.objects.verify() == 7


@pytest.mark.parametrize("change", [
    {"why": "short"}, {"at": "2020-01-01T09:00"}, {"at": "", "own_zone": "on"}, {"per_minute": "0"}, {"zone": "Mars/Olympus"},
])  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_and_no_deed_is_kept(
    desk: Browser, campaign: Campaign, change: dict[str, str]
) -> None:
    sent = {**WHY, "at": "2126-01-01T09:00", "zone": "UTC", "per_minute": "77", **change}
    answer = desk.post(at(campaign, "acts/schedule/"), sent)

    assert answer.status_code == 422 and 'value="T-9"' in answer.content.decode()
    assert not Deed.objects.exists()


def test_a_letter_that_is_not_ready_is_not_scheduled_and_leaves_no_deed(desk: Browser, control: None) -> None:
    campaign = written(body=[])
    answer = desk.post(at(campaign, "acts/schedule/"), {**WHY, "at": "", "zone": "UTC", "per_minute": "60"})

    assert answer.status_code == 422 and "says nothing yet" in answer.content.decode()
    assert not Deed.objects.exists()

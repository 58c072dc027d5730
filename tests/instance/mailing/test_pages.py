"""Lists and letters in the browser: made, changed, refused with what was typed, sent."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import take_back
from pivotino.instance.mailing.models import Audience, Conditions, Mailing, Picture
from pivotino.instance.mailing.reach import reach_of
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs import testing
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside
from tests.cast import Person
from tests.instance.mailing.offices import Office

TINY = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
    b"\x02\x01D\x00;"
)


def text(answer: Any) -> str:
    """What the page says, without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def names(audience: Audience, person: Person) -> list[str]:
    with inside(person.instance):
        return sorted(audience.contacts(person.member).values_list("name", flat=True))


def test_a_list_is_made_once_people_are_put_on_it_and_taken_off(anna: Person) -> None:
    id = str(uuid7())
    with inside(anna.instance):
        siti = Contact.add("Siti Kedai", by=anna.member, kind="person", email="siti@kedai.example")
    for _ in range(2):
        made = anna.browser.post(anna.url("mailing/lists/new/"), {"id": id, "name": "  Shops  "})
        assert made["Location"] == anna.url(f"mailing/lists/{id}/")

    assert "Siti Kedai, siti@kedai.example" in text(anna.browser.get(anna.url(f"mailing/lists/{id}/?q=siti")))
    anna.browser.post(anna.url(f"mailing/lists/{id}/people/"), {"contact": [str(siti.pk)]})

    page = text(anna.browser.get(anna.url(f"mailing/lists/{id}/")))
    assert "1 person gets it." in page
    with inside(anna.instance):
        audience = Audience.objects.get()
    assert (audience.name, names(audience, anna)) == ("Shops", ["Siti Kedai"])
    anna.browser.post(anna.url(f"mailing/lists/{id}/people/{siti.pk}/removal/"))
    assert names(audience, anna) == []


@pytest.mark.parametrize("sent", [{}, {"contact": "x"}, {"contact": str(uuid7())}])
def test_nobody_ticked_is_said(anna: Person, crowd: Audience, sent: dict[str, str]) -> None:
    answer = anna.browser.post(anna.url(f"mailing/lists/{crowd.pk}/people/"), sent)

    assert answer.status_code == 422 and ("Tick somebody first." in text(answer)) is (not sent)


def test_a_list_is_removed_and_brought_back(anna: Person, crowd: Audience) -> None:
    anna.browser.post(anna.url(f"mailing/lists/{crowd.pk}/removal/"))
    assert "Shops" not in text(anna.browser.get(anna.url("mailing/lists/")))

    with inside(anna.instance):
        take_back(Event.objects.get(verb="audience.removed"), by=anna.member)
    assert "Shops" in text(anna.browser.get(anna.url("mailing/lists/")))


@pytest.fixture
def market(anna: Person, bruno: Person) -> None:
    """Two companies with people; one bought from Bruno, one is being asked."""
    with inside(anna.instance):
        roof = Contact.add("Roof Sdn Bhd", by=anna.member, country="MY", labels=["VIP"], email="office@roof.example")
        farm = Contact.add("Farm Ltd", by=anna.member, country="SG", email="office@farm.example")
        Contact.add("Ravi", by=anna.member, kind="person", company=roof, country="MY", email="ravi@roof.example")
        Contact.add("Tan", by=anna.member, kind="person", company=farm, country="SG", email="tan@farm.example")
        Contact.add("Zul", by=anna.member, kind="person", country="MY")
        won = Opportunity.open("Deck", by=bruno.member, contact=roof, owner=bruno.member)
        won.win(by=bruno.member)
        Opportunity.open("Barn", by=anna.member, contact=farm, owner=anna.member)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["Farm Ltd", "Ravi", "Roof Sdn Bhd", "Tan", "Zul"]),
        ({"kind": "person"}, ["Ravi", "Tan", "Zul"]),
        ({"country": "SG"}, ["Farm Ltd", "Tan"]),
        ({"label": "vip"}, ["Roof Sdn Bhd"]),
        ({"sales": "won"}, ["Ravi", "Roof Sdn Bhd"]),
        ({"sales": "open", "kind": "person"}, ["Tan"]),
        ({"sales": "none"}, ["Zul"]),
        ({"added": "2100-01-01"}, []),
        ({"added": "2020-01-01", "kind": "company"}, ["Farm Ltd", "Roof Sdn Bhd"]),
    ],
)
def test_a_list_by_conditions_means_whoever_fits_all(
    anna: Person, market: None, wanted: dict[str, str], found: list[str]
) -> None:
    with inside(anna.instance):
        audience = Audience.make("Some", by=anna.member, conditions=Conditions(**wanted))
    assert names(audience, anna) == found


def test_it_counts_only_what_its_member_may_see(anna: Person, bruno: Person, carla: Person, market: None) -> None:
    with inside(anna.instance):
        audience = Audience.make("Buyers", by=anna.member, conditions=Conditions(sales="won"))
        counts = [reach_of(audience, person.member).letters for person in (anna, bruno, carla)]
    assert counts == [2, 2, 0]


def test_conditions_are_asked_in_words_and_shown_again(anna: Person, market: None) -> None:
    sent = {
        "id": str(uuid7()),
        "name": "Perak",
        "kind": "person",
        "company": "roof sdn bhd",
        "country": "MY",
        "added": "2026-01-01",
    }
    made = anna.browser.post(anna.url("mailing/lists/new/?of=conditions"), sent)

    page = text(anna.browser.get(made["Location"]))
    assert "People, in Malaysia, at Roof Sdn Bhd, added since 2026-01-01" in page and "1 person gets it." in page
    again = anna.browser.get(f"{made['Location']}edit/").content.decode()
    assert 'value="Roof Sdn Bhd"' in again and 'value="2026-01-01"' in again


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "required"),
        ({"company": "Nobody Ltd"}, "There is no company called Nobody Ltd."),
        ({"kind": "alien"}, "Select a valid choice"),
        ({"sales": "magic"}, "Select a valid choice"),
        ({"country": "ZZ"}, "Select a valid choice"),
        ({"label": "unheard"}, "Select a valid choice"),
        ({"added": "soon"}, "valid date"),
    ],
)
def test_conditions_that_cannot_be_are_explained(anna: Person, wrong: dict[str, str], said: str) -> None:
    sent = {"id": str(uuid7()), "name": "Kept typed", **wrong}
    answer = anna.browser.post(anna.url("mailing/lists/new/?of=conditions"), sent)

    assert answer.status_code == 422 and said in text(answer)
    assert "name" in wrong or "Kept typed" in answer.content.decode()
    with inside(anna.instance):
        assert not Audience.objects.exists()


def typed(crowd: Audience, **more: Any) -> dict[str, Any]:
    return {"version": "1", "subject": "Raya hours", "audience": str(crowd.pk), "block": ["a1:heading", "b2:text"], "a1-words": "Closed",
            "b2-words": "On **Monday**.", **more}  # fmt: skip


def test_a_letter_is_written_looked_at_tested_and_sent(
    anna: Person, sender: Any, crowd: Audience, office: Office
) -> None:
    id = str(uuid7())
    for _ in range(2):
        made = anna.browser.post(anna.url("mailing/letters/"), {"id": id})
    edit = made["Location"]
    assert edit == anna.url(f"mailing/letters/{id}/edit/")
    assert anna.browser.get(edit).status_code == 200

    sent = anna.browser.post(edit, typed(crowd))
    show = anna.url(f"mailing/letters/{id}/")
    assert sent["Location"] == show
    assert "3 people get it." in text(anna.browser.get(show))
    assert "<strong>Monday</strong>" in anna.browser.get(f"{show}preview/").content.decode()

    assert anna.browser.post(f"{show}test/")["Location"] == f"{show}?tested=1"
    assert office.to == [anna.account.email]
    assert "on its way to" in text(anna.browser.get(f"{show}?tested=1"))

    assert anna.browser.post(f"{show}start/", {"per_minute": "600"})["Location"] == show
    testing.run_all()
    assert len(office.to) == 4
    page = text(anna.browser.get(show))
    assert "3 of 3 done" in page
    assert "Raya hours" in text(anna.browser.get(anna.url("mailing/")))
    assert anna.browser.get(edit)["Location"] == show


def test_what_is_typed_is_kept_even_when_it_is_not_ready(anna: Person, letter: Mailing, crowd: Audience) -> None:
    edit = anna.url(f"mailing/letters/{letter.pk}/edit/")

    kept = anna.browser.post(edit, typed(crowd, keep="1", subject="", **{"b2-words": ""}))
    refused = anna.browser.post(edit, typed(crowd, version="2", subject="", **{"b2-words": "[go](javascript:alert)"}))
    added = anna.browser.post(edit, typed(crowd, version="3", press="add:button"))

    assert kept.json() == {"pictures": {}, "version": 2, "kept": True}
    assert refused.status_code == 422 and "required" in text(refused) and "[go](javascript:alert)" in text(refused)
    assert added.status_code == 200 and "Words on the button" in text(added)
    with inside(anna.instance):
        assert [block["kind"] for block in Mailing.objects.get().body] == ["heading", "text", "button"]


def test_two_who_write_at_once_do_not_overwrite_each_other_unseen(
    anna: Person, letter: Mailing, crowd: Audience
) -> None:
    edit = anna.url(f"mailing/letters/{letter.pk}/edit/")
    anna.browser.post(edit, typed(crowd, **{"b2-words": "Theirs"}))

    silent = anna.browser.post(edit, typed(crowd, keep="1", **{"b2-words": "Mine"}))
    answer = anna.browser.post(edit, typed(crowd, **{"b2-words": "Mine"}))
    with inside(anna.instance):
        meanwhile = Mailing.objects.get().body[1]["words"]
    again = anna.browser.post(edit, typed(crowd, version="2", **{"b2-words": "Mine"}))

    assert silent.json() == {"pictures": {}, "version": 0, "kept": False}
    assert (
        answer.status_code == 409 and "Mine" in text(answer) and 'name="version" value="2"' in answer.content.decode()
    )
    assert meanwhile == "Theirs" and again.status_code == 302
    with inside(anna.instance):
        assert Mailing.objects.get().body[1]["words"] == "Mine"


def test_a_card_number_in_a_subject_is_not_kept(anna: Person, letter: Mailing, crowd: Audience) -> None:
    anna.browser.post(
        anna.url(f"mailing/letters/{letter.pk}/edit/"), typed(crowd, keep="1", subject="4111 1111 1111 1111")
    )
    with inside(anna.instance):
        assert Mailing.objects.get().subject == "•••• 1111"


def test_a_picture_is_shown_to_whoever_opens_the_letter(
    anna: Person, letter: Mailing, crowd: Audience, stranger: Any
) -> None:
    picture = SimpleUploadedFile("dot.gif", TINY, "image/gif")
    kept = anna.browser.post(
        anna.url(f"mailing/letters/{letter.pk}/edit/"),
        typed(crowd, keep="1", block=["p3:picture"], **{"p3-file": picture, "p3-alt": "A dot"}),
    ).json()["pictures"]["p3"]

    assert kept["trouble"] == "" and kept["src"].startswith(anna.url("pictures/"))
    shown = stranger.get(kept["src"])
    assert shown["Content-Type"] == "image/png" and shown.content.startswith(b"\x89PNG") and not shown.cookies
    preview = anna.browser.get(anna.url(f"mailing/letters/{letter.pk}/preview/")).content.decode()
    assert f'src="http://testserver{kept["src"]}"' in preview
    with inside(anna.instance):
        assert bytes(Picture.objects.get().data) == shown.content


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"per_minute": "0"}, "greater than"),
        ({"per_minute": "x"}, "whole number"),
        ({"per_minute": "30", "at": "2020-01-01T10:00"}, "That moment has passed."),
        ({"per_minute": "30", "at": "2099-01-01T10:00"}, "more than a year away"),
        ({"per_minute": "30", "at": "tomorrow"}, "valid date"),
    ],
)
def test_a_start_that_cannot_be_is_explained(anna: Person, letter: Mailing, sent: dict[str, str], said: str) -> None:
    answer = anna.browser.post(anna.url(f"mailing/letters/{letter.pk}/start/"), sent)

    assert answer.status_code == 422 and said in text(answer)
    with inside(anna.instance):
        assert Mailing.objects.get().stage == "draft"


def test_it_waits_for_its_hour_by_the_companys_clock(anna: Person, letter: Mailing, office: Office) -> None:
    from zoneinfo import ZoneInfo

    at = (
        (timezone.now() + timedelta(hours=3)).astimezone(ZoneInfo("Asia/Kuala_Lumpur")).replace(second=0, microsecond=0)
    )
    sent = {"per_minute": "30", "at": f"{at:%Y-%m-%dT%H:%M}"}
    anna.browser.post(anna.url(f"mailing/letters/{letter.pk}/start/"), sent)
    testing.run_all()

    with inside(anna.instance):
        letter.refresh_from_db()
        assert (letter.stage, letter.send_at) == ("scheduled", at)
    assert office.to == []
    course = anna.url(f"mailing/letters/{letter.pk}/course/")
    assert anna.browser.post(course, {"do": "stop"}).status_code == 302
    refused = anna.browser.post(course, {"do": "resume"})
    assert refused.status_code == 422 and "cannot be done" in text(refused)
    assert anna.browser.post(course, {"do": "dance"}).status_code == 422


def test_a_draft_is_thrown_away_and_what_went_is_not(anna: Person, letter: Mailing) -> None:
    anna.browser.post(anna.url(f"mailing/letters/{letter.pk}/start/"), {"per_minute": "30"})
    anna.browser.post(anna.url(f"mailing/letters/{letter.pk}/removal/"))
    with inside(anna.instance):
        assert Mailing.objects.count() == 1
        Mailing.objects.update(stage="draft")
    anna.browser.post(anna.url(f"mailing/letters/{letter.pk}/removal/"))
    with inside(anna.instance):
        assert not Mailing.objects.exists()


def test_only_owners_write_in_the_companys_name(
    anna: Person, bruno: Person, rita: Person, stranger: Any, letter: Mailing
) -> None:
    for path in ("", "edit/", "preview/"):
        address = anna.url(f"mailing/letters/{letter.pk}/{path}")
        assert anna.browser.get(address).status_code == 200
        assert bruno.browser.get(address).status_code == 403
        assert rita.browser.get(address).status_code == 404
        assert stranger.get(address).status_code == 302
    for path in ("edit/", "test/", "start/", "course/", "removal/"):
        assert bruno.browser.post(anna.url(f"mailing/letters/{letter.pk}/{path}")).status_code == 403
        assert rita.browser.post(anna.url(f"mailing/letters/{letter.pk}/{path}")).status_code == 404
    with inside(anna.instance):
        assert Mailing.objects.get().stage == "draft"


def test_lists_and_letters_ask_as_often_for_three_as_for_one(anna: Person, letter: Mailing) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    def asked(path: str) -> int:
        with inside(anna.instance), CaptureQueriesContext(connections["instance"]) as seen:
            anna.browser.get(anna.url(path))
            return len(seen)

    asked("mailing/lists/")  # what is remembered for a moment is remembered now
    one = asked(f"mailing/lists/{letter.audience_id}/")
    with inside(anna.instance):
        more = [Contact.add(f"More {n}", by=anna.member, email=f"more{n}@kedai.example") for n in range(5)]
        letter.audience.add(more, by=anna.member)  # type: ignore[union-attr]
    assert asked(f"mailing/lists/{letter.audience_id}/") == one

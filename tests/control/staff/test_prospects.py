"""Prospects in the console: numbers are free, every look at a person and everything done is a deed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pivotino.control.accounts.models import Account
from pivotino.control.prospects import proposing, queries
from pivotino.control.prospects.models import Basis, Gone, Key, Kind, Listing, Origin, Prospect
from pivotino.control.staff.models import Deed
from tests.cast import Browser, Person
from tests.control.prospects.conftest import origin, prospect
from tests.control.prospects.test_lists import LIST, propose
from tests.control.staff.conftest import with_second_step

WHY = {"why": "Planning letters for the fair.", "ticket": "T-5"}
SOURCE = {"kind": "interest-group", "detail": "Roofers of Klang", "url": "https://roofers.example/", "day": "2026-01-20", "basis": "consent",
          "note": "Their form, row 7.", "allowed_by": "", "country": "MY"}  # fmt: skip
PAGES = ["", "looks/", "new/", "lists/new/", "keys/"]


def deeds() -> list[str]:
    return [deed.what for deed in Deed.objects.order_by("number")]


def addressed() -> list[str]:
    """Every page about something, with the id of something that is there."""
    person = prospect(cleared=False)
    listing = propose("email\njon@roofs.example\n")
    key, _ = Key.objects.issue("Fair form", days=30, by="Sofia Staff")
    return [
        f"people/{person.pk}/", f"people/{person.pk}/acts/clear/", f"people/{person.pk}/acts/erase/", f"sources/{person.origin_id}/",
        f"sources/{person.origin_id}/acts/clear/", f"lists/{listing.pk}/", f"lists/{listing.pk}/acts/take-in/", f"keys/{key.pk}/acts/revoke/",
    ]  # fmt: skip


@pytest.mark.promise("P46")
def test_every_page_opens_for_staff_names_nobody_and_is_not_there_for_others(
    desk: Browser, anna: Person, stranger: Browser
) -> None:
    anna.take_seat()
    owner = with_second_step(anna.account)

    for page in PAGES + addressed():
        answer = desk.get(f"/staff/prospects/{page}")
        assert (answer.status_code, b"mei@" in answer.content, b"Mei Tan" in answer.content) == (200, False, False), page  # fmt: skip
        assert owner.get(f"/staff/prospects/{page}").status_code == 404
        assert stranger.get(f"/staff/prospects/{page}")["Location"].startswith("/sign-in/")
    assert deeds() == []


@pytest.mark.promise("P46")
@pytest.mark.promise("P19")
def test_nothing_takes_them_out(desk: Browser, control: None) -> None:
    from pivotino.control.prospects import urls as public
    from pivotino.control.staff import urls as console

    paths = [str(one.pattern) for one in (*public.urlpatterns, *console.urlpatterns) if "prospect" in str(one.pattern)]

    assert len(paths) >= 9
    assert [path for path in paths if any(word in path for word in ("csv", "export", "download", "json", "xlsx"))] == []
    prospect()
    for page in (f"{path}?format=csv" for path in ("/staff/prospects/", "/staff/prospects/looks/")):
        assert desk.get(page)["Content-Type"].startswith("text/html")


@pytest.mark.promise("P46")
@pytest.mark.promise("P17")
def test_without_a_reason_nobody_is_shown(desk: Browser, control: None) -> None:
    person = prospect()

    for path in ("/staff/prospects/looks/", f"/staff/prospects/people/{person.pk}/"):
        answer = desk.post(path, {"why": "because", "ticket": "T-77"})
        assert answer.status_code == 422
        assert 'value="T-77"' in answer.content.decode()
        assert "Mei Tan" not in answer.content.decode()
    assert deeds() == []


@pytest.mark.promise("P46")
@pytest.mark.promise("P17")
def test_a_look_is_a_deed_with_who_why_and_ticket(desk: Browser, control: None) -> None:
    person = prospect()

    found = desk.post("/staff/prospects/looks/", {**WHY, "q": "klang"}).content.decode()
    seen = desk.post(f"/staff/prospects/people/{person.pk}/", WHY).content.decode()

    assert "Mei Tan" in found
    assert "Roofers of Klang, members 2026" in seen
    assert [(deed.by, deed.what, deed.why, deed.ticket) for deed in Deed.objects.order_by("number")] == [
        ("Sofia Staff", "prospects look", WHY["why"], "T-5"), ("Sofia Staff", "prospect seen", WHY["why"], "T-5"),
    ]  # fmt: skip
    assert "mei@" not in str(Deed.objects.values())


@pytest.mark.parametrize(
    ("state", "there"), [("", True), ("waiting", True), ("cleared", False), ("asking", False), ("no-such", None)]
)
def test_looking_by_state(desk: Browser, control: None, state: str, there: bool | None) -> None:
    prospect(cleared=False)

    answer = desk.post("/staff/prospects/looks/", {**WHY, "state": state})

    assert answer.status_code == (422 if there is None else 200)
    assert ("Mei Tan" in answer.content.decode()) is bool(there)


@pytest.mark.promise("P45")
def test_a_list_is_read_shown_and_taken_in_and_each_is_a_deed(desk: Browser, control: None) -> None:
    answer = desk.post("/staff/prospects/lists/new/", {**SOURCE, **WHY, "file": upload(LIST)})
    page = desk.get(answer["Location"]).content.decode()

    assert "2 people would come in" in page
    assert "Birthday" in page
    assert Prospect.objects.count() == 0
    desk.post(f"/staff/prospects/lists/{Listing.objects.get().pk}/acts/take-in/", WHY)

    assert Prospect.objects.waiting().count() == 2
    assert deeds() == ["prospects list brought", "prospects lists take-in"]
    assert Deed.objects.first().facts["people"] == 2  # type: ignore[union-attr]
    assert "Roofers of Klang" in desk.get("/staff/prospects/").content.decode()


@pytest.mark.promise("P45")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"detail": ""}, "This field is required."),
        ({"kind": "public-web"}, "Which officer allowed it?"),
        ({"note": ""}, "how our interest was weighed"),
        ({"day": "2099-01-01"}, "That day is still to come."),
        ({"why": "no"}, "at least 10"),
    ],
)
def test_a_list_without_its_source_is_not_read(desk: Browser, control: None, wrong: dict[str, str], said: str) -> None:
    answer = desk.post("/staff/prospects/lists/new/", {**SOURCE, **WHY, **wrong, "file": upload(LIST)})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="https://roofers.example/"' in answer.content.decode()
    assert (Listing.objects.count(), deeds()) == (0, [])


def test_a_file_that_is_no_list_is_refused_beside_the_field(desk: Browser, control: None) -> None:
    answer = desk.post("/staff/prospects/lists/new/", {**SOURCE, **WHY, "file": upload("name\nMei\n")})

    assert answer.status_code == 422
    assert "No column is called “email”" in answer.content.decode()


def test_one_person_by_hand_is_in_quarantine_and_a_known_one_is_refused(desk: Browser, control: None) -> None:
    form = {**SOURCE, **WHY, "kind": "referral", "detail": "Bruno of Atap Suria", "email": "mei@roofs.example", "name": "Mei Tan"}  # fmt: skip

    assert desk.post("/staff/prospects/new/", form).status_code == 302
    answer = desk.post("/staff/prospects/new/", form)

    assert Prospect.objects.waiting().get().origin.kind == Kind.REFERRAL
    assert (answer.status_code, "Is known already." in answer.content.decode()) == (422, True)
    assert deeds() == ["prospect brought"]


def test_who_recommended_somebody_stands_on_no_page_without_a_reason(desk: Browser, control: None) -> None:
    source = origin(kind=Kind.REFERRAL, detail="Bruno of Atap Suria")
    prospect(source=source)

    assert "Bruno" not in desk.get("/staff/prospects/").content.decode()
    assert desk.get(f"/staff/prospects/sources/{source.pk}/").status_code == 404


@pytest.mark.promise("A36")
def test_clearing_is_a_deed_and_the_law_may_refuse_it(desk: Browser, control: None) -> None:
    mei = prospect(cleared=False)
    jon = prospect("jon@roofs.example", cleared=False, country="DE", source=origin(basis=Basis.INTEREST))

    assert desk.post(f"/staff/prospects/people/{mei.pk}/acts/clear/", WHY).status_code == 302
    answer = desk.post(f"/staff/prospects/people/{jon.pk}/acts/clear/", WHY)

    assert (answer.status_code, "2002/58/EC" in answer.content.decode()) == (409, True)
    assert [one.address for one in queries.audience("tips")] == ["mei@roofs.example"]
    assert Prospect.objects.get(pk=mei.pk).cleared_by == "Sofia Staff"
    assert deeds() == ["prospects people clear", "failed"]


def test_a_source_is_cleared_and_dropped_as_a_whole(desk: Browser, control: None) -> None:
    source, _ = proposing.accept(propose(), by="Sofia Staff")

    desk.post(f"/staff/prospects/sources/{source.pk}/acts/clear/", WHY)
    assert Prospect.objects.cleared().count() == 2

    desk.post(f"/staff/prospects/sources/{source.pk}/acts/drop/", WHY)
    assert (Prospect.objects.count(), Origin.objects.count(), Gone.objects.count()) == (0, 0, 0)
    assert [deed.facts["people"] for deed in Deed.objects.all()] == [2, 2]


def test_a_demo_that_was_given_waits_no_longer(desk: Browser, control: None) -> None:
    from django.utils import timezone

    person = prospect(asked_at=timezone.now())
    assert "Demo is given" in desk.post(f"/staff/prospects/people/{person.pk}/", WHY).content.decode()

    desk.post(f"/staff/prospects/people/{person.pk}/acts/answered/", WHY)

    assert not Prospect.objects.asking().exists()
    assert desk.get(f"/staff/prospects/people/{person.pk}/acts/answered/").status_code == 404


def test_erasing_keeps_a_mark_and_a_deed_without_the_address(desk: Browser, control: None) -> None:
    person = prospect()

    desk.post(f"/staff/prospects/people/{person.pk}/acts/erase/", WHY)

    assert (Prospect.objects.count(), Gone.objects.count(), deeds()) == (0, 1, ["prospects people erase"])


def test_a_key_is_shown_once_and_revoked_with_a_reason(desk: Browser, control: None) -> None:
    page = desk.post("/staff/prospects/keys/", {**WHY, "name": "Fair form", "days": "30"}).content.decode()
    secret = f"pvk_{page.partition('pvk_')[2].partition('<')[0]}"

    assert Key.objects.with_secret(secret) is not None
    assert secret not in desk.get("/staff/prospects/keys/").content.decode()
    desk.post(f"/staff/prospects/keys/{Key.objects.get().pk}/acts/revoke/", WHY)

    assert Key.objects.get().standing == "revoked"
    assert deeds() == ["prospects key issued", "prospects keys revoke"]


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "9999"}, {"name": ""}, {"why": ""}])
def test_a_key_without_an_end_or_a_reason_is_not_issued(desk: Browser, control: None, wrong: dict[str, Any]) -> None:
    answer = desk.post("/staff/prospects/keys/", {**WHY, "name": "Fair form", "days": "30", **wrong})

    assert answer.status_code == 422
    assert (Key.objects.count(), deeds()) == (0, [])


@pytest.mark.parametrize("path", ["people/{}/acts/sell/", "cars/{}/acts/clear/", "people/{}/acts/clear/", "lists/{}/", "sources/{}/", "people/{}/"])  # fmt: skip
def test_what_is_not_there_is_not_there(desk: Browser, sofia: Account, path: str) -> None:
    assert desk.get(f"/staff/prospects/{path.format('0199c0de-0000-7000-8000-000000000000')}").status_code == 404


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("roofers.csv", text.encode(), content_type="text/csv")

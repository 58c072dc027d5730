"""The public page, the front page, the person's own page, and the console."""

import io
from dataclasses import replace
from importlib import import_module

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from pivotino.control.staff.models import Deed
from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.models import Consent, Publication, Wording
from pivotino.control.testimonials.pictures import NoPicture, drawn_anew
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.staff.conftest import with_second_step
from tests.control.testimonials.conftest import FARID, SAID, WORDS, Farid, picture
from tests.control.website.pages import read

FORM = {
    "email": FARID, "text": WORDS, "name": "Farid Osman", "role": "Owner", "company": "Kopi Senja", "language": "en",
    "places": ["customers", "home"], "why": "He said it at the fair in Ipoh", "ticket": "T-9",
}  # fmt: skip
WHY = {"why": "He asked on the phone today", "ticket": "T-9"}


def links(address: str) -> list[str]:
    return [link.get("href") for link in read(address).every("a")]


def test_an_empty_page_is_linked_from_nowhere_and_says_so(control: None) -> None:
    for address in ("/", "/prices/", "/privacy/"):
        assert "/customers/" not in links(address)
    assert "/customers/" not in Browser("anybody").get("/sitemap.xml").content.decode()

    page = read("/customers/")
    assert "Nobody’s words stand here" in page.every("main")[0].text
    assert [meta for meta in page.every("meta") if meta.get("name") == "robots"]


def test_with_one_story_every_public_page_leads_there_and_with_none_no_more(shown: Farid) -> None:
    for address in ("/", "/prices/", "/privacy/"):
        assert "/customers/" in links(address)
    assert "/customers/" in Browser("anybody").get("/sitemap.xml").content.decode()

    shown.presses("withdraw")

    assert "/customers/" not in links("/prices/")


@pytest.mark.promise("P24")
def test_a_story_says_since_when_it_is_agreed_to_and_which_version(shown: Farid) -> None:
    page = read("/customers/").every("main")[0].text

    for said in (WORDS, "Farid Osman", "Owner, Kopi Senja", "Agreed to on", "version 1"):
        assert said in page


@pytest.mark.promise("P24", "A39")
def test_what_does_not_read_as_it_was_agreed_to_is_not_shown(shown: Farid) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER testimonials_wording_stays"
            + (" ON testimonials_wording" if connection.vendor == "postgresql" else "")
        )
        try:
            Wording.objects.update(text="Buy it.")

            assert "Buy it." not in read("/customers/").every("main")[0].text + read("/").every("main")[0].text
        finally:
            _again(cursor)


def _again(cursor: object) -> None:
    """The trigger as the migration makes it."""
    module = import_module("pivotino.control.testimonials.migrations.0002_only_what_was_agreed_to")
    refuse = (
        "FOR EACH ROW EXECUTE FUNCTION testimonial_stays()" if connection.vendor == "postgresql"
        else "BEGIN SELECT RAISE(ABORT, 'what somebody may have agreed to is never changed'); END"
    )  # fmt: skip
    cursor.execute(  # type: ignore[attr-defined]
        f"CREATE TRIGGER testimonials_wording_stays BEFORE UPDATE OF {module.WORDING} ON testimonials_wording {refuse}"
    )


def test_the_front_page_shows_three_at_most_and_only_those_agreed_for_it(control: None, stranger: Browser) -> None:
    for number in range(5):
        places = ("customers",) if number == 4 else ("home", "customers")
        said = replace(SAID, text=f"Words of number {number}.", places=places)
        one = Farid(agreeing.draft(said, email=f"n{number}@kopi.example", picture=None, by="S").testimonial, stranger)
        agreeing.ask(one.testimonial)
        one.says_yes()
        agreeing.publish(one.testimonial, by="S")

    front, all_of_them = read("/").every("main")[0].text, read("/customers/").every("main")[0].text
    assert [number for number in range(5) if f"number {number}." in front] == [1, 2, 3]
    assert [number for number in range(5) if f"number {number}." in all_of_them] == [0, 1, 2, 3, 4]


def test_what_they_wrote_is_no_markup(control: None, stranger: Browser) -> None:
    said = replace(SAID, text="Good <script>alert(1)</script> tool, really.", name="<b>F</b>")
    farid = Farid(agreeing.draft(said, email=FARID, picture=None, by="S").testimonial, stranger)
    agreeing.ask(farid.testimonial)
    assert "<script>alert" not in farid.reads() and "<b>F" not in farid.reads()
    farid.says_yes()
    agreeing.publish(farid.testimonial, by="S")

    page = Browser("anybody").get("/customers/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("token", ["garbled", "a.b", "x" * 200])
def test_a_link_that_is_not_ours_leads_nowhere(control: None, stranger: Browser, token: str) -> None:
    for answer in (stranger.get(f"/testimonials/{token}/"), stranger.post(f"/testimonials/{token}/", {"do": "yes"})):
        assert answer.status_code == 404
        assert "leads nowhere" in answer.content.decode()


def test_a_press_nobody_knows_changes_nothing(asked: Farid) -> None:
    assert asked.presses("dance").status_code == 422
    assert asked.presses("yes").status_code == 409
    assert asked.now().question


def test_a_picture_is_drawn_anew_and_seen_only_while_it_may_be(desk: Browser, stranger: Browser) -> None:
    told = {**FORM, "picture": SimpleUploadedFile("me.png", picture(), "image/png")}
    desk.post("/staff/testimonials/new/", told)
    wording = Wording.objects.get()
    farid = Farid(wording.testimonial, stranger)
    page, asked = f"/customers/pictures/{wording.pk}/", f"{farid.page}pictures/{wording.pk}/"

    assert Image.open(_file(bytes(wording.picture or b""))).size == (320, 320)
    assert [stranger.get(page).status_code, stranger.get(asked).status_code] == [404, 404]
    agreeing.ask(farid.testimonial)
    assert [stranger.get(page).status_code, stranger.get(asked).status_code] == [404, 200]
    farid.says_yes()
    agreeing.publish(farid.testimonial, by="S")
    answer = stranger.get(page)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert page in stranger.get("/customers/").content.decode()
    farid.presses("withdraw")
    assert [stranger.get(page).status_code, stranger.get(asked).status_code] == [404, 404]


def test_they_may_leave_the_picture_out(desk: Browser, stranger: Browser) -> None:
    desk.post("/staff/testimonials/new/", {**FORM, "picture": SimpleUploadedFile("me.png", picture(), "image/png")})
    farid = Farid(Wording.objects.get().testimonial, stranger)
    agreeing.ask(farid.testimonial)
    kept = {key: FORM[key] for key in ("text", "name", "role", "company", "language", "places")}

    farid.presses("edit", digest=farid.question.digest, no_picture="on", **kept)

    newest = Wording.objects.get(number=2)
    assert (newest.picture, newest.picture_mark, newest.consent is not None) == (None, "", True)


@pytest.mark.parametrize(
    "raw", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"0" * 60, picture()[:200]]
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(NoPicture):
        drawn_anew(raw)


def test_what_the_camera_noted_is_gone() -> None:
    noted = Image.Exif()
    noted[0x010E], noted[0x0110] = "at home in Ipoh", "Some phone"
    raw = io.BytesIO()
    Image.new("RGB", (50, 90), (9, 9, 9)).save(raw, "JPEG", exif=noted)
    assert b"Ipoh" in raw.getvalue()

    assert b"Ipoh" not in drawn_anew(raw.getvalue())


# Signed in.


def test_who_is_signed_in_finds_their_words_and_takes_them_back(shown: Farid, anna: Person) -> None:
    wording = agreeing.draft(SAID, email=anna.account.email.upper(), picture=None, by="S")
    own = Farid(wording.testimonial, anna.browser)
    assert "We never asked" in anna.browser.get("/my/testimonials/").content.decode()
    agreeing.ask(own.testimonial)
    own.says_yes()
    agreeing.publish(own.testimonial, by="S")

    page = anna.browser.get("/my/testimonials/").content.decode()
    assert page.count("/testimonials/") >= 1 and own.page in page and shown.page not in page
    own.presses("withdraw")

    assert list(Consent.objects.filter(ended_at=None).values_list("how", flat=True)) == ["link"]
    assert Consent.objects.get(how="signed in").ended_at
    assert "They took it back" in anna.browser.get("/my/testimonials/").content.decode()


def test_a_stranger_has_to_sign_in_for_their_own_page(control: None, stranger: Browser) -> None:
    assert stranger.get("/my/testimonials/")["Location"].startswith("/sign-in/")


# The console.


@pytest.mark.parametrize("page", ["", "new/", "{id}/", "{id}/edit/", "{id}/acts/ask/", "{id}/acts/drop/"])
def test_the_console_is_for_staff(farid: Farid, desk: Browser, anna: Person, stranger: Browser, page: str) -> None:
    address = f"/staff/testimonials/{page.format(id=farid.testimonial.pk)}"

    assert desk.get(address).status_code == 200
    assert with_second_step(anna.account).get(address).status_code == 404
    assert stranger.get(address)["Location"].startswith("/sign-in/")


def test_from_the_first_word_to_the_public_page_each_act_is_a_deed(desk: Browser, stranger: Browser) -> None:
    made = desk.post("/staff/testimonials/new/", FORM)
    page = made["Location"]
    farid = Farid(Wording.objects.get().testimonial, stranger)
    assert "Draft" in desk.get(page).content.decode()

    refused = desk.post(f"{page}acts/publish/", WHY)
    assert refused.status_code == 409 and "Ask first" in refused.content.decode()
    desk.post(f"{page}acts/ask/", WHY)
    run_all()
    farid.says_yes()
    assert "They said yes" in desk.get("/staff/testimonials/").content.decode()
    assert desk.post(f"{page}acts/publish/", WHY).status_code == 302
    assert WORDS in stranger.get("/customers/").content.decode()
    assert desk.post(f"{page}acts/withdraw/", WHY).status_code == 302

    assert WORDS not in stranger.get("/customers/").content.decode()
    deeds = list(Deed.objects.order_by("number").values_list("what", flat=True))
    assert deeds == [f"testimonial {what}" for what in ("draft", "ask", "publish", "withdraw")]
    assert "Farid" not in str(list(Deed.objects.values_list("facts", flat=True)))
    assert Deed.objects.verify() == 4


def test_nothing_is_done_without_a_reason(farid: Farid, desk: Browser) -> None:
    answer = desk.post(f"/staff/testimonials/{farid.testimonial.pk}/acts/ask/", {"why": "so", "ticket": "T-7"})

    assert answer.status_code == 422 and 'value="T-7"' in answer.content.decode()
    assert (Deed.objects.count(), farid.now().question) == (0, None)


def test_a_new_version_by_staff_waits_for_its_own_yes(shown: Farid, desk: Browser) -> None:
    page = f"/staff/testimonials/{shown.testimonial.pk}/"

    assert desk.post(f"{page}edit/", {**FORM, "company": "Kopi Senja Sdn Bhd"}).status_code == 302
    assert "Draft, an older version is shown" in desk.get(page).content.decode()
    assert desk.post(f"{page}acts/publish/", WHY).status_code == 409
    desk.post(f"{page}acts/ask/", WHY)
    shown.says_yes()
    desk.post(f"{page}acts/publish/", WHY)

    assert "Kopi Senja Sdn Bhd" in read("/customers/").every("main")[0].text
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"text": "hm"}, "at least 10"), ({"email": "farid@"}, "valid email"), ({"places": []}, "at least one place")],
)
def test_what_staff_typed_stays(desk: Browser, wrong: dict[str, object], said: str) -> None:
    answer = desk.post("/staff/testimonials/new/", {**FORM, **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode() and "Kopi Senja" in answer.content.decode()
    assert not Wording.objects.exists()


def test_a_file_that_is_no_picture_is_named(desk: Browser) -> None:
    answer = desk.post(
        "/staff/testimonials/new/", {**FORM, "picture": SimpleUploadedFile("a.svg", b"<svg/>", "image/svg+xml")}
    )

    assert answer.status_code == 422 and "no picture we can read" in answer.content.decode()


def test_an_act_nobody_knows_is_not_there(farid: Farid, desk: Browser) -> None:
    assert desk.get(f"/staff/testimonials/{farid.testimonial.pk}/acts/praise/").status_code == 404


def _file(raw: bytes) -> io.BytesIO:
    return io.BytesIO(raw)


@pytest.mark.parametrize("many", [1, 3])
def test_the_lists_ask_the_database_as_often_for_three_as_for_one(desk: Browser, stranger: Browser, many: int) -> None:
    for number in range(many):
        said = replace(SAID, text=f"Words of number {number}.")
        one = Farid(agreeing.draft(said, email=f"n{number}@kopi.example", picture=None, by="S").testimonial, stranger)
        agreeing.ask(one.testimonial)
        one.says_yes()
        agreeing.publish(one.testimonial, by="S")
    desk.get("/staff/testimonials/"), stranger.get("/customers/")

    with CaptureQueriesContext(connection) as public:
        stranger.get("/customers/")
    with CaptureQueriesContext(connection) as console:
        desk.get("/staff/testimonials/")

    assert len([one for one in public if "testimonials_" in one["sql"]]) == 2
    assert len([one for one in console if "testimonials_" in one["sql"]]) == 6

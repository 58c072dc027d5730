"""What a company keeps out of its records: asked about, put out of sight or refused, at every door of its database."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.plans import sheet_of
from pivotino.instance.exchange.uploading import take_in
from pivotino.instance.history.models import Event, SearchDoc
from pivotino.instance.history.recording import CannotUndo, take_back
from pivotino.instance.lifecycle import guarding, lookback
from pivotino.instance.lifecycle.models import Harmless, LookBack, Sighting
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.testing import run_all
from pivotino.kit.sensitive import Pack, Stance
from pivotino.tenancy import inside
from tests.cast import Person
from tests.house import world
from tests.house.test_cards import CARD, everywhere

GROWN, CHILD, YOUNG = "880101-14-5566", "200229-14-0567", "100228-14-0567"
SETTINGS = "settings/sensitive/"
AS_IT_BEGINS = {pack.value: stance.value for pack, stance in guarding.FIRST.items() if pack is not Pack.CARDS}


def decide(who: Person, **chosen: str) -> None:
    with inside(who.instance):
        guarding.decide({Pack(pack): Stance(stance) for pack, stance in chosen.items()}, by=who.member)


def card_of(who: Person) -> Any:
    with inside(who.instance):
        return Opportunity.open("Roof", by=who.member)


def write(who: Person, card: Any, body: str, **more: str) -> Any:
    return who.browser.post(who.url(f"opportunities/{card.pk}/notes/"), {"body": body, **more})


def notes(who: Person) -> list[str]:
    with inside(who.instance):
        return [
            event.data["text"] if "text" in event.data else str(event.data)
            for event in Event.objects.filter(verb="opportunity.noted")
        ]


# --- asking


@pytest.mark.promise("P15", "P54")
def test_an_identity_number_is_kept_after_one_press_more(bruno: Person) -> None:
    card = card_of(bruno)

    asked = write(bruno, card, f"Signed by {GROWN}")

    page = asked.content.decode()
    assert asked.status_code == 422 and "Nothing is saved yet" in page and "Keep it" in page
    assert "number of an identity card (•••• 5566)" in page and GROWN in page, "what was typed is not lost"
    assert notes(bruno) == []
    mark = page.partition('name="keep-anyway" value="')[2].partition('"')[0]
    assert write(bruno, card, f"Signed by {GROWN}", **{"keep-anyway": mark}).status_code == 302
    assert len(notes(bruno)) == 1 and GROWN in notes(bruno)[0]


def test_the_press_is_for_what_was_asked_about_and_nothing_else(bruno: Person) -> None:
    card = card_of(bruno)
    page = write(bruno, card, f"Signed by {GROWN}").content.decode()
    mark = page.partition('name="keep-anyway" value="')[2].partition('"')[0]

    again = write(bruno, card, "Signed by 770707-10-5123", **{"keep-anyway": mark})

    assert again.status_code == 422 and notes(bruno) == []


def test_a_page_with_scripts_asks_without_being_replaced(bruno: Person) -> None:
    card = card_of(bruno)
    path = bruno.url(f"opportunities/{card.pk}/notes/")

    asked = bruno.browser.htmx("post", path, {"body": f"Signed by {GROWN}"})

    assert (asked.status_code, asked["HX-Reswap"], asked.content) == (422, "none", b"")
    assert asked["Pv-Field"] == "body"
    kept = bruno.browser.post(
        path, {"body": f"Signed by {GROWN}"}, headers={"HX-Request": "true", "Pv-Keep": asked["Pv-Keep"]}
    )
    assert kept.status_code == 200 and len(notes(bruno)) == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Pay to GB82 WEST 1234 5698 7654 32", "number of a bank account (•••• 5432)"),
        ("His wife has diabetes", "somebody&#39;s health"),
        (f"Signed by {YOUNG}", "a parent or guardian has to agree"),
    ],
)
@pytest.mark.promise("P15")
def test_what_else_is_asked_about(anna: Person, bruno: Person, typed: str, says: str) -> None:
    decide(anna, bank="warn")
    asked = write(bruno, card_of(bruno), typed)

    assert asked.status_code == 422 and says in asked.content.decode()
    assert notes(bruno) == []


def test_a_new_database_asks_little(bruno: Person) -> None:
    """What offers and orders are made of every day passes unasked."""
    card = card_of(bruno)
    for typed in (
        "Pay to GB82 WEST 1234 5698 7654 32",
        "Maybank 164123456789, account of the clinic",
        "Roof for the cancer hospital",
        "Call +60 12-345 6789",
    ):
        assert write(bruno, card, typed).status_code == 302, typed


# --- refusing and masking


@pytest.mark.promise("P15", "P57")
def test_a_password_is_refused_and_not_repeated(bruno: Person) -> None:
    refused = write(bruno, card_of(bruno), "Their portal: password: hunter22x, user siti")

    page = refused.content.decode()
    assert refused.status_code == 422 and "looks like a password or a key" in page
    assert "hunter22x" not in page and "user siti" in page
    with inside(bruno.instance):
        assert "hunter22x" not in everywhere()


def test_what_is_put_out_of_sight_is_saved_without_it_and_told(anna: Person, bruno: Person) -> None:
    decide(anna, identity="mask")
    card = card_of(bruno)

    assert write(bruno, card, f"Signed by {GROWN}, fine").status_code == 302

    assert "Signed by •••• 5566, fine" in notes(bruno)[0]
    with inside(bruno.instance):
        assert GROWN not in everywhere()
    assert "was put out of sight: numbers of identity cards" in anna.browser.get(anna.url("history/")).content.decode()


@pytest.mark.promise("P15")
def test_the_number_of_a_child_is_refused_and_the_owner_hears_of_it(anna: Person, bruno: Person) -> None:
    decide(anna, identity="off")

    refused = write(bruno, card_of(bruno), f"Pupil {CHILD}")

    assert refused.status_code == 422 and "of a child under 13 (•••• 0567)" in refused.content.decode()
    with inside(bruno.instance):
        assert CHILD not in everywhere()
    told = anna.browser.get(anna.url("history/")).content.decode()
    assert "Bruno Sales" in told and "identity number of a child under 13" in told


@pytest.mark.parametrize("stance", ["off", "warn", "refuse"])
def test_numbers_of_children_may_be_let_in_asked_about_or_refused(anna: Person, stance: str) -> None:
    decide(anna, children=stance, identity="off")

    answer = write(anna, card_of(anna), f"Pupil {CHILD}")

    assert answer.status_code == (302 if stance == "off" else 422)
    assert ("Nothing is saved yet" in answer.content.decode()) is (stance == "warn")


@pytest.mark.promise("P54")
def test_a_file_called_after_a_card_is_refused(anna: Person) -> None:
    sheet = SimpleUploadedFile(f"card {CARD}.csv", b"Opportunity\nRoof\n")

    refused = anna.browser.post(anna.url("import/"), {"file": sheet, "id": str(uuid4())})

    page = refused.content.decode()
    assert refused.status_code == 422 and "looks like a card number (•••• 1111)" in page and CARD not in page
    with inside(anna.instance):
        assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("stance", "problem"),
    [("refuse", "Row 2 holds what looks like the number of an identity card (•••• 5566)"), ("warn", "")],
)
def test_a_file_is_judged_as_strictly(anna: Person, stance: str, problem: str) -> None:
    decide(anna, identity=stance)
    with inside(anna.instance):
        one = take_in(
            SimpleUploadedFile("list.csv", f"Opportunity,Notes\nRoof,{GROWN}\n".encode()), id=uuid4(), by=anna.member
        )

        assert one.problem.startswith(problem) and bool(one.problem) is bool(problem)
        if not problem:
            assert "Row 2 holds what looks like the number of an identity card" in sheet_of(one).doubts()[0]
            page = anna.browser.get(anna.url(f"import/{one.pk}/")).content.decode()
            assert "leave such columns out unless you must" in page


# --- deciding


def test_an_owner_decides_and_takes_it_back(anna: Person, bruno: Person) -> None:
    chosen = {**AS_IT_BEGINS, "identity": "refuse", "health": "off"}

    assert anna.browser.post(anna.url(SETTINGS), chosen).status_code == 302

    card = card_of(bruno)
    assert write(bruno, card, "His wife has diabetes").status_code == 302
    refused = write(bruno, card, f"Signed by {GROWN}")
    assert refused.status_code == 422 and GROWN not in refused.content.decode()
    with inside(anna.instance):
        event = Event.objects.get(verb="sensitive.changed")
        take_back(event, by=anna.member)
        assert guarding.stances() == dict(guarding.FIRST)
        with pytest.raises(CannotUndo):
            take_back(event, by=anna.member)


def test_a_choice_that_is_none_is_refused_and_the_rest_stays_chosen(anna: Person) -> None:
    answer = anna.browser.post(anna.url(SETTINGS), {**AS_IT_BEGINS, "bank": "refuse", "health": "loud"})

    page = answer.content.decode()
    assert answer.status_code == 422 and "Choose one of these." in page
    assert 'name="bank" value="refuse"' in page and "checked" in page.partition('name="bank" value="refuse"')[2][:120]


def test_cards_are_refused_whatever_somebody_chooses(anna: Person) -> None:
    anna.browser.post(anna.url(SETTINGS), {**dict.fromkeys(AS_IT_BEGINS, "off"), "cards": "off"})

    assert write(anna, card_of(anna), f"Pay with {CARD}").status_code == 422


def test_settings_are_for_owners(anna: Person, bruno: Person, rita: Person, stranger: Any) -> None:
    assert bruno.browser.get(bruno.url(SETTINGS)).status_code == 403
    assert bruno.browser.post(bruno.url(SETTINGS), AS_IT_BEGINS).status_code == 403
    assert bruno.browser.post(bruno.url(f"{SETTINGS}look/")).status_code == 403
    assert rita.browser.get(anna.url(SETTINGS)).status_code == 404
    assert "/sign-in/" in stranger.get(anna.url(SETTINGS))["Location"]


# --- what was mistaken


def test_one_press_says_that_it_is_no_card_in_that_field(anna: Person, bruno: Person, rita: Person) -> None:
    card, clock = card_of(bruno), "4123456789012349"
    assert write(bruno, card, f"Their number {clock}").status_code == 422
    page = anna.browser.get(anna.url(SETTINGS)).content.decode()
    assert "Not a card" in page and "•••• 2349" in page and clock not in page
    with inside(anna.instance):
        row = Sighting.objects.get()
    assert bruno.browser.post(bruno.url(f"{SETTINGS}finds/{row.pk}/harmless/")).status_code == 403
    assert rita.browser.post(rita.url(f"{SETTINGS}finds/{row.pk}/harmless/")).status_code == 404

    assert anna.browser.post(anna.url(f"{SETTINGS}finds/{row.pk}/harmless/")).status_code == 302

    assert write(bruno, card, f"Their number {clock}").status_code == 302, "now it is let in"
    other = bruno.browser.post(bruno.url("people/new/"), {"kind": "company", "name": f"Solar {clock}"})
    assert other.status_code == 422, "but in that field only"
    assert write(bruno, card, f"Their number {CARD}").status_code == 422, "and nothing else"
    with inside(anna.instance):
        taught = Harmless.objects.get()
        assert clock not in f"{taught.mark} {taught.shown}"
    assert anna.browser.post(anna.url(f"{SETTINGS}harmless/{taught.pk}/remove/")).status_code == 302
    assert write(bruno, card, f"Their number {clock}").status_code == 422


def test_finds_are_counted_by_door_without_what_they_were(anna: Person, bruno: Person) -> None:
    card = card_of(bruno)
    for _ in range(3):
        write(bruno, card, f"Pay with {CARD}")

    with inside(anna.instance):
        assert [(row.door, row.field, row.pack, row.outcome, row.count) for row in Sighting.objects.all()] == [
            ("pipeline:notes", "body", "cards", "refused", 3)
        ]
        assert CARD not in everywhere() and CARD.replace(" ", "") not in everywhere()
    page = anna.browser.get(anna.url(SETTINGS)).content.decode()
    assert "Cards, body" in page and '<td class="num">3</td>' in page


# --- what was kept before


@pytest.fixture
def kept(anna: Person) -> Any:
    """A record from a time when nothing was looked for."""
    with inside(anna.instance):
        contact = Contact.add(f"Solar {CARD}", by=anna.member)
        card = Opportunity.open("Roof", by=anna.member, contact=contact, notes=f"Boss {GROWN}, card {CARD} cvv 737")
        card.write_note(f"Again {GROWN}", by=anna.member)
        return card


@pytest.mark.promise("P15")
def test_what_was_kept_before_is_found_and_put_out_of_sight(anna: Person, kept: Any) -> None:
    with inside(anna.instance):
        before = everywhere()
        assert CARD in before and GROWN in before
    anna.browser.post(anna.url(f"{SETTINGS}look/"))
    run_all()
    page = anna.browser.get(anna.url(SETTINGS)).content.decode()
    assert "Put all of it out of sight" in page and "Opportunity, notes" in page and "cannot be taken back" in page
    with inside(anna.instance):
        assert LookBack.objects.get().masked == 0 and CARD in everywhere(), "looking changes nothing"

    anna.browser.post(anna.url(f"{SETTINGS}look/"), {"mask": "1"})
    run_all()

    with inside(anna.instance):
        after = everywhere()
        assert CARD not in after and GROWN not in after and "cvv 737" not in after
        assert Opportunity.objects.get(pk=kept.pk).notes == "Boss •••• 5566, card •••• 1111 cvv •••"
        assert not SearchDoc.objects.filter(text__contains="5566").exclude(text__contains="••••").exists()
        assert Event.objects.get(verb="sensitive.tidied").data["count"] == LookBack.objects.all()[0].masked
    again = anna.browser.get(anna.url(SETTINGS)).content.decode()
    assert "put out of sight." in again


def test_a_worker_that_dies_is_followed_by_another(anna: Person, kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with inside(anna.instance):
        one = LookBack.objects.create(by=anna.member, masks=True, packs=["cards", "identity"])
        through, calls = lookback._through, 0

        def dies(*args: Any, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == 5:
                raise ConnectionError("gone")
            return through(*args, **more)

        monkeypatch.setattr(lookback, "_through", dies)
        with pytest.raises(ConnectionError):
            lookback.go_on(one)
        one.refresh_from_db()
        assert one.cursor and not one.finished_at

        lookback.go_on(one)

        assert CARD not in everywhere() and GROWN not in everywhere()
        assert one.finished_at and calls == len(lookback.columns()) + 1


def test_two_presses_are_one_look(anna: Person) -> None:
    for _ in range(2):
        anna.browser.post(anna.url(f"{SETTINGS}look/"))

    with inside(anna.instance):
        assert LookBack.objects.count() == 1


def test_what_is_harmless_stays_when_all_else_goes(anna: Person, bruno: Person) -> None:
    card, clock = card_of(bruno), "4123456789012349"
    write(bruno, card, f"Their number {clock}")
    with inside(anna.instance):
        guarding.teach(Sighting.objects.get(), by=anna.member)
    write(bruno, card, f"Their number {clock}")

    with inside(anna.instance):
        lookback.begin(by=anna.member, masks=True)
        run_all()
        assert clock in everywhere() and LookBack.objects.get().found == {}


def test_every_door_that_changes_something_is_looked_at(anna: Person) -> None:
    """Whatever field, whichever page: what was refused never reaches a view."""
    ids = world.records(anna)
    decide(anna, identity="refuse")
    for path in (
        f"opportunities/{ids['opportunity']}/moves/",
        "mailing/",
        "settings/company/",
        "import/",
        "people/new/",
    ):
        anna.browser.post(
            anna.url(path), {"note": GROWN, "name": GROWN, "subject": GROWN, "k1-words": GROWN, "anything": GROWN}
        )

    with inside(anna.instance):
        assert GROWN not in everywhere()

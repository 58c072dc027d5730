"""Erasing a person: the plan, three days, the steps, the certificate; and that nothing is left of them, now and after a restore."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from pivotino.control.accounts.models import Account, SignIn
from pivotino.control.backups import ourselves
from pivotino.control.billing.models import Paper
from pivotino.control.erasures import bytes_gone, hooks, people, replaying
from pivotino.control.erasures import jobs as erasures
from pivotino.control.erasures.models import Erasure
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.marketing.models import Whereabouts
from pivotino.control.prospects.models import Gone, Prospect
from pivotino.control.prospects.taking_in import STAYS_OUT, refused, take_in
from pivotino.control.prospects.taking_in import Person as Listed
from pivotino.control.rights import jobs
from pivotino.control.rights.models import Demand, Finding
from pivotino.control.staff.models import Deed
from pivotino.control.testimonials.agreeing import draft
from pivotino.control.testimonials.models import Said
from pivotino.jobs.testing import Crash, dies_at, run_all
from pivotino.letters import suppression
from pivotino.letters.kinds import Kind as LetterKind
from pivotino.letters.models import Sent
from pivotino.tenancy import snapshots
from tests.cast import Browser, Person
from tests.control.prospects.conftest import origin
from tests.control.rights.conftest import MEI, demanded, later, letters_to, link_in

pytestmark = pytest.mark.usefixtures("control")
MARKER = "Qwyxomarker"
ADDRESS = f"{MARKER.lower()}@roofs.example"


@pytest.fixture
def known(anna: Person) -> Account:
    """Somebody with the marker wherever we keep words of a person: account, list, testimonial, letters, sign-ins, tickets."""
    account = Account.objects.create_user(
        ADDRESS, "violet canoe drifting tomorrow", name=f"Mei {MARKER}", phone="+60123456789"
    )
    account.open()
    SignIn.objects.create(account=account, outcome=SignIn.Outcome.IN, browser="Firefox", network="203.0.113.0")
    Whereabouts.objects.create(account=account, country="MY", language="en", zone="Asia/Kuala_Lumpur")
    take_in([Listed(address=f"other-{ADDRESS}", name=f"Mei {MARKER}")], origin())
    Prospect.objects.create(address=ADDRESS, name=f"Mei {MARKER}", phone="+60123456789", origin=origin())
    draft(Said(text=f"{MARKER} likes it.", name=f"Mei {MARKER}"), email=ADDRESS, picture=None, by="Sofia Staff")
    open_ticket("support", f"{MARKER} asks", f"I am {MARKER}", email=ADDRESS, name=f"Mei {MARKER}", source="form")
    Prospect.objects.filter(address=f"other-{ADDRESS}").delete()
    run_all()
    return account


def everything_kept(*, raw: bool) -> Iterator[tuple[str, bytes]]:
    """Every byte of ours: the control database row by row, its search and queue tables with it, and every file there is. The
    file of the database itself if `raw`: what was deleted stands there until it is written anew."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            yield table, repr(cursor.fetchall()).encode()
    for path in Path(settings.VAR_DIR).rglob("*"):
        if path.is_file() and (raw or not path.name.startswith("control")):
            yield str(path), path.read_bytes()


def places(*, raw: bool = False) -> list[str]:
    found = [where for where, told in everything_kept(raw=raw) if MARKER.lower().encode() in told.lower()]
    dump = Path(settings.VAR_DIR) / "looked"
    snapshots.take_control(dump)
    found += ["the dump"] if MARKER.lower().encode() in dump.read_bytes().lower() else []
    dump.unlink()
    return found


def confirmed(browser: Browser, address: str = ADDRESS) -> str:
    page = demanded(browser, "erasure", address)
    assert browser.post(f"{page}confirmation/").status_code == 302
    return page


def execute(**by: float) -> None:
    """The three days pass, and everything that follows."""
    with later(hours=73, **by):
        jobs.erase_when_due()
        run_all(raising=False)
    with later(hours=74, **by):
        erasures.pick_up()
        run_all()


@pytest.mark.promise("A49")
@pytest.mark.promise("P32")
def test_no_marker_of_an_erased_person_is_left_anywhere(stranger: Browser, known: Account, caplog: Any) -> None:
    assert {
        "accounts_account",
        "prospects_prospect",
        "testimonials_wording",
        "letters_sent",
        "helpdesk_ticket",
        "helpdesk_message",
    } <= set(places())

    confirmed(stranger)
    execute()

    erasure = Erasure.objects.of_people().get()
    assert erasure.done_at and erasure.sha256
    with later(hours=75):
        bytes_gone.write_by_night()
    with later(hours=76):
        run_all()
    assert places(raw=True) == []
    assert MARKER not in caplog.text
    certificate = stranger.get(f"/certificates/{erasure.pk}/").content.decode()
    assert (
        "A person was erased" in certificate
        and "The account" in certificate
        and MARKER.lower() not in certificate.lower()
    )
    assert stranger.get(f"/certificates/{erasure.pk}.json").json()["signed"]["sha256"] == erasure.sha256


@pytest.mark.promise("P32")
def test_the_plan_counts_what_goes_and_names_the_law_of_what_stays(
    stranger: Browser, anna: Person, bruno: Person
) -> None:
    anna.take_seat(), bruno.take_seat()
    _owner_too(bruno)
    Paper.objects.issue("invoice", instance_id=anna.instance.pk, cause="b1", currency="MYR", total_minor=100,
                        facts={"buyer": {"name": "Atap", "email": anna.account.email}})  # fmt: skip

    page = stranger.get(demanded(stranger, "erasure", anna.account.email)).content.decode()

    for words in (
        "What goes",
        "The account",
        "What stays, and why",
        "Invoices and receipts",
        "Income Tax Act 1967 (Malaysia)",
        "for 7 years",
        "Atap Suria Sdn Bhd",
    ):
        assert words in page
    execute()
    assert Account.objects.filter(pk=anna.account.pk).exists(), "nobody said yes"


def test_papers_stay_by_law_and_stand_on_the_certificate(stranger: Browser, anna: Person, bruno: Person) -> None:
    anna.take_seat(), bruno.take_seat()
    _owner_too(bruno)
    Paper.objects.issue("invoice", instance_id=anna.instance.pk, cause="b1", currency="MYR", total_minor=100,
                        facts={"buyer": {"name": "Atap", "email": anna.account.email}})  # fmt: skip

    confirmed(stranger, anna.account.email)
    execute()

    assert not Account.objects.filter(pk=anna.account.pk).exists()
    assert Paper.objects.count() == 1
    erasure = Erasure.objects.of_people().get()
    assert ["Invoices and receipts", 1] in [[row["what"], row["count"]] for row in erasure.facts["kept"]]


def test_three_days_to_take_it_back(stranger: Browser, known: Account) -> None:
    page = confirmed(stranger)
    assert "Take it back" in stranger.get(page).content.decode()
    with later(hours=71):
        jobs.erase_when_due()
        stranger.post(f"{page}taking-back/")

    execute()

    assert Account.objects.filter(pk=known.pk).exists()
    assert Demand.objects.get().how == Demand.End.TAKEN_BACK
    run_all()
    assert "Nothing is erased" in letters_to(ADDRESS)[-1].subject


def test_what_has_begun_cannot_be_taken_back(stranger: Browser, known: Account) -> None:
    page = confirmed(stranger)
    with later(hours=73):
        jobs.erase_when_due()
        assert stranger.post(f"{page}taking-back/").status_code == 409


def test_the_only_owner_of_a_living_database_is_told_to_hand_over_or_leave(
    stranger: Browser, anna: Person, bruno: Person
) -> None:
    anna.take_seat(), bruno.take_seat()
    page = demanded(stranger, "erasure", anna.account.email)

    assert "You are the only Business Owner of Atap Suria Sdn Bhd" in stranger.get(page).content.decode()
    assert stranger.post(f"{page}confirmation/").status_code == 409


def test_who_became_the_only_owner_meanwhile_is_told_and_stays(stranger: Browser, anna: Person, bruno: Person) -> None:
    anna.take_seat(), bruno.take_seat()
    _owner_too(bruno)
    confirmed(stranger, anna.account.email)
    bruno.account.seats.update(owner=False)

    execute()

    assert Account.objects.filter(pk=anna.account.pk).exists()
    assert Demand.objects.get().how == Demand.End.REFUSED
    assert any("only Business Owner" in one.body for one in letters_to(anna.account.email))


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [step.name for step in people.STEPS])
def test_a_worker_that_dies_at_a_step_is_followed_by_one_that_ends_right(
    stranger: Browser, known: Account, step: str, written: bool
) -> None:
    confirmed(stranger)
    with later(hours=73):
        jobs.erase_when_due()
        with dies_at(step, written=written), suppress(Crash):  # the last one is not reached at the first try
            run_all()

    execute()

    erasure = Erasure.objects.of_people().get()
    assert erasure.done_at and erasure.address == ""
    assert places() == []
    assert len([one for one in letters_to(ADDRESS) if "is erased" in one.subject]) == 1


@pytest.mark.promise("A51")
def test_somebody_who_is_held_stays_whole_until_nobody_holds_them(stranger: Browser, known: Account) -> None:
    held = [True]
    hooks.holds_people(lambda marks: held[0])
    confirmed(stranger)
    execute()
    assert Account.objects.filter(pk=known.pk).exists()
    assert Erasure.objects.of_people().get().held_at is not None

    held[0] = False
    erasures.people_go_on()
    execute()

    assert places() == []


@pytest.mark.promise("A51")
def test_a_held_row_alone_stays_and_goes_when_it_is_let_go(stranger: Browser, known: Account) -> None:
    held = {known.pk}
    hooks.holds_records(lambda label: held if label == "accounts.Account" else ())
    confirmed(stranger)
    execute()
    assert Account.objects.filter(pk=known.pk).exists()
    assert not Prospect.objects.filter(address=ADDRESS).exists()
    assert Erasure.objects.of_people().get().done_at is None

    held.clear()
    erasures.people_go_on()
    execute()

    assert places() == []
    assert Erasure.objects.of_people().get().done_at


@pytest.mark.promise("A49")
def test_the_wish_for_no_marketing_outlives_the_person(stranger: Browser, known: Account) -> None:
    confirmed(stranger)
    execute()

    assert suppression.why_held(LetterKind.MARKETING, ADDRESS)
    assert refused([ADDRESS]) == {ADDRESS: STAYS_OUT}


@pytest.mark.promise("A50")
def test_older_books_put_back_are_cleared_of_whoever_was_erased_since(stranger: Browser, known: Account) -> None:
    from pivotino.control.prospects.forgetting import forget

    Prospect.objects.create(address=MEI, name="Mei Tan", origin=origin())
    forget(MEI)
    confirmed(stranger)
    execute()
    ourselves.write_ledger()
    # The books of before: no erasure is known, and both are in them again.
    Erasure.objects.all().delete()
    Gone.objects.all().delete()
    Account.objects.create_user(ADDRESS, None, name=f"Mei {MARKER}")
    Prospect.objects.create(address=MEI, name="Mei Tan", origin=origin())
    Sent.objects.create(key="old", kind="notice", letter="X", to=ADDRESS, subject=MARKER, why="x", state="sent")

    assert ourselves.read_ledger() == 2
    assert replaying.replay_people() == 2

    assert places() == []
    assert not Prospect.objects.filter(address=MEI).exists()
    assert set(refused([ADDRESS, MEI]).values()) == {STAYS_OUT}
    assert replaying.replay_people() == 0


def test_whoever_came_back_after_an_erasure_the_books_know_stays(stranger: Browser, known: Account) -> None:
    confirmed(stranger)
    execute()
    ourselves.write_ledger()
    Account.objects.create_user(ADDRESS, None, name="Mei again")

    assert ourselves.read_ledger() == 0
    assert replaying.replay_people() == 0
    assert Account.objects.filter(email=ADDRESS).exists()


def test_texts_that_name_them_wait_for_somebody_to_read(stranger: Browser, known: Account) -> None:
    Deed.objects.keep(by="Sofia", account_id=None, what="look", why=f"{ADDRESS} asked on the phone")
    confirmed(stranger)
    with later(hours=73):
        jobs.erase_when_due()

    assert "staff.Deed" in Finding.objects.values_list("model", flat=True)


def test_colleagues_databases_hear_that_somebody_left(stranger: Browser, anna: Person, bruno: Person) -> None:
    anna.take_seat(), bruno.take_seat()
    confirmed(stranger, bruno.account.email)

    execute()

    assert not Account.objects.filter(pk=bruno.account.pk).exists()
    assert any("asks Atap Suria Sdn Bhd about their data" in one.subject for one in letters_to(anna.account.email))


def test_the_last_letter_leads_to_the_certificate_and_leaves_no_address(stranger: Browser, known: Account) -> None:
    confirmed(stranger)
    execute()

    letter = letters_to(ADDRESS)[-1]
    assert "is erased" in letter.subject
    assert stranger.get(link_in(letter, "/certificates/")).status_code == 200
    assert not Sent.objects.filter(to=ADDRESS).exists()


def _owner_too(person: Person) -> None:
    person.account.seats.update(owner=True)

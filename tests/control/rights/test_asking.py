"""Asking: the same answer for every address, a proof by letter, and nobody who can block or steal what is another's."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.erasures.persons import Person as Somebody
from pivotino.control.erasures.persons import found_about
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.rights import asking, clocks, jobs
from pivotino.control.rights.models import Demand, Package
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.letters.kinds import Kind as LetterKind
from pivotino.letters.suppression import why_held
from tests.cast import Browser, Person
from tests.control.exports.conftest import proven
from tests.control.rights.conftest import MEI, ask, demanded, later, letters_to, link_in, proof_page, prove

pytestmark = pytest.mark.usefixtures("control")


@pytest.mark.promise("P32")
def test_the_page_says_the_same_of_an_address_we_know_and_of_one_we_do_not(stranger: Browser, anna: Person) -> None:
    known = ask(stranger, "access", anna.account.email)
    unknown = ask(stranger, "access", "nobody@nowhere.example")

    assert known.content == unknown.content
    run_all()
    assert letters_to(anna.account.email)[0].subject == letters_to("nobody@nowhere.example")[0].subject


def test_a_get_changes_nothing(stranger: Browser) -> None:
    ask(stranger, "access")

    page = stranger.get(proof_page())

    assert "Was it you?" in page.content.decode()
    assert Demand.objects.get().proved_at is None


@pytest.mark.promise("A48")
def test_strangers_who_ask_first_are_not_answered_and_block_nobody(stranger: Browser) -> None:
    for _ in range(3):
        ask(Browser(), "access")
    ask(stranger, "access")
    run_all()

    assert len([one for one in letters_to(MEI) if "/rights/proofs/" in one.body]) == 1
    assert Package.objects.count() == Ticket.objects.count() == 0

    page = prove(stranger)
    run_all()

    assert Demand.objects.filter(proved_at__isnull=False).count() == 1
    assert Demand.objects.unproven().count() == 3
    assert stranger.get(page).status_code == 200
    assert "What we know about you" in letters_to(MEI)[-1].subject


@pytest.mark.promise("A48")
def test_a_flood_in_somebodys_name_fills_neither_their_mailbox_nor_their_page(stranger: Browser) -> None:
    for number in range(40):
        ask(Browser(REMOTE_ADDR=f"198.51.{number}.7"), "access")
    run_all()
    assert len(letters_to(MEI)) == asking.LETTERS_A_DAY

    ask(stranger, "erasure")
    page = stranger.get(proof_page()).content.decode()

    assert page.count("See what you know about me") == asking.SHOWN_OF_A_KIND
    assert "Erase what you know about me" in page
    prove(stranger, kind="erasure")
    assert Demand.objects.get(proved_at__isnull=False).kind == "erasure"


@pytest.mark.promise("A48")
def test_a_letter_that_a_stranger_had_sent_keeps_the_own_one_not_back(stranger: Browser) -> None:
    ask(Browser(REMOTE_ADDR="198.51.100.7"), "access")
    run_all()
    mail.outbox.clear()  # thrown away: it was not I who asked

    ask(stranger, "access")
    ask(stranger, "access")
    run_all()

    assert len(letters_to(MEI)) == 1


@pytest.mark.promise("A48")
@pytest.mark.parametrize(
    "mailbox",
    ["me\u0131@roofs.example", "mei@roof\u017f.example", "mei@roofs.exampl\u0435", "mei+x@roofs.example"],
)
def test_a_mailbox_that_only_looks_the_same_is_told_nothing(stranger: Browser, mailbox: str) -> None:
    """Dotless i, long s, a Cyrillic e: another reader, whom a database that ignores case may take for the same."""
    Account.objects.create_user(MEI, None, name="Mei Tan")
    open_ticket("support", "Roofs", "My secretword", email=MEI, source="form")
    if ask(stranger, "access", mailbox).status_code == 422:
        assert Demand.objects.count() == 0
        return
    said = Somebody.at(Demand.objects.get().email)

    assert said.account_id is None
    assert "secretword" not in repr(found_about(said)) and "Mei Tan" not in repr(found_about(said))


@pytest.mark.promise("A48")
def test_the_same_mailbox_in_other_letters_is_the_same_person(stranger: Browser) -> None:
    ask(stranger, "access", " MEI@Roofs.Example ")

    assert Demand.objects.get().email == MEI
    assert len(asking.asked_of("Mei@ROOFS.example")) == 1


@pytest.mark.promise("A48")
def test_a_machine_that_follows_every_link_of_every_letter_moves_nothing(stranger: Browser) -> None:
    demanded(stranger, "erasure")
    ask(stranger, "access")
    run_all()
    before = list(Demand.objects.order_by("pk").values())

    for letter in letters_to(MEI):
        for path in re.findall(r"https?://[^/\s]+(/rights/\S+)", letter.body):
            stranger.get(path)
            stranger.head(path)

    assert list(Demand.objects.order_by("pk").values()) == before


@pytest.mark.promise("A48")
def test_many_victims_from_one_source_are_too_many_and_the_victim_is_free_elsewhere(stranger: Browser) -> None:
    for number in range(10):
        assert ask(stranger, "access", f"one{number}@roofs.example").status_code == 200

    assert ask(stranger, "access").status_code == 429
    assert Browser(REMOTE_ADDR="203.0.113.9").post("/rights/", {"kind": "access", "email": MEI}).status_code == 200


def test_the_link_of_one_address_opens_no_demand_of_another(stranger: Browser) -> None:
    ask(stranger, "access")
    ask(stranger, "erasure", "rita@zenit.example")
    other = Demand.objects.of("rita@zenit.example").get()

    assert stranger.post(proof_page(), {"demand": str(other.pk)}).status_code == 404
    assert stranger.post(proof_page(), {"demand": "x"}).status_code == 404


def test_what_was_not_me_is_gone_and_what_nobody_proved_is_forgotten(stranger: Browser) -> None:
    ask(stranger, "access")
    stranger.post(proof_page(), {"demand": str(Demand.objects.get().pk), "mine": "no"})
    assert Demand.objects.get().how == Demand.End.DISOWNED
    ask(stranger, "erasure")

    with later(days=3, minutes=1):
        jobs.sweep()

    assert Demand.objects.count() == 0


def test_a_link_is_good_for_three_days(stranger: Browser) -> None:
    ask(stranger, "access")
    link = proof_page()

    with later(days=4):
        assert stranger.get(link).status_code == 404
    for path in (
        "/rights/proofs/x/",
        "/rights/demands/x/",
        "/rights/addresses/x/",
        "/rights/packages/x/",
        "/rights/packages/x/data.json",
    ):
        assert stranger.get(path).status_code == 404
    for path in ("confirmation", "taking-back", "lifting", "correction"):
        assert stranger.post(f"/rights/demands/x/{path}/").status_code == 404


def test_what_is_wrong_is_said_and_stays(stranger: Browser) -> None:
    answer = stranger.post("/rights/", {"kind": "", "email": "mei at roofs"})

    assert answer.status_code == 422
    assert 'value="mei at roofs"' in answer.content.decode()
    assert stranger.get("/rights/").status_code == 200


@pytest.mark.promise("P32")
def test_a_proof_opens_a_ticket_and_starts_the_clock_of_the_shortest_law(stranger: Browser) -> None:
    demanded(stranger, "correction")

    demand, ticket = Demand.objects.get(), Ticket.objects.get()

    assert (ticket.number, ticket.category, ticket.email) == (demand.ticket, "privacy", MEI)
    assert demand.due_at is not None and demand.proved_at is not None and ticket.proved_at is not None
    assert demand.due_at - demand.proved_at == timedelta(days=21)
    assert (clocks.law_for("DE").days, clocks.law_for("BR").days, clocks.law_for("").days) == (21, 15, 21)


def test_the_clock_stands_still_until_the_proof(stranger: Browser) -> None:
    ask(stranger, "correction")
    with later(days=2):
        prove(stranger)

        demand = Demand.objects.get()
        assert demand.due_at is not None and demand.due_at > timezone.now() + timedelta(days=20, hours=23)


def test_those_who_run_this_hear_at_half_the_time_at_four_fifths_and_at_the_end(stranger: Browser) -> None:
    demanded(stranger, "correction")
    told = []
    for days in (10, 11, 12, 17, 21.1):
        with later(days=days):
            jobs.watch_clocks()
            told.append(Alert.objects.filter(kind="rights clock").values_list("says", flat=True).first() or "")

    assert [one.split(":")[-1].split(" %")[0].strip() for one in told] == ["", "50", "50", "80", "100"]


def test_who_is_signed_in_shows_it_again_and_is_proven_at_once(anna: Person) -> None:
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()

    answer = anna.browser.post("/rights/", {"kind": "correction"})

    assert answer.status_code == 302 and "/my/security/again/" in answer["Location"]
    assert Demand.objects.count() == 0
    browser = proven(anna)
    page = browser.post("/rights/", {"kind": "correction"})["Location"]
    assert "/rights/demands/" in page
    assert Demand.objects.get().email == anna.account.email
    assert Ticket.objects.get().proved_at is not None


@pytest.mark.promise("P21")
def test_an_objection_holds_at_once_without_reason_or_proof(stranger: Browser) -> None:
    answer = ask(stranger, "objection")

    assert "It is done" in answer.content.decode()
    assert why_held(LetterKind.MARKETING, MEI)
    with later(days=3650):
        assert why_held(LetterKind.MARKETING, MEI)
    run_all()
    assert "No more news" in letters_to(MEI)[-1].subject


def test_a_correction_reaches_account_and_list(stranger: Browser, anna: Person) -> None:
    page = demanded(stranger, "correction", anna.account.email)

    assert stranger.post(f"{page}correction/", {"name": "", "phone": "12"}).status_code == 422
    stranger.post(f"{page}correction/", {"name": "Nurul Anna binti Ali", "phone": "+60123456780", "email": ""})

    anna.account.refresh_from_db()
    assert (anna.account.name, anna.account.phone) == ("Nurul Anna binti Ali", "+60123456780")
    assert Demand.objects.get().how == Demand.End.DONE


def test_an_address_somebody_signs_in_with_is_not_taken_over(anna: Person, bruno: Person) -> None:
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()
    browser = proven(anna)
    page = browser.post("/rights/", {"kind": "correction"})["Location"]
    browser.post(f"{page}correction/", {"name": "Nurul Anna", "phone": "", "email": bruno.account.email})
    run_all()

    answer = Browser().post(link_in(letters_to(bruno.account.email)[-1], "/rights/addresses/"))

    assert answer.status_code == 409
    anna.account.refresh_from_db()
    assert anna.account.email == "anna@atap-suria.example"

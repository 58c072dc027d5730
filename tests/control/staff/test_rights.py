"""The desk of people's rights: what is due, what goes to a customer, and texts that one of us reads."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.prospects.models import Prospect
from pivotino.control.rights import jobs, restricting
from pivotino.control.rights.models import Demand, Finding
from pivotino.control.staff.models import Deed
from pivotino.jobs.testing import run_all
from pivotino.tenancy import inside, requests
from tests.cast import Browser, Person
from tests.control.prospects.conftest import origin
from tests.control.rights.conftest import MEI, demanded, letters_to

pytestmark = pytest.mark.usefixtures("control")
WHY = {"why": "They wrote it in the ticket.", "ticket": ""}


def ticket(*, proven: bool = True) -> Ticket:
    row = verbs.open_ticket(
        "privacy",
        "My data at Atap Suria",
        "Atap Suria Sdn Bhd writes to me. What do they know?",
        email=MEI,
        name="Mei Tan",
        source="mail",
    )
    return verbs.prove(row) if proven else row


def test_strangers_and_customers_see_nothing(stranger: Browser, anna: Person) -> None:
    for path in ("", "new/", "tickets/T-1001/handing/"):
        assert stranger.get(f"/staff/rights/{path}").status_code == 302
        assert anna.browser.get(f"/staff/rights/{path}").status_code == 404


def test_the_desk_names_nobody_and_links_the_ticket(desk: Browser, stranger: Browser) -> None:
    demanded(stranger, "correction")

    page = desk.get("/staff/rights/").content.decode()

    assert MEI not in page
    assert Demand.objects.get().ticket in page and "Has not said what is right" in page


@pytest.mark.promise("A56")
@pytest.mark.promise("P33")
def test_what_a_customer_decides_reaches_the_customer_with_the_clock_and_the_person_knows_whom_to_expect(
    desk: Browser, anna: Person, bruno: Person
) -> None:
    anna.take_seat(), bruno.take_seat()
    taken: list[requests.Handed] = []
    before = list(requests._takers)
    requests.takes(taken.append)
    row = ticket()

    answer = desk.post(
        f"/staff/rights/tickets/{row.number}/handing/", {"slug": "@atap-suria", "kind": "access", "why": WHY["why"]}
    )
    run_all()
    requests._takers[:] = before

    assert answer.status_code == 302
    demand = Demand.objects.get()
    assert demand.due_at == row.opened_at + timedelta(days=21)
    assert [(one.id, one.email, one.due_at) for one in taken] == [(demand.pk, MEI, demand.due_at)]
    assert any("asks Atap Suria Sdn Bhd about their data" in one.subject for one in letters_to(anna.account.email))
    assert letters_to(bruno.account.email) == []
    told = letters_to(MEI)[-1]
    assert "Atap Suria Sdn Bhd answers what you asked" in told.subject and f"{demand.due_at:%-d %B %Y}" in told.body
    assert Deed.objects.filter(what="right handed over", ticket=row.number).exists()
    desk.post(
        f"/staff/rights/tickets/{row.number}/handing/", {"slug": "atap-suria", "kind": "access", "why": WHY["why"]}
    )
    assert Demand.objects.count() == 1

    with inside(anna.instance):
        requests.answered(demand.pk)
    assert Demand.objects.get().how == Demand.End.DONE


@pytest.mark.promise("A56")
def test_an_address_nobody_proved_is_handed_to_nobody(desk: Browser, anna: Person) -> None:
    anna.take_seat()
    row = ticket(proven=False)

    answer = desk.post(
        f"/staff/rights/tickets/{row.number}/handing/", {"slug": "atap-suria", "kind": "access", "why": WHY["why"]}
    )

    assert answer.status_code == 409
    assert Demand.objects.count() == 0


def test_a_database_that_is_not_there_is_said(desk: Browser) -> None:
    row = ticket()

    answer = desk.post(
        f"/staff/rights/tickets/{row.number}/handing/", {"slug": "nobody", "kind": "access", "why": WHY["why"]}
    )

    assert answer.status_code == 422
    assert "There is no such database." in answer.content.decode() and 'value="nobody"' in answer.content.decode()


def test_a_handed_demand_rings_its_clock_like_any_other(desk: Browser, anna: Person) -> None:
    anna.take_seat()
    row = ticket()
    desk.post(
        f"/staff/rights/tickets/{row.number}/handing/", {"slug": "atap-suria", "kind": "erasure", "why": WHY["why"]}
    )

    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        jobs.watch_clocks()

    assert Demand.objects.get().alarmed == 50


def test_asking_for_somebody_sends_the_letter_and_moves_nothing(desk: Browser) -> None:
    assert desk.post("/staff/rights/new/", {"kind": "access", "email": "x"}).status_code == 422
    desk.post("/staff/rights/new/", {"kind": "access", "email": MEI, **WHY})
    run_all()

    assert "Was it you who asked?" in letters_to(MEI)[-1].subject
    assert Demand.objects.get().proved_at is None


def test_a_refusal_says_why(desk: Browser, stranger: Browser) -> None:
    page = demanded(stranger, "correction")
    demand = Demand.objects.get()

    desk.post(
        f"/staff/rights/{demand.pk}/acts/refuse/", {"why": "It is right as it is: the invoice says so.", "ticket": ""}
    )
    run_all()

    assert "the invoice says so" in letters_to(MEI)[-1].body
    assert "the invoice says so" in stranger.get(page).content.decode()
    assert desk.get(f"/staff/rights/{demand.pk}/acts/refuse/").status_code == 404


def test_nobody_of_us_changes_somebody_who_is_restricted(desk: Browser, stranger: Browser) -> None:
    person = Prospect.objects.create(address=MEI, origin=origin(), country="MY")
    demanded(stranger, "restriction")

    page = desk.post(f"/staff/prospects/people/{person.pk}/", WHY).content.decode()
    answer = desk.post(f"/staff/prospects/people/{person.pk}/acts/clear/", WHY)

    assert "Restricted" in page
    assert answer.status_code == 409
    person.refresh_from_db()
    assert person.cleared_at is None

    desk.post(f"/staff/rights/{Demand.objects.get().pk}/acts/lift/", WHY)
    assert restricting.is_restricted(MEI)
    run_all()
    with time_machine.travel(timezone.now() + restricting.TOLD_BEFORE + timedelta(hours=1), tick=False):
        jobs.lift_when_told()
    assert not restricting.is_restricted(MEI)


def test_a_text_is_read_and_emptied_or_stays_with_a_reason(desk: Browser, stranger: Browser, sofia: Account) -> None:
    row = ticket()
    other = verbs.open_ticket(
        "support", "Hello", f"My friend {MEI} told me of you", email="ali@kedai.example", source="mail"
    )
    demanded(stranger, "erasure")
    demand = Demand.objects.get()
    stranger.post(f"{_page(demand)}confirmation/")
    with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
        jobs.erase_when_due()
    finding = Finding.objects.get()
    assert row.pk != other.pk and MEI in desk.get(f"/staff/rights/texts/{finding.pk}/").content.decode()

    desk.post(f"/staff/rights/texts/{finding.pk}/", {"verdict": "emptied", **WHY})

    assert MEI not in str(list(other.messages.values_list("body", flat=True)))
    assert desk.get(f"/staff/rights/texts/{finding.pk}/").status_code == 404


def _page(demand: Demand) -> str:
    from pivotino.control.rights.links import page_of

    return page_of(demand)


def test_what_was_handed_to_a_customer_who_is_erased_is_over_and_the_person_is_told(
    desk: Browser, anna: Person
) -> None:
    from pivotino.control.rights.leaving import end

    anna.take_seat()
    row = ticket()
    desk.post(
        f"/staff/rights/tickets/{row.number}/handing/", {"slug": "atap-suria", "kind": "erasure", "why": WHY["why"]}
    )

    assert (end(anna.instance), end(anna.instance)) == (1, 0)
    run_all(raising=False)

    assert Demand.objects.get().how == Demand.End.DONE
    assert "everything it kept with us was erased" in letters_to(MEI)[-1].body

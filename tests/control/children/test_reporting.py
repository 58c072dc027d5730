"""A report about a child: put away in the moment it is confirmed, erased after another looked, or back as it was."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.children import jobs, reporting
from pivotino.control.children.models import Report, one_working_day_after
from pivotino.control.erasures.models import Erasure
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.helpdesk.verbs import categorise, open_ticket
from pivotino.control.rights import asking as rights
from pivotino.control.rights.models import Demand, Package
from pivotino.control.rights.models import Kind as RightsKind
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.letters.kinds import Kind
from pivotino.letters.suppression import is_put_away, why_held
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.accounts.test_joining import pass_for
from tests.control.lives import whole_lives  # noqa: F401
from tests.control.matters.conftest import who
from tests.control.newcomer import Newcomer
from tests.control.staff.conftest import desk, sofia, with_second_step  # noqa: F401

CHILD, MOTHER = "small@example.com", "mother@example.com"
WHY = {"why": "The parents wrote to us.", "ticket": ""}


@pytest.fixture
def tom(control: None) -> Account:
    return Account.objects.create_user("tom@pivotino.example", None, name="Tom Staff", is_staff=True)


@pytest.fixture
def child(control: None) -> Account:
    account = Account.objects.create_user(CHILD, "a long enough word 7", name="Small Person")
    account.open()
    return account


@pytest.fixture
def report(control: None) -> Report:
    """Somebody used the form."""
    said = {"says": "My neighbour’s child of nine has an account.", "where": CHILD, "email": "neighbour@example.com"}
    assert Browser().post("/privacy/children/", said).status_code == 302
    return Report.objects.get()


def until_done() -> None:
    for minutes in (1, 12):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            run_all()
            jobs.look_at_the_clock()
            run_all()


def everything() -> str:
    """Every row of our own books, and every mail that was kept."""
    with connection.cursor() as cursor:
        said = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said.append(repr(cursor.fetchall()))
    return "\n".join(said)


def signed_in_as(account: Account) -> Browser:
    browser = Browser()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


@pytest.mark.promise("P16")
@pytest.mark.promise("A42")
def test_a_report_that_is_confirmed_is_put_away_at_once_and_erased_by_another(
    report: Report, child: Account, sofia: Account, tom: Account  # noqa: F811
) -> None:  # fmt: skip
    browser = signed_in_as(child)
    assert browser.get("/my/?all").status_code == 200

    reporting.quarantine(report, CHILD.upper(), by=who(sofia))

    assert browser.get("/my/?all").status_code == 302
    assert why_held(Kind.MARKETING, CHILD) and why_held(Kind.NOTICE, CHILD)
    assert is_put_away(CHILD) and report.quarantined_at
    with pytest.raises(reporting.NotPossible):
        reporting.erase(report, by=who(sofia))
    assert Account.objects.filter(pk=child.pk).exists()
    reporting.erase(report, by=who(tom))
    until_done()
    report.refresh_from_db()
    assert not Account.objects.filter(pk=child.pk).exists()
    assert (report.end, report.address, bool(report.done_at and report.decided_at and report.triaged_at)) == (
        "erased",
        "",
        True,
    )
    receipt = [letter for letter in mail.outbox if letter.to == ["neighbour@example.com"]][-1]
    link = re.search(r"/certificates/[0-9a-f-]+/", str(receipt.body))
    assert link and Browser().get(link[0]).status_code == 200
    assert Erasure.objects.of_people().count() == 1
    assert not is_put_away(CHILD) and why_held(Kind.MARKETING, CHILD) and not why_held(Kind.TRANSACTIONAL, CHILD)
    assert CHILD not in everything().lower() and "(the child’s address)" in everything()


@pytest.mark.promise("A42")
def test_a_parent_reads_what_we_did_and_gets_a_receipt(
    report: Report, child: Account, sofia: Account, tom: Account  # noqa: F811
) -> None:  # fmt: skip
    mail.outbox.clear()
    reporting.quarantine(report, CHILD, guardian="Mother@example.com", by=who(sofia))
    run_all()
    [first] = [letter for letter in mail.outbox if letter.to == [MOTHER]]
    assert report.ticket in first.body
    assert "s•••@example.com" in first.body and CHILD not in first.body

    reporting.erase(report, by=who(tom))
    until_done()

    [_, receipt] = [letter for letter in mail.outbox if letter.to == [MOTHER]]
    assert re.search(r"/certificates/[0-9a-f-]+/", str(receipt.body))
    report.refresh_from_db()
    assert report.guardian == ""


@pytest.mark.promise("A42")
@pytest.mark.promise("P16")
def test_what_is_put_away_is_neither_mailed_nor_opened_nor_handed_out(
    child: Account, report: Report, mei: Newcomer, sofia: Account, tom: Account, atap: Instance  # noqa: F811
) -> None:  # fmt: skip
    mei.typed["email"] = "tiny@example.com"
    mei.register()
    stranger = Browser()
    demand = Demand.ask(RightsKind.ACCESS, CHILD)
    rights.prove(demand)
    run_all()
    package = re.search(r"/rights/packages/[^/\s]+/", " ".join(str(letter.body) for letter in mail.outbox))
    assert package and (stranger.get(mei.link).status_code, stranger.get(package[0]).status_code) == (200, 200)
    link = mei.link
    mail.outbox.clear()

    reporting.quarantine(report, CHILD, by=who(sofia))
    other = reporting.report(open_ticket("child", "Another", "Under 13.", email="aunt@example.com", source="mail"))
    reporting.quarantine(other, "tiny@example.com", by=who(sofia))
    again = Demand.ask(RightsKind.ACCESS, CHILD)
    rights.prove(again)
    stranger.post("/password/", {"email": CHILD})
    run_all()

    assert [letter.to for letter in mail.outbox if letter.to != ["aunt@example.com"]] == []
    for address in (package[0], f"{package[0]}json/", link):
        assert stranger.get(address).status_code == 404, address
    assert stranger.post(link).status_code == 404 and stranger.get(pass_for(CHILD)).status_code == 410
    assert not Package.objects.filter(demand=again).exists()
    reporting.release(report, by=who(tom))
    reporting.release(other, by=who(tom))
    assert (stranger.get(link).status_code, stranger.get(package[0]).status_code) == (200, 200)


def test_two_who_decide_at_once_decide_once(
    report: Report, child: Account, sofia: Account, tom: Account  # noqa: F811
) -> None:  # fmt: skip
    beside = Report.objects.get()
    reporting.quarantine(report, CHILD, by=who(sofia))
    with pytest.raises(reporting.NotPossible):
        reporting.quarantine(beside, "other@example.com", by=who(tom))
    report.refresh_from_db()
    assert report.address == CHILD and not is_put_away("other@example.com")
    beside.refresh_from_db()
    reporting.erase(report, by=who(tom))
    with pytest.raises(reporting.NotPossible):
        reporting.release(beside, by=who(tom))
    assert is_put_away(CHILD)


def test_who_does_not_work_for_us_any_more_decides_nothing(
    report: Report, child: Account, sofia: Account, tom: Account  # noqa: F811
) -> None:  # fmt: skip
    reporting.quarantine(report, CHILD, by=who(sofia))
    Account.objects.filter(pk=tom.pk).update(is_staff=False)

    with pytest.raises(reporting.NotPossible):
        reporting.erase(report, by=who(tom))


def test_two_years_after_it_is_done_nothing_of_a_report_stays(report: Report, sofia: Account) -> None:  # noqa: F811
    reporting.set_aside(report, by=who(sofia))
    for days, there in ((730, True), (733, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            jobs.forget_old()
        assert Report.objects.exists() is there


@pytest.mark.promise("P16")
def test_a_wrong_report_is_taken_back_and_nothing_is_lost(
    report: Report, child: Account, sofia: Account, tom: Account  # noqa: F811
) -> None:  # fmt: skip
    password = child.password
    reporting.quarantine(report, CHILD, by=who(sofia))

    reporting.release(report, by=who(tom))

    child.refresh_from_db()
    assert (child.is_active, child.password) == (True, password)
    assert why_held(Kind.MARKETING, CHILD) == "" == why_held(Kind.NOTICE, CHILD)
    assert signed_in_as(child).get("/my/?all").status_code == 200
    assert (report.end, report.address) == ("released", "")


def test_the_database_itself_knows_that_two_decide(report: Report, child: Account, sofia: Account) -> None:  # noqa: F811
    reporting.quarantine(report, CHILD, by=who(sofia))

    with pytest.raises(IntegrityError):
        Report.objects.filter(pk=report.pk).update(decided_id=sofia.pk)


@pytest.mark.promise("P16")
def test_a_child_in_a_customers_database_goes_to_that_customer(
    report: Report, sofia: Account, atap: Instance, anna: Person, bruno: Person  # noqa: F811
) -> None:  # fmt: skip
    for one in (anna, bruno):
        one.take_seat()
    mail.outbox.clear()

    reporting.pass_on(report, atap, "A boy of nine among the contacts.", by=who(sofia))
    run_all()

    letters = [letter for letter in mail.outbox if "A boy of nine" in letter.body]
    assert [letter.to for letter in letters] == [[anna.account.email]]
    assert (report.end, bool(report.done_at)) == ("passed", True)


def test_nobody_looking_within_a_working_day_is_loud(report: Report, sofia: Account) -> None:  # noqa: F811
    late = Alert.objects.filter(kind="child report", settled_at__isnull=True)
    jobs.look_at_the_clock()
    assert not late.exists()

    with time_machine.travel(report.due_at + timedelta(minutes=1), tick=False):
        jobs.look_at_the_clock()
        assert report.ticket in late.get().says
        reporting.set_aside(report, by=who(sofia))
    assert not late.exists() and report.end == "unfounded"


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-23T01:00", "2026-11-24T01:00"),
        ("2026-11-20T08:00", "2026-11-23T08:00"),  # Friday to Monday
        ("2026-11-20T16:30", "2026-11-23T16:00"),  # still Friday here, Saturday in Kuala Lumpur: until the end of Monday there
        ("2026-11-22T15:59", "2026-11-23T16:00"),  # the last minute of Sunday
        ("2026-11-22T16:01", "2026-11-23T16:01"),  # Monday has begun there
    ],
)  # fmt: skip
def test_a_working_day_leaves_out_weekends(asked: str, due: str) -> None:
    at = datetime.fromisoformat(asked).replace(tzinfo=UTC)

    assert one_working_day_after(at).astimezone(UTC) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_letter_about_a_child_is_a_report_too_once(control: None) -> None:
    ticket = open_ticket("support", "Question", "About my son.", email="mother@example.com", source="mail")
    assert not Report.objects.exists()

    categorise(ticket, "child")
    categorise(Ticket.objects.get(), "support")
    categorise(Ticket.objects.get(), "child")

    assert [one.ticket for one in Report.objects.all()] == [ticket.number]


def test_the_form_keeps_what_was_typed_and_says_what_is_missing(control: None) -> None:
    answer = Browser().post("/privacy/children/", {"says": "I saw it.", "where": "", "email": "no address"})

    assert answer.status_code == 422 and "I saw it." in answer.content.decode()
    assert not Ticket.objects.exists()
    assert (
        Browser().get("/privacy/children/").status_code == 200 == Browser().get("/privacy/children/thanks/").status_code
    )


def test_two_desks_walk_a_report(
    report: Report, child: Account, desk: Browser, tom: Account, anna: Person  # noqa: F811
) -> None:  # fmt: skip
    address = f"/staff/children/{report.pk}/"
    page = desk.get(address).content.decode()
    assert "My neighbour’s child of nine" in page and "It seems true" in page
    assert desk.post(f"{address}acts/quarantine/", {**WHY, "address": "nonsense"}).status_code == 422
    same = desk.post(f"{address}acts/quarantine/", {**WHY, "address": CHILD, "guardian": CHILD.upper()})
    assert same.status_code == 422 and "Nothing reaches this address" in same.content.decode()
    assert desk.post(f"{address}acts/quarantine/", {**WHY, "address": CHILD, "guardian": MOTHER}).status_code == 302
    assert MOTHER in desk.get(address).content.decode()

    alone = desk.post(f"{address}acts/erase/", WHY)

    assert alone.status_code == 409 and "Somebody else has to decide" in alone.content.decode()
    assert with_second_step(tom).post(f"{address}acts/erase/", WHY).status_code == 302
    assert "Being erased" in desk.get("/staff/children/").content.decode()
    assert [anna.browser.get(page).status_code for page in ("/staff/children/", address)] == [404, 404]
    assert Browser().get(address).status_code == 302
    assert desk.post(f"{address}acts/release/", WHY).status_code == 404

"""The console: who may open it, what it shows, and that every deed is kept."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError

from pivotino.control.accounts.models import Account
from pivotino.control.staff.actions import Action, NotPossible, register
from pivotino.control.staff.models import Deed, DeedTampered, Usage
from pivotino.instance.lifecycle.jobs import tell_usage
from pivotino.jobs.models import Ticket
from pivotino.tenancy import inside, usage
from pivotino.tenancy.freezing import Reason, reasons
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.staff.conftest import with_second_step

PAGES = [
    "",
    "customers/",
    "customers/atap-suria/",
    "customers/atap-suria/acts/close/",
    "queues/",
    "deeds/",
    "deeds.csv",
]


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_every_page(desk: Browser, atap: Instance, page: str) -> None:
    assert desk.get(f"/staff/{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_for_everybody_else_the_console_is_not_there(anna: Person, stranger: Browser, page: str) -> None:
    assert with_second_step(anna.account).get(f"/staff/{page}").status_code == 404
    assert stranger.get(f"/staff/{page}")["Location"].startswith("/sign-in/")


def test_a_customer_is_found_by_company_address_or_somebodys_mail(desk: Browser, anna: Person) -> None:
    anna.take_seat()

    for words in ("Atap", "atap-sur", "anna@atap"):
        page = desk.get("/staff/customers/", {"q": words}).content.decode()
        assert "Atap Suria Sdn Bhd" in page
    assert "Nobody like that" in desk.get("/staff/customers/", {"q": "no such words"}).content.decode()


def test_a_customers_page_shows_books_and_people_and_nothing_from_inside(
    desk: Browser, bruno: Person, in_atap: Instance
) -> None:
    bruno.take_seat()
    from pivotino.instance.pipeline.models import Opportunity

    Opportunity.open("Secret of the house", by=bruno.member)

    page = desk.get("/staff/customers/atap-suria/").content.decode()

    assert "bruno@atap-suria.example" in page
    assert "Secret of the house" not in page


def test_nothing_is_done_without_a_reason(desk: Browser, atap: Instance) -> None:
    answer = desk.post("/staff/customers/atap-suria/acts/close/", {"why": "because", "ticket": "T-77"})

    assert answer.status_code == 422
    assert 'value="T-77"' in answer.content.decode()
    assert reasons(atap) == []
    assert Deed.objects.count() == 0


def test_closing_and_opening_again_are_two_deeds_under_ones_own_name(desk: Browser, atap: Instance) -> None:
    desk.post("/staff/customers/atap-suria/acts/close/", {"why": "Their owner asked by phone.", "ticket": "T-77"})
    assert reasons(atap) == [Reason.STAFF]
    assert desk.get("/staff/customers/atap-suria/acts/close/").status_code == 404

    desk.post("/staff/customers/atap-suria/acts/reopen/", {"why": "Their owner is back."})

    assert reasons(atap) == []
    assert [(deed.by, deed.what, deed.ticket) for deed in Deed.objects.about(atap)] == [
        ("Sofia Staff", "reopen", ""),
        ("Sofia Staff", "close", "T-77"),
    ]


def test_what_proves_impossible_is_said_and_kept(desk: Browser, atap: Instance) -> None:
    def refuse(instance: Instance, *, by: str, why: str) -> None:
        raise NotPossible("The last copy is still being made.")

    register(
        Action(code="refuse", label="Refuse", says="Never works.", work=refuse, fits=lambda one: one.pk == atap.pk)
    )

    answer = desk.post("/staff/customers/atap-suria/acts/refuse/", {"why": "To see what happens."})

    assert answer.status_code == 409
    assert "The last copy is still being made." in answer.content.decode()
    assert [deed.what for deed in Deed.objects.about(atap)] == ["failed", "refuse"]


@pytest.mark.parametrize("change", [{"why": "Something else entirely."}, {"by": "Nobody"}, {"what": "reopen"}])
def test_a_changed_deed_is_found_at_its_place(desk: Browser, atap: Instance, change: dict[str, str]) -> None:
    for number in range(3):
        keep(f"Reason number {number}.", atap)

    Deed.objects.filter(number=2).update(**change)

    with pytest.raises(DeedTampered, match="Deed 2 "):
        Deed.objects.verify()
    assert "Deed 2 does not read" in desk.get("/staff/deeds/").content.decode()


def test_a_missing_deed_is_found(atap: Instance) -> None:
    for number in range(3):
        keep(f"Reason number {number}.", atap)

    Deed.objects.filter(number=2).delete()

    with pytest.raises(DeedTampered, match="Deed 2 is missing"):
        Deed.objects.verify()


def test_deeds_outlive_account_and_database(sofia: Account, atap: Instance) -> None:
    Deed.objects.keep(by=sofia.name, account_id=sofia.id, what="close", why="Asked by phone.", instance=atap)

    sofia.delete()

    assert Deed.objects.verify() == 1
    assert Deed.objects.get().by == "Sofia Staff"


def test_the_table_of_deeds_holds_no_formula(desk: Browser, atap: Instance) -> None:
    keep("=HYPERLINK(0) of a bad day", atap)

    assert "'=HYPERLINK" in desk.get("/staff/deeds.csv").content.decode()


def test_a_dead_job_is_put_back_with_a_reason(desk: Browser) -> None:
    from pivotino.jobs import line

    id = line.join(line.Order(path="pivotino.jobs.upkeep.sweep", args=[]))
    Ticket.objects.filter(pk=id).update(dead_at="2026-11-20T00:00Z", sentence="It fell.")

    assert desk.post(f"/staff/queues/{id}/revivals/").status_code == 422
    assert Ticket.objects.dead().count() == 1
    desk.post(f"/staff/queues/{id}/revivals/", {"why": "The disk is whole again."})

    assert Ticket.objects.dead().count() == 0
    assert Deed.objects.get().facts["job"] == "pivotino.jobs.upkeep.sweep"


def test_an_instance_counts_itself_and_numbers_never_fall(in_atap: Instance, desk: Browser) -> None:
    assert tell_usage()["people"] == 3

    usage.report({"people": 2, "contacts": 9})

    assert {row.name: row.value for row in Usage.objects.filter(instance=in_atap)}["people"] == 3
    assert {row.name: row.value for row in Usage.objects.filter(instance=in_atap)}["contacts"] == 9
    with inside(in_atap):
        assert "contacts" in desk.get("/staff/customers/atap-suria/").content.decode()


def test_only_the_server_makes_staff_and_it_is_a_deed(anna: Person) -> None:
    with pytest.raises(CommandError, match="no passkey"):
        call_command("staff", "add", anna.account.email)
    Authenticator.objects.create(user=anna.account, type="webauthn", data={})

    call_command("staff", "add", anna.account.email, why="She helps at the desk.")

    assert Account.objects.get(pk=anna.account.pk).is_staff

    call_command("staff", "remove", anna.account.email)

    assert not Account.objects.get(pk=anna.account.pk).is_staff
    assert [deed.what for deed in Deed.objects.order_by("number")] == ["staff add", "staff remove"]
    with pytest.raises(CommandError):
        call_command("staff", "add", "nobody@nowhere.example")


def keep(why: str, instance: Instance) -> Deed:
    return Deed.objects.keep(by="Sofia Staff", account_id=None, what="close", why=why, instance=instance)


def test_owners_read_what_staff_did_to_theirs_and_nobody_else_does(
    anna: Person, bruno: Person, rita: Person, atap: Instance
) -> None:
    keep("Their owner asked by phone.", atap)
    for person in (anna, bruno, rita):
        person.take_seat()

    assert "Their owner asked by phone." in anna.browser.get("/my/databases/atap-suria/staff/").content.decode()
    assert bruno.browser.get("/my/databases/atap-suria/staff/").status_code == 404
    assert rita.browser.get("/my/databases/atap-suria/staff/").status_code == 404
    assert "Nothing. Should that" in rita.browser.get("/my/databases/zenit/staff/").content.decode()

"""A corrected name or address reaches every place that has it; an address after proof of the new one only."""

from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.accounts import jobs as accounts_jobs
from pivotino.control.accounts.models import Account
from pivotino.control.billing.models import Buyer
from pivotino.control.erasures import persons
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.payments.models import Payer
from pivotino.control.prospects.models import Prospect
from pivotino.control.rights import jobs
from pivotino.control.rights.models import Demand
from pivotino.control.rights.restricting import is_restricted
from pivotino.instance.history.models import Event, Trail
from pivotino.instance.lifecycle import colleagues
from pivotino.instance.lifecycle.colleagues import Invited
from pivotino.instance.members.inviting import Guest
from pivotino.instance.members.models import Invitation, Member, Role
from pivotino.jobs.models import Ticket as Waiting
from pivotino.jobs.testing import run_all
from pivotino.letters import suppression
from pivotino.letters.kinds import Kind as LetterKind
from pivotino.letters.models import Sent
from pivotino.letters.models.suppression import Scope
from pivotino.tenancy import inside
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.exports.conftest import proven
from tests.control.prospects.conftest import origin
from tests.control.rights.conftest import demanded, letters_to, link_in

pytestmark = pytest.mark.usefixtures("control")
NEW = "anna@new.example"


class Heard:
    """A payment provider that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    def call(self, ref: str, *, name: str, email: str) -> None:
        self.told.append((ref, name, email))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Heard:
    heard = Heard()
    settings.PAYMENT_KEY = "sk_test"
    monkeypatch.setattr("pivotino.control.payments.jobs.provider", lambda: heard)
    return heard


def as_inside(instance: Instance, account: Account) -> tuple[str, str]:
    with inside(instance):
        member = Member.objects.get(account_uuid=account.pk)
        return member.name, member.email


def move(person: Person, to: str = NEW, *, browser: Browser | None = None) -> Any:
    """Ask for another address, signed in and shown again who it is, and press the link in the new mailbox."""
    mine = browser or proven(person)
    page = mine.post("/rights/", {"kind": "correction"})["Location"]
    assert mine.post(f"{page}correction/", {"name": person.account.name, "phone": "", "email": to}).status_code == 200
    run_all()
    return Browser().post(link_in(letters_to(to)[-1], "/rights/addresses/"))


@pytest.mark.promise("P32")
def test_a_name_reaches_every_database_the_provider_the_papers_to_come_and_the_tickets(
    stranger: Browser, anna: Person, atap: Instance, zenit: Instance, rita: Person, provider: Heard
) -> None:
    for instance in (atap, zenit):
        anna.account.seats.get_or_create(instance=instance)
    with inside(zenit):
        Member.objects.create(name="Ana", email=anna.account.email, account_uuid=anna.account.pk)
    Buyer.objects.create(
        instance=atap, name="Atap", attention=anna.account.name, email="books@atap.example", country="MY"
    )
    Payer.objects.create(instance=atap, account=anna.account, customer_ref="cus_1")
    ticket = open_ticket("support", "Hello", "Hello", email=anna.account.email, name=anna.account.name, source="form")

    page = demanded(stranger, "correction", anna.account.email)
    stranger.post(f"{page}correction/", {"name": "Nurul Ana", "phone": ""})
    run_all()

    assert [as_inside(one, anna.account)[0] for one in (atap, zenit)] == ["Nurul Ana", "Nurul Ana"]
    assert Buyer.objects.get(instance=atap).attention == "Nurul Ana"
    assert Ticket.objects.get(pk=ticket.pk).name == "Nurul Ana"
    assert provider.told == [("cus_1", atap.name, anna.account.email)]
    for instance in (atap, zenit):
        with inside(instance):
            assert Event.objects.filter(verb="member.corrected").count() == 1
            assert Trail.objects.filter(what="member.corrected").count() == 1
            assert "Nurul" not in repr(Event.objects.get(verb="member.corrected").data)


def test_the_same_told_twice_changes_nothing_and_no_name_waits_in_line(anna: Person, atap: Instance) -> None:
    anna.account.seats.get_or_create(instance=atap)
    anna.browser.post("/my/account/", {"name": "Nurul Ana"})

    assert (
        "Nurul" not in repr(list(Waiting.objects.values()))
        and Waiting.objects.filter(key__startswith="called:").exists()
    )
    run_all()
    accounts_jobs.tell_database.func(str(anna.account.pk), str(atap.pk), ["name"], "")

    assert as_inside(atap, anna.account)[0] == "Nurul Ana"
    with inside(atap):
        assert Event.objects.filter(verb="member.corrected").count() == 1


def test_a_database_that_may_only_be_read_hears_of_it_later(anna: Person, atap: Instance) -> None:
    anna.account.seats.get_or_create(instance=atap)
    Instance.objects.filter(pk=atap.pk).update(frozen_at=timezone.now())
    anna.browser.post("/my/account/", {"name": "Nurul Ana"})
    run_all()
    assert as_inside(atap, anna.account)[0] != "Nurul Ana"

    Instance.objects.filter(pk=atap.pk).update(frozen_at=None)
    Waiting.objects.filter(key__startswith="called:").update(due_at=timezone.now())
    run_all()
    assert as_inside(atap, anna.account)[0] == "Nurul Ana"


@pytest.mark.promise("P32")
def test_an_address_counts_after_its_own_letter_and_then_everywhere(
    anna: Person, atap: Instance, provider: Heard
) -> None:
    before = anna.account.email
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()
    anna.account.seats.get_or_create(instance=atap)
    Payer.objects.create(instance=atap, account=anna.account, customer_ref="cus_1")
    Buyer.objects.create(instance=atap, name="Atap", email=before, country="MY")
    Prospect.objects.create(address=before, name="Anna", origin=origin())
    suppression.suppress(before, Scope.MARKETING, how="objection")
    mine = proven(anna)
    page = mine.post("/rights/", {"kind": "correction"})["Location"]
    mine.post(f"{page}correction/", {"name": anna.account.name, "phone": "", "email": NEW})
    run_all()
    assert as_inside(atap, anna.account)[1] == before
    link = link_in(letters_to(NEW)[-1], "/rights/addresses/")
    assert Browser().get(link).status_code == 200
    anna.account.refresh_from_db()
    assert anna.account.email == before

    assert Browser().post(link).status_code == 200
    run_all()
    jobs.sweep()

    anna.account.refresh_from_db()
    assert anna.account.email == NEW
    assert as_inside(atap, anna.account)[1] == NEW
    assert Buyer.objects.get(instance=atap).email == NEW
    assert provider.told[-1][2] == NEW
    assert Prospect.objects.get().address == NEW
    assert suppression.why_held(LetterKind.MARKETING, NEW)
    assert "last one" in letters_to(before)[-1].body
    assert not Sent.objects.filter(to__iexact=before).exists()
    assert before not in persons.addresses()
    assert Browser().post(link).status_code == 404


def test_a_letter_that_was_forwarded_moves_no_account(stranger: Browser, anna: Person, bruno: Person) -> None:
    page = demanded(stranger, "correction", anna.account.email)

    for browser in (stranger, bruno.browser):
        assert 'name="email"' not in browser.get(page).content.decode()
        browser.post(f"{page}correction/", {"name": "Nurul Ana", "phone": "", "email": "thief@elsewhere.example"})
        run_all()

    assert not letters_to("thief@elsewhere.example")
    anna.account.refresh_from_db()
    assert anna.account.email != "thief@elsewhere.example"


def test_whoever_is_signed_in_shows_again_who_they_are_before_an_address_is_asked_for(anna: Person) -> None:
    page = demanded(Browser(), "correction", anna.account.email)
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()

    answer = anna.browser.post(f"{page}correction/", {"name": "Nurul Ana", "phone": "", "email": NEW})

    assert answer.status_code == 302 and "/my/security/again/" in answer["Location"]
    run_all()
    assert not letters_to(NEW)


def test_an_open_invitation_follows_to_the_new_address(anna: Person, rita: Person, zenit: Instance) -> None:
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()
    guest = Guest(email=anna.account.email, name="Anna", verdict="new")
    with inside(zenit):
        colleagues.invite([Invited(guest, Role.USER)], by=rita.member)
    run_all()
    token = link_in(letters_to(anna.account.email)[-1], "/@zenit/invitations/")

    assert move(anna).status_code == 200
    run_all()

    with inside(zenit):
        assert Invitation.objects.get().email == NEW
    assert proven(anna).post(f"{token}accept/").status_code == 302
    assert as_inside(zenit, anna.account)[1] == NEW


def test_who_waited_at_the_new_address_was_the_same_person(anna: Person, atap: Instance) -> None:
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()
    anna.account.seats.get_or_create(instance=atap)
    with inside(atap):
        guest = Guest(email=NEW, name="Anna at home", verdict="new")
        colleagues.invite([Invited(guest, Role.USER)], by=anna.member)
    run_all()

    move(anna)
    run_all()

    assert as_inside(atap, anna.account)[1] == NEW
    with inside(atap):
        assert Invitation.objects.get().state == "withdrawn"
        assert Member.objects.filter(email=NEW).count() == 1


def test_a_demand_that_goes_on_and_a_restriction_follow(anna: Person) -> None:
    before = anna.account.email
    anna.account.set_password("violet canoe drifting tomorrow")
    anna.account.save()
    demanded(Browser(), "restriction", before)
    demanded(Browser(), "erasure", before)

    move(anna)

    assert is_restricted(NEW) and not is_restricted(before)
    assert Demand.objects.of(NEW).going().filter(kind="erasure").exists()


def test_every_room_that_names_addresses_can_correct_them() -> None:
    assert [
        one.what for one in persons.rooms() if hasattr(one.room, "addresses") and not hasattr(one.room, "correct")
    ] == ["The account"]

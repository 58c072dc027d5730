"""What is held survives everything, nothing else does, and a release does by itself what was put off."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import storages
from django.db import IntegrityError
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.erasures import erasing, hooks
from pivotino.control.erasures.models import Erasure
from pivotino.control.matters import holding
from pivotino.control.matters.models import HeldRecord, Hold, Matter
from pivotino.control.matters.people import GoneOn, NeedsAnother, NotPossible
from pivotino.instance.contacts.models import Contact
from pivotino.instance.pipeline import bulk
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy import atomic, held, inside, provision, remains
from pivotino.tenancy.erasing import Piece
from pivotino.tenancy.erasing import erase as erase_pieces
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.control.matters.conftest import a_matter, who

MARKER, OTHER = "Heldmarker", "Freemarker"
CONTACT = "contacts.Contact"


@pytest.fixture
def contacts(atap: Instance, anna: Person) -> tuple[Contact, Contact]:
    """Two contacts of Atap Suria; the first will be held, with an opportunity of its own."""
    anna.take_seat()
    with inside(atap), atomic():
        one = Contact.objects.create(name=MARKER, folded=MARKER.lower(), email="held@example.com")
        other = Contact.objects.create(name=OTHER, folded=OTHER.lower(), email="free@example.com")
    return one, other


def hold(matter: Matter, first: Account, second: Account, **what: object) -> Hold:
    made = holding.ask(matter, by=who(first), **what)  # type: ignore[arg-type]
    holding.begin(made, by=who(second))
    return made


def release(one: Hold, first: Account, second: Account) -> None:
    one.refresh_from_db()
    holding.let_go(one, by=who(first))
    one.refresh_from_db()
    holding.release(one, by=who(second))


def end(instance: Instance) -> Erasure:
    """The database is erased as after the last day of a customer who left."""
    erasure = erasing.begin(instance, Erasure.Cause.LEFT)
    from pivotino.control.erasures.jobs import put_in_line

    put_in_line(erasure)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        run_all()
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        run_all()
    erasure.refresh_from_db()
    return erasure


def vault() -> list[HeldRecord]:
    return list(HeldRecord.objects.filter(sealed_at__isnull=False, emptied_at__isnull=True))


def test_one_person_alone_holds_nothing(
    matter: Matter, sofia: Account, atap: Instance, contacts: tuple[Contact, Contact]
) -> None:
    made = holding.ask(matter, by=who(sofia), instance=atap, records=[(CONTACT, contacts[0].pk)])

    with pytest.raises(NeedsAnother):
        holding.begin(made, by=who(sofia))

    with inside(atap):
        assert held.held_ids(CONTACT) == set()


def test_the_database_itself_knows_that_it_takes_two(matter: Matter, sofia: Account, atap: Instance) -> None:
    made = holding.ask(matter, by=who(sofia), instance=atap)

    with pytest.raises(IntegrityError):
        Hold.objects.filter(pk=made.pk).update(begun_id=sofia.pk, begun_at=timezone.now())


def test_two_hold_and_only_two_release(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, zenit: Instance, contacts: tuple[Contact, Contact]
) -> None:
    made = hold(matter, sofia, tom, instance=atap, records=[("contacts.contact", contacts[0].pk)])

    with inside(atap):
        assert held.held_ids(CONTACT) == {contacts[0].pk}
        assert held.is_held(CONTACT, contacts[0].pk) and not held.is_held(CONTACT, contacts[1].pk)
    with inside(zenit):
        assert held.held_ids(CONTACT) == set()
    made.refresh_from_db()
    with pytest.raises(NotPossible):
        holding.release(made, by=who(tom))
    holding.let_go(made, by=who(tom))
    made.refresh_from_db()
    with pytest.raises(NeedsAnother):
        holding.release(made, by=who(tom))
    with inside(atap):
        assert held.held_ids(CONTACT) == {contacts[0].pk}
    holding.release(made, by=who(sofia))
    with inside(atap):
        assert held.held_ids(CONTACT) == set()


@pytest.mark.promise("A51")
def test_two_who_press_at_once_do_it_once(matter: Matter, sofia: Account, tom: Account, atap: Instance) -> None:
    made = holding.ask(matter, by=who(sofia), instance=atap)
    third = Account.objects.create_user("uma@pivotino.example", None, name="Uma Staff", is_staff=True)
    holding.begin(made, by=who(tom))
    with pytest.raises(GoneOn):
        holding.begin(made, by=who(third))
    holding.let_go(made, by=who(tom))
    with pytest.raises(GoneOn):
        holding.let_go(made, by=who(third))
    seen, beside = Hold.objects.get(), Hold.objects.get()
    holding.release(seen, by=who(sofia))
    with pytest.raises(GoneOn):
        holding.release(beside, by=who(third))
    made.refresh_from_db()
    assert (made.begun_by, made.letting_go_by, made.released_by) == ("Tom Staff", "Tom Staff", "Sofia Staff")
    with pytest.raises(GoneOn):
        holding.begin(made, by=who(third))


@pytest.mark.promise("A51")
def test_a_release_needs_two_who_work_for_us_now(matter: Matter, sofia: Account, tom: Account, atap: Instance) -> None:
    made = hold(matter, sofia, tom, instance=atap)
    third = Account.objects.create_user("uma@pivotino.example", None, name="Uma Staff", is_staff=True)
    holding.let_go(made, by=who(tom))
    Account.objects.filter(pk=tom.pk).update(is_active=False)
    made.refresh_from_db()

    with pytest.raises(NeedsAnother, match="does not work for us any more"):
        holding.release(made, by=who(sofia))
    holding.keep_on(made)
    holding.let_go(made, by=who(third))
    made.refresh_from_db()
    holding.release(made, by=who(sofia))

    assert not holding.is_instance_held(atap)


def test_one_that_was_taken_back_before_anybody_confirmed_it_never_begins(
    matter: Matter, sofia: Account, tom: Account, atap: Instance
) -> None:
    made = holding.ask(matter, by=who(sofia), instance=atap)
    holding.let_go(made, by=who(sofia))

    with pytest.raises(GoneOn):
        holding.begin(made, by=who(tom))

    assert not holding.is_instance_held(atap)


def test_a_sort_of_record_that_is_not_there_is_refused(matter: Matter, sofia: Account, atap: Instance) -> None:
    for wrong in ("contacts.Nothing", "nonsense"):
        with pytest.raises(holding.Unknown):
            holding.ask(matter, by=who(sofia), instance=atap, records=[(wrong, uuid7())])
    with pytest.raises(holding.Unknown):
        holding.ask(matter, by=who(sofia), records=[(CONTACT, uuid7())])


@pytest.mark.promise("A51")
def test_an_erasure_takes_a_held_record_out_of_sight_and_keeps_it_sealed(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, anna: Person, contacts: tuple[Contact, Contact]
) -> None:
    made = hold(matter, sofia, tom, instance=atap, records=[(CONTACT, contacts[0].pk)])

    with inside(atap):
        erase_pieces([Piece(CONTACT, one.pk) for one in contacts])
        assert not Contact.objects.filter(pk__in=[one.pk for one in contacts]).exists()

    [kept] = vault()
    assert (kept.kind, kept.record_id) == (CONTACT, contacts[0].pk)
    assert MARKER in holding.opened(kept).decode() and OTHER not in holding.opened(kept).decode()
    assert MARKER.encode() not in kept.path.read_bytes()
    kept.path.unlink()  # the machine is lost; what lies beside the backups is not
    assert MARKER in holding.opened(kept).decode()
    release(made, sofia, tom)
    run_all()
    assert vault() == [] and not kept.path.exists()
    assert not storages["backups"].exists(f"ours/vault/{kept.path.name}")
    kept.refresh_from_db()
    assert kept.key == ""
    certificate = Erasure.objects.get(cause=Erasure.Cause.RELEASED)
    page = Browser().get(f"/certificates/{certificate.pk}/")
    assert page.status_code == 200 and "Records that were kept for a matter" in page.content.decode()


def test_what_hangs_on_a_held_record_is_kept_with_it(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, anna: Person
) -> None:
    with inside(atap):
        card = Opportunity.open(f"Roof of {MARKER}", by=anna.member, notes="Call them")
    hold(matter, sofia, tom, instance=atap, records=[("pipeline.Opportunity", card.pk)])

    with inside(atap), atomic():
        assert held.put_aside("pipeline.Opportunity", [card.pk]) == 1

    [kept] = vault()
    said = holding.opened(kept).decode()
    assert "pipeline.Stay" in said and "history.Event" in said and said.count("\n") == kept.lines


def test_an_erasure_that_comes_twice_keeps_it_once(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contacts: tuple[Contact, Contact]
) -> None:
    hold(matter, sofia, tom, instance=atap, records=[(CONTACT, contacts[0].pk)])
    with inside(atap):
        for _ in range(2):
            with atomic():
                held.put_aside(CONTACT, [contacts[0].pk])

    assert len(vault()) == 1 and len(list(vault()[0].path.parent.iterdir())) == 1


@pytest.mark.promise("A51")
def test_taking_back_an_import_keeps_what_is_held_of_it_sealed(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, anna: Person
) -> None:
    brought = uuid7()
    with inside(atap):
        sale = Opportunity.open(f"Roof for {MARKER}", by=anna.member)
        Opportunity.objects.filter(pk=sale.pk).update(import_id=brought)
    hold(matter, sofia, tom, instance=atap, records=[("pipeline.Opportunity", sale.pk)])

    with inside(atap):
        assert bulk.remove_imported(brought, by=anna.member) == 1
        held.put_aside("pipeline.Opportunity", [sale.pk])  # once more, when nothing of it is left

    [kept] = vault()
    assert MARKER in holding.opened(kept).decode()


@pytest.mark.promise("P35")
@pytest.mark.promise("A51")
def test_at_the_end_only_the_held_record_remains_and_goes_when_it_is_released(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contacts: tuple[Contact, Contact], settings: object
) -> None:
    made = hold(matter, sofia, tom, instance=atap, records=[(CONTACT, contacts[0].pk)])

    erasure = end(atap)

    assert erasure.done_at and erasure.sha256 and remains.everywhere(atap.pk) == []
    [kept] = vault()
    assert MARKER in holding.opened(kept).decode() and OTHER not in holding.opened(kept).decode()
    release(made, sofia, tom)
    run_all()
    assert vault() == [] and not kept.path.exists()
    assert Erasure.objects.filter(cause=Erasure.Cause.RELEASED, instance_id=atap.pk).exclude(sha256="").count() == 1


@pytest.mark.promise("A51")
def test_a_database_that_is_held_as_a_whole_waits_hidden_and_goes_by_itself(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, anna: Person, contacts: tuple[Contact, Contact]
) -> None:
    made = hold(matter, sofia, tom, instance=atap)
    with inside(atap):
        assert held.is_held(CONTACT, contacts[1].pk)

    erasure = end(atap)

    assert erasure.held_at and not erasure.done_at and provision.exists(atap.place)
    assert anna.browser.get(anna.url("people/")).status_code == 404
    release(made, sofia, tom)
    for minutes in (6, 8):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            run_all()
    erasure.refresh_from_db()
    assert erasure.done_at and remains.everywhere(atap.pk) == []


@pytest.mark.promise("A51")
def test_a_worker_that_dies_over_a_release_is_followed_by_another(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contacts: tuple[Contact, Contact], tmp_path: Path
) -> None:
    made = hold(matter, sofia, tom, instance=atap, records=[(CONTACT, contacts[0].pk)])
    with inside(atap):
        erase_pieces([Piece(CONTACT, contacts[0].pk)])
    [kept] = vault()
    release(made, sofia, tom)

    kill_a_worker_in("pivotino.control.matters.holding", "pathlib.Path.unlink", "erasures", tmp_path / "sign")
    let_another_go_on("erasures", lambda: not vault())

    assert not kept.path.exists()
    assert Erasure.objects.filter(cause=Erasure.Cause.RELEASED).count() == 1


@pytest.mark.promise("A51")
def test_a_person_who_is_held_stays_in_our_books_and_goes_after(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, anna: Person, bruno: Person
) -> None:
    for one in (anna, bruno):
        one.take_seat()
    made = hold(matter, sofia, tom, email=anna.account.email)

    end(atap)

    assert hooks.is_person_held(anna.account.email.upper())
    assert set(Account.objects.filter(is_staff=False, pk__in=[anna.account.pk, bruno.account.pk])) == {anna.account}
    assert Seat.objects.filter(instance=atap).count() == 1
    release(made, sofia, tom)
    run_all()
    assert not Account.objects.filter(pk=anna.account.pk).exists() and not Seat.objects.filter(instance=atap).exists()


def test_no_sweep_takes_what_is_held(
    matter: Matter, sofia: Account, tom: Account, anna: Person, bruno: Person, atap: Instance
) -> None:
    hold(matter, sofia, tom, email=anna.account.email)
    hold(matter, sofia, tom, records=[("accounts.Account", bruno.account.pk)])

    everybody = [anna.account.pk, bruno.account.pk, sofia.pk]

    assert holding.spared(Account, everybody) == {anna.account.pk, bruno.account.pk}
    assert hooks.is_record_held("accounts.Account", bruno.account.pk)
    anna.take_seat()
    seat = Seat.objects.get(account=anna.account)
    assert holding.spared(Seat, [seat.pk]) == {seat.pk}


def test_a_copy_that_is_put_back_knows_of_the_hold_all_the_same(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contacts: tuple[Contact, Contact]
) -> None:
    """Who holds what is kept outside of the database."""
    hold(matter, sofia, tom, instance=atap, records=[(CONTACT, contacts[0].pk)])
    with inside(atap):
        erase_pieces([Piece(CONTACT, contacts[0].pk)])
        with atomic():
            Contact.objects.create(pk=contacts[0].pk, name=MARKER, folded=MARKER.lower())
        erase_pieces([Piece(CONTACT, contacts[0].pk)])

    assert len(vault()) == 1


def test_the_owner_sees_a_hold_unless_we_may_not_say(
    sofia: Account, tom: Account, atap: Instance, anna: Person, bruno: Person, rita: Person
) -> None:
    for one in (anna, bruno, rita):
        one.take_seat()
    hold(a_matter(sofia, tom), sofia, tom, instance=atap)
    silent = a_matter(
        sofia, tom, authority="Silent Bureau", gag=Matter.Gag.UNTIL, gag_until=timezone.localdate() + timedelta(days=30)
    )
    hold(silent, sofia, tom, instance=atap)
    address = f"/my/databases/{atap.slug}/orders/"

    page = anna.browser.get(address).content.decode()

    assert "High Court of Malaya" in page and "Silent Bureau" not in page
    assert [rita.browser.get(address).status_code, bruno.browser.get(address).status_code] == [404, 404]
    assert Browser().get(address).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        assert "Silent Bureau" in anna.browser.get(address).content.decode()

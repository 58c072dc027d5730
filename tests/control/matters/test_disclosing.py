"""One prepares, another approves, and what leaves is what the order names and nothing else."""

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.matters import counting, disclosing, holding, jobs, reaching
from pivotino.control.matters.models import Disclosure, Matter
from pivotino.control.matters.people import GoneOn, NeedsAnother, NotPossible
from pivotino.instance.contacts.models import Contact
from pivotino.jobs.testing import run_all
from pivotino.tenancy import atomic, inside
from pivotino.tenancy.erasing import Piece
from pivotino.tenancy.erasing import erase as erase_pieces
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.control.matters.conftest import a_matter, who


@pytest.fixture
def contact(atap: Instance, anna: Person) -> Contact:
    anna.take_seat()
    with inside(atap), atomic():
        Contact.objects.create(name="Nobody Else", folded="nobody else", email="else@example.com", phone="+60387654321")
        return Contact.objects.create(
            name="Named One", folded="named one", email="named@example.com", phone="+60312345678"
        )


def chosen(matter: Matter, by: Account, atap: Instance, **condition: Any) -> Disclosure:
    made = disclosing.begin(matter, by=who(by), instance=atap)
    made.items.create(kind="contacts.Contact", fields=["name", "email"], **condition)
    return made


def approved(disclosure: Disclosure, first: Account, second: Account) -> Disclosure:
    disclosing.prepare(disclosure, by=who(first))
    disclosure.refresh_from_db()
    disclosing.approve(disclosure, by=who(second))
    run_all()
    disclosure.refresh_from_db()
    return disclosure


def package(disclosure: Disclosure, by: Account) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(disclosing.pieces(disclosing.take(disclosure, by=who(by))))))


@pytest.mark.promise("P37")
@pytest.mark.promise("A55")
def test_one_person_alone_discloses_nothing(matter: Matter, sofia: Account, atap: Instance, contact: Contact) -> None:
    made = chosen(matter, sofia, atap, ids=[str(contact.pk)])
    disclosing.prepare(made, by=who(sofia))
    made.refresh_from_db()

    with pytest.raises(NeedsAnother):
        disclosing.approve(made, by=who(sofia))
    with pytest.raises(NotPossible):
        disclosing.take(made, by=who(sofia))
    with pytest.raises(IntegrityError):
        Disclosure.objects.filter(pk=made.pk).update(approved_id=sofia.pk)


@pytest.mark.promise("P37")
@pytest.mark.promise("A55")
def test_two_make_a_package_of_the_named_fields_of_the_named_records(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    made = approved(chosen(matter, sofia, atap, ids=[str(contact.pk)]), sofia, tom)

    assert b"Named One" not in made.path.read_bytes()
    file = package(made, tom)
    manifest = json.loads(file.read("manifest.json"))
    assert sorted(file.namelist()) == [
        "COVER.txt", "SHA256SUMS", "data/01-contacts.Contact.csv", "data/01-contacts.Contact.json", "manifest.json",
    ]  # fmt: skip
    told = json.loads(file.read("data/01-contacts.Contact.json"))
    assert told["rows"] == [{"name": "Named One", "email": "named@example.com"}]
    rows = list(csv.reader(io.StringIO(file.read("data/01-contacts.Contact.csv").decode("utf-8-sig"))))
    assert rows == [["matter", "name", "email"], [told["matter"], "Named One", "named@example.com"]]
    assert str(matter) in told["matter"] and str(matter) in file.read("COVER.txt").decode()
    for one in manifest["files"]:
        assert hashlib.sha256(file.read(one["path"])).hexdigest() == one["sha256"]
    everything = b"".join(file.read(name) for name in file.namelist())
    assert b"Nobody Else" not in everything and b"+60312345678" not in everything


@pytest.mark.promise("P37")
def test_it_is_taken_away_once_and_only_by_the_second_person(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    made = approved(chosen(matter, sofia, atap, ids=[str(contact.pk)]), sofia, tom)

    with pytest.raises(NotPossible):
        disclosing.take(made, by=who(sofia))
    package(made, tom)
    made.refresh_from_db()
    with pytest.raises(NotPossible):
        disclosing.take(made, by=who(tom))
    assert not made.path.exists() and made.key == ""
    disclosing.hand_over(made, "Inspector Lim", "in person, on a stick", by=who(tom))
    assert [(one.what, one.by) for one in made.custody.all()] == [
        ("prepared", "Sofia Staff"), ("approved", "Tom Staff"), ("made", "Pivotino"), ("taken away", "Tom Staff"),
        ("told", "Pivotino"), ("handed over", "Tom Staff"),
    ]  # fmt: skip


@pytest.mark.promise("A55")
def test_a_stranger_checks_the_package_with_what_every_machine_has(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact, tmp_path: Path
) -> None:
    made = disclosing.begin(matter, by=who(sofia), instance=atap)
    disclosing.choose(made, by=who(sofia), kind="contacts.Contact", fields=["name"], ids=[str(contact.pk)])
    package(approved(made, sofia, tom), tom).extractall(tmp_path)

    def check() -> int:
        return subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False
        ).returncode

    assert check() == 0
    listed = (tmp_path / "SHA256SUMS").read_text()
    assert all(path.relative_to(tmp_path).as_posix() in listed for path in tmp_path.rglob("*.*") if path.is_file())
    custody = json.loads((tmp_path / "manifest.json").read_text())["custody"]
    assert [(one["what"], one["by"]) for one in custody] == [
        ("chosen", "Sofia Staff"), ("prepared", "Sofia Staff"), ("approved", "Tom Staff"),
    ]  # fmt: skip
    rows = tmp_path / "data/01-contacts.Contact.json"
    rows.write_text(rows.read_text().replace("Named One", "Named Two"))
    assert check() == 1


@pytest.mark.promise("A55")
def test_who_approves_says_yes_to_what_they_read_and_to_nothing_else(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    made = chosen(matter, sofia, atap, ids=[str(contact.pk)])
    disclosing.prepare(made, by=who(sofia))
    made.refresh_from_db()
    read = made.contents
    with pytest.raises(GoneOn):
        disclosing.choose(made, by=who(sofia), kind="contacts.Contact", fields=["phone"], by_dates=True)
    disclosing.reopen(made, by=who(sofia))
    disclosing.choose(made, by=who(sofia), kind="contacts.Contact", fields=["phone"], by_dates=True)
    disclosing.prepare(made, by=who(sofia))
    made.refresh_from_db()

    with pytest.raises(NotPossible, match="something else than what you read"):
        disclosing.approve(made, by=who(tom), seen=read)

    made.refresh_from_db()
    assert made.approved_at is None
    disclosing.approve(made, by=who(tom), seen=made.contents)
    with pytest.raises(GoneOn):
        disclosing.approve(made, by=who(tom), seen=made.contents)
    assert made.custody.filter(what="approved").count() == 1


@pytest.mark.promise("A55")
@pytest.mark.parametrize("gone", ["first", "second"])
def test_a_yes_of_somebody_who_does_not_work_for_us_any_more_is_none(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact, gone: str
) -> None:
    made = chosen(matter, sofia, atap, ids=[str(contact.pk)])
    disclosing.prepare(made, by=who(sofia))
    made.refresh_from_db()
    Account.objects.filter(pk={"first": sofia, "second": tom}[gone].pk).update(is_staff=False)

    with pytest.raises(NeedsAnother):
        disclosing.approve(made, by=who(tom))


def test_a_package_that_got_lost_is_made_again_by_two(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    made = approved(chosen(matter, sofia, atap, ids=[str(contact.pk)]), sofia, tom)
    package(made, tom)

    disclosing.reopen(made, by=who(tom))
    made.refresh_from_db()
    again = approved(made, tom, sofia)

    assert json.loads(package(again, sofia).read("manifest.json"))["package"] == 2


@pytest.mark.promise("A55")
def test_the_owner_is_told_unless_that_is_forbidden_and_then_when_it_no_longer_is(
    sofia: Account, tom: Account, atap: Instance, contact: Contact, anna: Person
) -> None:
    silent = a_matter(sofia, tom, gag=Matter.Gag.UNTIL, gag_until=timezone.localdate() + timedelta(days=20))
    made = approved(chosen(silent, sofia, atap, ids=[str(contact.pk)]), sofia, tom)
    package(made, tom)
    run_all()

    made.refresh_from_db()
    assert made.told_at is None and mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        disclosing.tell_those_who_may_know()
        run_all()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(days=22), tick=False):
        jobs.by_night()
        jobs.by_night()
        run_all()
    [letter] = mail.outbox
    assert letter.to == [anna.account.email] and "High Court of Malaya" in letter.body
    assert "contacts.Contact: name, email" in letter.body and made.sha256 in letter.body


@pytest.mark.promise("P37")
def test_who_is_not_gagged_is_told_in_the_moment_it_leaves_and_not_before(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact, anna: Person
) -> None:
    made = approved(chosen(matter, sofia, atap, ids=[str(contact.pk)]), sofia, tom)
    run_all()
    assert mail.outbox == []

    package(made, tom)
    run_all()

    assert [letter.to for letter in mail.outbox] == [[anna.account.email]]


@pytest.mark.promise("P37")
def test_each_package_that_leaves_is_told_of_and_one_that_was_refused_is_not(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact, anna: Person
) -> None:
    made = approved(chosen(matter, sofia, atap, ids=[str(contact.pk)]), sofia, tom)
    package(made, tom)
    made.refresh_from_db()
    with pytest.raises(NotPossible):
        disclosing.refuse(made, "Too late: it is out.", by=who(sofia))
    disclosing.reopen(made, by=who(tom))
    made.refresh_from_db()
    made.items.create(kind="contacts.Contact", fields=["phone"], ids=[str(contact.pk)])
    package(approved(made, tom, sofia), sofia)
    run_all()
    assert ["phone" in letter.body for letter in mail.outbox] == [False, True]

    withheld = approved(chosen(matter, sofia, atap, ids=[str(contact.pk)]), sofia, tom)
    disclosing.refuse(withheld, "The judge took it back.", by=who(sofia))
    jobs.by_night()
    run_all()

    assert len(mail.outbox) == 2 and not withheld.path.exists()
    page = anna.browser.get(f"/my/databases/{atap.slug}/orders/").content.decode()
    assert page.count("contacts.Contact: name, email") == 1 and made.sha256 in page


def test_refusing_is_counted_too(matter: Matter, sofia: Account, atap: Instance, contact: Contact) -> None:
    made = chosen(matter, sofia, atap, ids=[str(contact.pk)])

    disclosing.refuse(made, "Not signed by a judge.", by=who(sofia))

    line = counting.years()[0].lines[0]
    assert (line.sort, line.received, line.refused, line.complied) == ("Court order", 1, 1, 0)
    with pytest.raises(NotPossible):
        disclosing.prepare(made, by=who(sofia))


def test_an_item_reaches_by_address_or_by_the_dates_of_the_order(
    sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    today = timezone.localdate()
    now = a_matter(sofia, tom, from_on=today - timedelta(days=1), until_on=today + timedelta(days=1))
    before = a_matter(sofia, tom, until_on=today - timedelta(days=9))

    def reached(matter: Matter, **condition: Any) -> set[str]:
        return {row["name"] for row in reaching.read(chosen(matter, sofia, atap, **condition).items.get())}

    assert reached(now, about="NAMED@example.com") == {"Named One"}
    assert reached(now, by_dates=True) == {"Named One", "Nobody Else"}
    assert reached(before, by_dates=True) == set()
    assert reached(now) == set()


def test_what_the_database_let_go_of_is_found_in_the_vault(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    hold = holding.ask(matter, by=who(sofia), instance=atap, records=[("contacts.Contact", contact.pk)])
    holding.begin(hold, by=who(tom))
    with inside(atap):
        erase_pieces([Piece("contacts.Contact", contact.pk)])

    item = chosen(matter, sofia, atap, ids=[str(contact.pk)]).items.get()

    assert list(reaching.read(item)) == [{"name": "Named One", "email": "named@example.com"}]


def test_a_person_is_found_in_our_own_books_without_any_secret(
    matter: Matter, sofia: Account, tom: Account, anna: Person
) -> None:
    made = disclosing.begin(matter, by=who(sofia), email=anna.account.email)

    account = reaching.sort(made, "accounts.Account")

    assert account is not None and "email" in account.fields and "password" not in account.fields
    made.items.create(kind="accounts.Account", fields=["email", "name"], about=anna.account.email)
    assert list(reaching.read(made.items.get())) == [{"email": anna.account.email, "name": anna.account.name}]


def test_no_secret_is_ever_on_offer(matter: Matter, sofia: Account, atap: Instance, anna: Person) -> None:
    for made in (
        disclosing.begin(matter, by=who(sofia), instance=atap),
        disclosing.begin(matter, by=who(sofia), email="a@b.example"),
    ):
        offered = [f"{one.kind}.{name}" for one in reaching.sorts(made) for name in one.fields]
        assert (
            offered
            and [
                name
                for name in offered
                if any(word in name.split(".")[-1] for word in ("password", "secret", "token", "seal"))
            ]
            == []
        )


@pytest.mark.promise("P37")
def test_a_worker_that_dies_over_a_package_is_followed_by_another(
    matter: Matter, sofia: Account, tom: Account, atap: Instance, contact: Contact, tmp_path: Path
) -> None:
    made = chosen(matter, sofia, atap, ids=[str(contact.pk)])
    disclosing.prepare(made, by=who(sofia))
    made.refresh_from_db()
    disclosing.approve(made, by=who(tom))

    kill_a_worker_in(
        "pivotino.control.matters.disclosing",
        "pivotino.control.matters.disclosing._write",
        "matters",
        tmp_path / "sign",
    )
    let_another_go_on("matters", lambda: Disclosure.objects.filter(pk=made.pk, made_at__isnull=False).exists())

    made.refresh_from_db()
    assert len(list(made.path.parent.iterdir())) == 1 and made.custody.filter(what="made").count() == 1
    assert package(made, tom).testzip() is None


def test_everybody_reads_the_numbers_and_a_silent_order_is_in_no_exact_one(
    sofia: Account, tom: Account, atap: Instance, contact: Contact
) -> None:
    quiet = Browser().get("/privacy/transparency/").content.decode()
    assert "somewhere from 0 to 9" in quiet

    silent = a_matter(sofia, tom, gag=Matter.Gag.OPEN)
    disclosing.refuse(chosen(silent, sofia, atap), "No.", by=who(sofia))

    assert Browser().get("/privacy/transparency/").content.decode() == quiet
    for number in range(10):
        a_matter(sofia, tom, gag=Matter.Gag.OPEN, instrument=f"No. {number}")
    assert counting.years()[0].band == "10 to 19"

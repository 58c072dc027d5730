"""Filling an empty database from an export: looked at first, then put in whole."""

import errno
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.exports import arriving, making
from pivotino.control.exports.models import Arrival
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import sentence_of
from pivotino.instance.members.models import Company, Invitation, Member
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.tenancy import erasing, inside, packing
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.exports.conftest import home, proven
from tests.tenancy import packed as world


@pytest.fixture
def new_place(rita: Person) -> Person:
    """Rita's fresh database; here she brings Anna's file."""
    return rita.take_seat()


@pytest.fixture
def file(busy_anna: Person) -> io.BytesIO:
    return world.packed(busy_anna.instance.place)[0]


def bring(person: Person, data: bytes, name: str = "export.zip") -> Any:
    return proven(person).post(home(person, "import/"), {"file": SimpleUploadedFile(name, data)})


def brought(person: Person, file: io.BytesIO) -> Arrival:
    answer = bring(person, file.getvalue())
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Arrival.objects.select_related("instance", "brought_by").latest("brought_at")


def test_it_is_shown_first_and_then_put_in(new_place: Person, file: io.BytesIO, busy_anna: Person) -> None:
    arrival = brought(new_place, file)
    here = home(new_place, f"import/{arrival.pk}/")
    shown = proven(new_place).get(here).content.decode()
    with inside(new_place.instance):
        assert not Opportunity.objects.exists()

    assert proven(new_place).post(here).status_code == 302
    run_all()
    done = proven(new_place).get(here).content.decode()

    assert "opportunities" in shown and "Atap Suria" in shown
    assert "Everything is in" in done
    with inside(busy_anna.instance):
        many = Opportunity.objects.count()
    with inside(new_place.instance):
        assert Opportunity.objects.count() == many
        assert totals.differences() == []
        assert Company.objects.get().name == "Atap Suria Sdn Bhd"
        assert [member.account_uuid for member in Member.objects.present()] == [new_place.account.id]
        assert Member.objects.present().get().is_owner
        assert {"Nurul Anna", "Bruno Sales"} <= set(Member.objects.values_list("name", flat=True))
        assert not Invitation.objects.unanswered().exists()
        event = Event.objects.get(verb="company.arrived")
        assert sentence_of(event).words == "brought everything in from an export"
    assert [seat.account_id for seat in Seat.objects.filter(instance=new_place.instance)] == [new_place.account.id]
    assert proven(new_place).get(new_place.url("board/")).status_code == 200


def test_whoever_was_in_it_already_is_the_same_person(busy_anna: Person, file: io.BytesIO, zenit: Instance) -> None:
    with inside(zenit):
        Member.objects.update(account_uuid=busy_anna.account.id, email=busy_anna.account.email, name="Anna again")
    Seat.objects.create(account=busy_anna.account, instance=zenit, owner=True)
    anna_there = Person("anna", busy_anna.account, zenit, busy_anna.member_id)
    arrival = brought(anna_there, file)
    proven(anna_there).post(home(anna_there, f"import/{arrival.pk}/"))
    run_all()

    with inside(zenit):
        member = Member.objects.present().get()
        assert (member.pk, member.name, member.is_owner) == (busy_anna.member_id, "Nurul Anna", True)


def test_yes_needs_a_fresh_proof(new_place: Person, file: io.BytesIO) -> None:
    arrival = brought(new_place, file)
    here = home(new_place, f"import/{arrival.pk}/")

    answer = new_place.browser.post(here)

    assert answer["Location"] == f"/my/security/again/?next={here}"
    arrival.refresh_from_db()
    assert arrival.state == "checked"


def test_a_database_in_use_takes_none(busy_anna: Person, file: io.BytesIO) -> None:
    page = proven(busy_anna).get(home(busy_anna, "import/"))
    answer = bring(busy_anna, file.getvalue())

    assert "in use already" in page.content.decode() and 'type="file"' not in page.content.decode()
    assert answer.status_code == 422 and "in use already" in answer.content.decode()
    assert not Arrival.objects.exists()


def test_one_that_was_put_to_use_meanwhile_stays_as_it_is(new_place: Person, file: io.BytesIO) -> None:
    arrival = brought(new_place, file)
    with inside(new_place.instance):
        Opportunity.open("First own one", by=None)

    answer = proven(new_place).post(home(new_place, f"import/{arrival.pk}/"))
    Arrival.objects.update(applying_at=timezone.now())
    arrival.refresh_from_db()
    arriving.apply(arrival)

    assert answer.status_code == 422
    assert arrival.state == "failed" and "in use already" in arrival.problem
    with inside(new_place.instance):
        assert Opportunity.objects.get().title == "First own one"


@pytest.mark.parametrize(("data", "word"), [
    (b"", "This file is empty"), (b"not a zip", "not a file that Pivotino took out"), (None, "Choose a file first"),
])  # fmt: skip
def test_what_cannot_be_read_is_said(new_place: Person, data: bytes | None, word: str, settings: Any) -> None:
    answer = proven(new_place).post(home(new_place, "import/"), {}) if data is None else bring(new_place, data)

    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert not [path for path in (settings.VAR_DIR / "exports").rglob("*") if path.is_file()]


def test_a_full_disk_is_said(new_place: Person, file: io.BytesIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pivotino.control.exports.sealing.Sealing._put", full)
    answer = bring(new_place, file.getvalue())

    assert answer.status_code == 422 and "There is no room left" in answer.content.decode()
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("step", ["pivotino.tenancy.packing.unpack", "pivotino.control.exports.arriving._settle"])
def test_a_worker_that_dies_is_followed_by_another(
    new_place: Person, file: io.BytesIO, busy_anna: Person, step: str
) -> None:
    arrival = brought(new_place, file)
    proven(new_place).post(home(new_place, f"import/{arrival.pk}/"))

    with crash_after(step), pytest.raises(Crash):
        run_all()
    with inside(new_place.instance):
        Opportunity.open("Made in between", by=None)
    arrival.refresh_from_db()
    arriving.apply(arrival)

    arrival.refresh_from_db()
    assert arrival.state == "applied"
    with inside(new_place.instance):
        assert Opportunity.objects.filter(title="Made in between").exists(), "what came after is not replaced"
        assert Event.objects.filter(verb="company.arrived").count() == 1


def test_others_cannot_see_it(new_place: Person, file: io.BytesIO, busy_anna: Person, bruno: Person) -> None:
    arrival = brought(new_place, file)
    path = home(new_place, f"import/{arrival.pk}/")

    assert [proven(one).get(path).status_code for one in (busy_anna, bruno)] == [404, 404]
    assert proven(busy_anna).get(home(busy_anna, f"import/{arrival.pk}/")).status_code == 404


def test_a_file_nobody_said_yes_to_goes_after_a_day(new_place: Person, file: io.BytesIO, settings: Any) -> None:
    from datetime import timedelta

    import time_machine

    arrival = brought(new_place, file)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        making.sweep()
        page = proven(new_place).get(home(new_place, f"import/{arrival.pk}/")).content.decode()

    assert "is gone" in page
    assert not [path for path in (settings.VAR_DIR / "exports").rglob("*") if path.is_file()]


def test_a_frozen_one_takes_none(new_place: Person) -> None:
    from pivotino.tenancy import freezing

    freezing.freeze(new_place.instance, freezing.Reason.UNPAID)

    assert "may only be read" in proven(new_place).get(home(new_place, "import/")).content.decode()


@pytest.mark.promise("A52")
def test_taken_out_again_it_has_the_same_records(new_place: Person, file: io.BytesIO, busy_anna: Person) -> None:
    arrival = brought(new_place, file)
    proven(new_place).post(home(new_place, f"import/{arrival.pk}/"))
    run_all()

    before, after = packing.look(file), packing.contents(new_place.instance.place)

    same = [path for path, listed in before.files.items() if after.files.get(path) == listed]
    assert {"data/pipeline.opportunity.jsonl", "data/contacts.contact.jsonl", "contacts.vcf", "calendar.ics"} <= set(
        same
    )
    assert after.counts["history.event"] == before.counts["history.event"] + 1


def test_a_large_file_is_put_in_by_hand(new_place: Person, file: io.BytesIO, tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    path.write_bytes(file.getvalue())
    said = io.StringIO()

    call_command("take_in", path, into="zenit", owner=new_place.account.email, stdout=said)

    assert "opportunities" in said.getvalue() and "1 company" in said.getvalue()
    with inside(new_place.instance):
        assert Opportunity.objects.exists()
    for words in ({"into": "zenit", "owner": "nobody@x.example"}, {"into": "zenit", "owner": new_place.account.email}):
        with pytest.raises(CommandError):
            call_command("take_in", path, **words)


@pytest.mark.parametrize("where", ["origin", "here"])
def test_who_was_forgotten_since_does_not_come_back(
    new_place: Person, file: io.BytesIO, busy_anna: Person, where: str
) -> None:
    with inside(busy_anna.instance):
        gone = Contact.objects.kept().latest("pk")
    arrival = brought(new_place, file)
    instance = busy_anna.instance if where == "origin" else new_place.instance
    with inside(instance):
        erasing.remember([erasing.Piece("contacts.Contact", gone.pk)])
    proven(new_place).post(home(new_place, f"import/{arrival.pk}/"))
    run_all()

    with inside(new_place.instance):
        found = Contact.objects.filter(pk=gone.pk).first()
        assert found is None or found.name != gone.name

"""The control trail and the anchors of both planes: what was changed, taken out or cut off is named, whoever did it."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from pivotino.control.staff import anchoring, jobs
from pivotino.control.staff.models import Anchor, AnchoredEnd, Deed, DeedEnd, DeedKey, DeedTampered, forget_subject
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.kit.chains import Broken
from pivotino.tenancy import inside, trails
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person

MONDAY, TUESDAY = datetime(2026, 11, 23, 1, 15, tzinfo=UTC), datetime(2026, 11, 24, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


def deeds(count: int, instance: Instance | None = None) -> None:
    for number in range(count):
        Deed.objects.keep(by="Sofia", account_id=None, what="close", why=f"Reason {number}.", instance=instance)


def lines(instance: Instance, count: int) -> None:
    for number in range(count):
        trails.write(instance, f"thing.{number}", by="Anna")


def sql(statement: str) -> None:
    """As somebody does it who has our database and not the program."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def sql_in(instance: Instance, statement: str) -> None:
    with inside(instance), connections["instance"].cursor() as cursor:
        cursor.execute(statement)


def test_a_deed_says_on_whose_behalf_where_and_to_which_end(atap: Instance) -> None:
    deed = Deed.objects.keep(by="Sofia", account_id=None, what="saw", why="No letters.", ticket="T-1", instance=atap,
                             on_behalf="Anna", where="/settings/?q=x")  # fmt: skip

    deed.refresh_from_db()
    assert (deed.on_behalf, deed.where, deed.purpose) == ("Anna", "/settings/", "support")
    assert Deed.objects.verify() == 1


@pytest.mark.promise("A60")
@pytest.mark.parametrize("change", ["by = 'X'", "on_behalf = 'X'", "\"where\" = '/x/'", "ticket = 'T-9'", "purpose = 'duty'"])  # fmt: skip
def test_a_deed_changed_in_the_database_is_named(atap: Instance, change: str) -> None:
    deeds(3)

    sql(f"UPDATE staff_deed SET {change} WHERE number = 2")

    with pytest.raises(DeedTampered, match="Deed 2 does not read as it was written"):
        Deed.objects.verify()


@pytest.mark.promise("A60")
@pytest.mark.parametrize(("done", "says"), [
    (["DELETE FROM staff_deed WHERE number = 2"], "Deed 2 is missing"),
    (["UPDATE staff_deed SET number = 99 WHERE number = 2", "UPDATE staff_deed SET number = 2 WHERE number = 3",
      "UPDATE staff_deed SET number = 3 WHERE number = 99"], "Deed 2 does not read as it was written"),
])  # fmt: skip
def test_a_deed_taken_out_of_the_middle_or_put_elsewhere_is_named(control: None, done: list[str], says: str) -> None:
    deeds(3)

    for one in done:
        sql(one)

    with pytest.raises(DeedTampered, match=says):
        Deed.objects.verify()


@pytest.mark.promise("A60")
def test_deeds_cut_off_at_the_end_are_named(control: None) -> None:
    deeds(3)

    sql("DELETE FROM staff_deed WHERE number > 1")

    with pytest.raises(DeedTampered, match="The deeds 2 to 3 are missing"):
        Deed.objects.verify()


@pytest.mark.promise("A60")
def test_going_back_to_an_older_end_is_found_by_the_anchor(atap: Instance, zenit: Instance) -> None:
    deeds(1)
    old = DeedEnd.objects.values().get()
    deeds(2)
    anchoring.anchor()

    sql("DELETE FROM staff_deed WHERE number > 1")
    DeedEnd.objects.update(**old)

    assert Deed.objects.verify() == 1
    with pytest.raises(Broken, match="The deeds 2 to 3 are missing"):
        anchoring.verify_own()


@pytest.mark.promise("A60")
def test_a_whole_trail_written_anew_is_found_by_the_anchor(atap: Instance, zenit: Instance) -> None:
    deeds(2)
    anchoring.anchor()

    sql("DELETE FROM staff_deed")
    sql("DELETE FROM staff_deedend")
    deeds(3)

    assert Deed.objects.verify() == 3
    with pytest.raises(Broken, match="Deed 2 is not the one that was anchored"):
        anchoring.verify_own()


@pytest.mark.promise("A60")
def test_the_trail_of_an_instance_is_held_against_its_anchor(atap: Instance) -> None:
    lines(atap, 3)
    anchoring.anchor()
    with inside(atap):
        sql_in(atap, "DELETE FROM history_trail")
        sql_in(atap, "DELETE FROM history_trailhead")
    lines(atap, 1)

    with pytest.raises(Broken, match="The lines 2 to 3 are missing"):
        anchoring.verify_instance(atap)


def test_a_database_that_does_not_answer_is_told_and_keeps_the_others_from_nothing(atap: Instance) -> None:
    lines(atap, 1)
    Instance.objects.create(
        slug="gone", name="Gone", bucket=atap.bucket, ready_at=timezone.now(), schema_version=atap.schema_version
    )

    anchoring.anchor()

    assert AnchoredEnd.objects.filter(book=atap.pk).exists()
    assert Alert.objects.filter(kind="trail", subject="gone").exists()


def test_a_day_has_one_anchor_and_it_lies_outside_too(atap: Instance, zenit: Instance, settings: Any) -> None:
    deeds(1)
    lines(atap, 2)
    with time_machine.travel(MONDAY, tick=False):
        monday = anchoring.anchor()
        assert anchoring.anchor() == monday
    lines(zenit, 1)
    with time_machine.travel(TUESDAY, tick=False):
        tuesday = anchoring.anchor()

    written = (settings.VAR_DIR / "anchors/anchors.txt").read_text()
    assert written == f"2026-11-23 {monday.root}\n2026-11-24 {tuesday.root}\n"
    assert [(one.anchor, one.number) for one in AnchoredEnd.objects.filter(book=zenit.pk)] == [(tuesday, 1)]
    assert anchoring.verify_anchors() == 2


@pytest.mark.promise("A60")
@pytest.mark.parametrize(("change", "says"), [
    ("UPDATE staff_anchoredend SET seal = 'x'", "The anchor of 2026-11-23 does not read"),
    ("DELETE FROM staff_anchoredend", "The anchor of 2026-11-23 does not read"),
])  # fmt: skip
def test_an_anchor_changed_in_the_database_is_named(control: None, change: str, says: str) -> None:
    deeds(1)
    with time_machine.travel(MONDAY, tick=False):
        anchoring.anchor()

    sql(change)

    with pytest.raises(Broken, match=says):
        anchoring.verify_anchors()


@pytest.mark.promise("A60")
def test_anchors_that_were_all_written_anew_are_found_by_the_file(control: None) -> None:
    deeds(1)
    with time_machine.travel(MONDAY, tick=False):
        anchoring.anchor()
        Anchor.objects.all().delete()
        with pytest.raises(Broken, match="The anchor of 2026-11-23 is in the file"):
            anchoring.verify_anchors()

        deeds(1)
        anchoring.anchor()

    with pytest.raises(Broken, match="The anchor of 2026-11-23 is another one than in the file"):
        anchoring.verify_anchors()


@pytest.mark.promise("A60")
def test_the_night_raises_an_alert_that_names_the_place_and_takes_it_back(atap: Instance) -> None:
    lines(atap, 3)
    deeds(2)
    jobs.anchor_the_trails()
    with inside(atap):
        sql_in(atap, "UPDATE history_trail SET what = 'thing.x' WHERE number = 2")
    sql("UPDATE staff_deed SET why = 'Nothing.' WHERE number = 1")

    jobs.read_the_trails()
    run_all()

    assert sorted(Alert.objects.values_list("kind", "subject", "says")) == [
        ("trail", "atap-suria", "The trail of atap-suria: Line 2 does not read as it was written."),
        ("trail", "control", "The control trail: Deed 1 does not read as it was written."),
    ]
    with inside(atap):
        sql_in(atap, "UPDATE history_trail SET what = 'thing.1' WHERE number = 2")
    jobs.read_trail_of(str(atap.pk))
    assert not Alert.objects.filter(subject="atap-suria", settled_at__isnull=True).exists()


def test_the_command_reads_all_of_it_and_fails_where_something_is_wrong(atap: Instance, zenit: Instance) -> None:
    lines(atap, 2)
    deeds(1)
    said = io.StringIO()
    call_command("trail", "anchor", stdout=said)
    call_command("trail", "verify", stdout=said)
    assert "Our own trail: 1 deeds, all as they were written." in said.getvalue()
    assert "atap-suria: 2 lines, all as they were written." in said.getvalue()

    with inside(atap):
        sql_in(atap, "DELETE FROM history_trail WHERE number = 1")

    with pytest.raises(CommandError, match="1 of the trails do not read"):
        call_command("trail", "verify", "--instance", "atap-suria", stdout=said)
    assert "atap-suria: Line 1 is missing." in said.getvalue()
    call_command("trail", "verify", "--instance", "zenit", stdout=said)


@pytest.mark.promise("A49")
def test_what_a_deed_says_of_a_forgotten_person_cannot_be_read_and_the_chain_stands(control: None) -> None:
    ada = uuid4()
    deed = Deed.objects.keep(by="Sofia", account_id=None, what="answered", why="Asked.", subject_id=ada, facts={"name": "Ada Marker"})  # fmt: skip
    assert deed.read == {"name": "Ada Marker"}

    assert forget_subject(ada) == 1

    assert Deed.objects.get().read == {"forgotten": True}
    assert DeedKey.objects.get().key == ""
    assert Deed.objects.verify() == 1


def test_everybody_may_keep_a_copy_of_the_anchors(stranger: Browser) -> None:
    deeds(1)
    one = anchoring.anchor()

    assert one.root in stranger.get("/anchors/").content.decode().replace("<wbr>", "")
    assert stranger.get("/anchors.txt").content.decode() == f"{one}\n"


@pytest.mark.promise("P17")
def test_a_look_at_a_customer_is_a_deed_with_a_purpose_once_an_hour(desk: Browser, atap: Instance) -> None:
    for _ in range(2):
        desk.get("/staff/customers/atap-suria/")

    assert [(deed.what, deed.by, deed.where, deed.purpose) for deed in Deed.objects.about(atap)] == [
        ("looked", "Sofia Staff", "/staff/customers/atap-suria/", "service")
    ]


@pytest.mark.promise("P22")
def test_no_deed_is_kept_for_another_end_than_the_policy_names(control: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Deed.objects.keep(by="Sofia", account_id=None, what="close", why="For fun.", purpose="selling")

    assert Deed.objects.verify() == 0


def test_staff_read_the_record_of_processing_and_take_it_out(desk: Browser, anna: Person) -> None:
    page = desk.get("/staff/record/").content.decode()

    assert "Mail about our offers" in page
    assert desk.get("/staff/record.csv").content.decode().count("\n") > 80
    assert json.loads(desk.get("/staff/record.json").content)[0]["controller"] == "We are"
    for path in ("/staff/record/", "/staff/record.csv", "/staff/record.json"):
        assert anna.browser.get(path).status_code == 404


@pytest.mark.promise("A60")
def test_after_a_change_of_the_secret_the_ends_are_marked_anew_and_not_what_is_broken(
    atap: Instance, settings: Any
) -> None:
    lines(atap, 2)
    deeds(1)
    Instance.objects.exclude(pk=atap.pk).delete()
    settings.SECRET_KEY = "another one that is long enough for anything"
    with pytest.raises(Broken):
        anchoring.verify_instance(atap)

    call_command("trail", "mark", stdout=io.StringIO())

    assert (anchoring.verify_instance(atap), anchoring.verify_own()) == (2, 1)
    with inside(atap):
        sql_in(atap, "DELETE FROM history_trail WHERE number = 2")
    with pytest.raises(CommandError, match="Not marked: Line 2 is missing"):
        call_command("trail", "mark", stdout=io.StringIO())

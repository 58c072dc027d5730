"""Backups are made, sealed, kept for their days, opened again, and gone on their day."""

import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from pivotino.control.backups import jobs, making, rehearsing
from pivotino.control.backups.models import Backup, Rehearsal
from pivotino.control.backups.queries import oldest_kept
from pivotino.control.backups.rotation import rotation
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy import freezing, provision, scratch, snapshots
from pivotino.tenancy.models import Instance
from tests.cast import RIVAL
from tests.control.backups.conftest import file_of, names, open_alerts, write
from tests.plugins.engines import ENGINE

# A Monday; the night of the 23rd begins at 17:00.
EVENING = datetime(2026, 11, 23, 16, 55, tzinfo=UTC)


def test_a_backup_says_what_is_in_it(atap: Instance, backup: Backup) -> None:
    assert backup.is_sound
    assert (backup.engine, backup.schema_version) == (ENGINE, provision.schema_version())
    assert backup.rows == snapshots.counts(atap.place)
    assert backup.bytes > backup.sealed_bytes > 0
    assert len(file_of(backup)) == backup.sealed_bytes
    assert not list(scratch.home().iterdir())


def test_nobody_can_read_it_in_the_storage(atap: Instance, backup: Backup) -> None:
    sealed = file_of(backup)

    for word in (b"anna@atap-suria.example", b"members_member", b"SQLite format", b"CREATE TABLE", RIVAL.encode()):
        assert word not in sealed


def test_it_holds_what_was_there(atap: Instance, backup: Backup, tmp_path: Path) -> None:
    making.open_into(backup, tmp_path / "plain")

    assert snapshots.measured(tmp_path / "plain") == (backup.bytes, backup.sha256)
    assert snapshots.rows_in(tmp_path / "plain") == backup.rows


def test_making_it_twice_makes_one(atap: Instance, backup: Backup) -> None:
    before = file_of(backup)
    making.make(backup)

    assert file_of(backup) == before


def test_asking_twice_before_it_is_made_is_one(atap: Instance) -> None:
    assert making.ask_for(atap).pk == making.ask_for(atap).pk


def test_every_living_database_has_one_a_night(atap: Instance, zenit: Instance) -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        jobs.look_at_the_night()
        assert [row.instance for row in Backup.objects.exclude(night__lt=EVENING.date())] == []
        clock.shift(timedelta(hours=5, minutes=5))
        jobs.look_at_the_night()
        jobs.look_at_the_night()
        run_all()

        made = Backup.objects.made().filter(night=EVENING.date())
        assert sorted(row.instance.slug for row in made) == ["atap-suria", "zenit"]
        assert Ticket.objects.count() == 0


def test_the_night_is_spread_over_its_hours() -> None:
    ids = [uuid7() for _ in range(3000)]
    minutes = [rotation().minute_of(id, EVENING.date()) for id in ids]

    begins = datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert min(minutes) >= begins
    assert max(minutes) < begins + timedelta(hours=5)
    assert len(set(minutes)) == 300
    assert max(minutes.count(minute) for minute in set(minutes)) < 40
    assert [rotation().minute_of(id, EVENING.date()) for id in ids] == minutes


def test_a_night_without_workers_is_caught_up_with_one_backup(atap: Instance, zenit: Instance) -> None:
    with time_machine.travel(EVENING + timedelta(days=3, hours=12), tick=False):
        jobs.look_at_the_night()
        run_all()

        assert Backup.objects.made().filter(instance=atap).count() == 1


def test_a_frozen_database_is_backed_up_and_an_erased_one_is_not(atap: Instance, zenit: Instance) -> None:
    freezing.freeze(atap, freezing.Reason.UNPAID)
    Instance.objects.filter(pk=zenit.pk).update(erased_at=timezone.now())
    with time_machine.travel(EVENING + timedelta(hours=6), tick=False):
        jobs.look_at_the_night()
        run_all()

    assert [row.instance_id for row in Backup.objects.all()] == [atap.pk]


@pytest.mark.promise("P31")
def test_a_months_nights_leave_what_the_rules_say(atap: Instance) -> None:
    """Seven daily ones, and the first of each week for four weeks; nothing is older than what the page says."""
    Instance.objects.filter(slug="zenit").update(erased_at=timezone.now())
    for day in range(45):
        with time_machine.travel(EVENING + timedelta(days=day, hours=6), tick=False):
            jobs.look_at_the_night()
            run_all()
            jobs.let_go()
            there = Backup.objects.stored().filter(instance=atap)
            assert timezone.now() - oldest_kept() <= rotation().longest  # type: ignore[operator]

    with time_machine.travel(EVENING + timedelta(days=44, hours=7), tick=False):
        kept = {kind: there.filter(kind=kind).count() for kind in ("daily", "weekly")}
        ages = sorted((timezone.now() - row.taken_at).days for row in there)  # type: ignore[operator]
    assert kept == {"daily": 6, "weekly": 4}
    assert ages[-1] <= 28
    files = [name for name in Path(storages["backups"].location).rglob("*.pvb") if atap.place.key in str(name)]  # type: ignore[attr-defined]
    assert len(files) == there.count()


def test_old_backups_stay_while_no_new_ones_are_made(atap: Instance, backup: Backup) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        making.make(making.ask_for(atap))
    with time_machine.travel(timezone.now() + timedelta(days=40)) as clock:
        jobs.let_go()
        assert Backup.objects.stored().count() == 2

        making.make(making.ask_for(atap))
        clock.shift(timedelta(minutes=1))
        jobs.let_go()
        assert Backup.objects.stored().count() == 1


def test_the_only_backup_of_a_living_database_stays_after_its_day(atap: Instance, backup: Backup) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=90), tick=False):
        jobs.let_go()
        assert Backup.objects.get(pk=backup.pk).is_there

        Instance.objects.filter(pk=atap.pk).update(erased_at=timezone.now())
        jobs.let_go()
        backup.refresh_from_db()
        assert backup.removed_at == timezone.now()
    assert not storages["backups"].exists(backup.storage_name)


def test_a_full_disk_is_said_once_and_touches_nothing(
    atap: Instance, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file_of(backup)
    fresh = making.ask_for(atap)
    jobs.put_in_line(fresh)
    full = monkeypatch.context()
    with full as patch:
        patch.setattr(scratch.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1000})())  # type: ignore[attr-defined]
        run_all(raising=False)

    assert [row.kind for row in open_alerts()] == [making.FULL]
    assert file_of(backup) == before
    assert Backup.objects.get(pk=fresh.pk).made_at is None
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        run_all()
    assert Backup.objects.get(pk=fresh.pk).is_sound
    assert not open_alerts()


def test_a_storage_that_fills_up_half_way_keeps_no_half_file(
    atap: Instance, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(self: FileSystemStorage, name: str, content: object) -> str:
        Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
        Path(self.path(name)).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    fresh = making.ask_for(atap)
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", fill)
        with pytest.raises(OSError, match="No space"):
            making.make(fresh)

    assert not storages["backups"].exists(f"{atap.place.key[-2:]}/{atap.place.key}/{fresh.pk}.pvb")
    assert storages["backups"].exists(backup.storage_name)


def test_a_database_that_cannot_be_read_is_told_to_staff_after_some_tries(
    atap: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise snapshots.SnapshotFailed("pg_dump is not there.")

    row = making.ask_for(atap)
    jobs.put_in_line(row)
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "take", refuse)
        for hour in range(1, 10):
            with time_machine.travel(timezone.now() + timedelta(hours=3 * hour)):
                run_all(raising=False)

    row.refresh_from_db()
    assert row.failed_at is not None
    assert row.tries == making.MOST_TRIES
    assert "pg_dump is not there." in open_alerts()[0].says


def test_a_check_opens_and_compares(atap: Instance, backup: Backup) -> None:
    jobs.check_some()
    run_all()

    backup.refresh_from_db()
    assert backup.checked_at is not None
    assert backup.is_sound


def test_a_damaged_backup_is_marked_and_another_is_made(atap: Instance, backup: Backup) -> None:
    path = Path(storages["backups"].path(backup.storage_name))
    path.write_bytes(path.read_bytes()[:-9])
    jobs.check_some()
    run_all()

    backup.refresh_from_db()
    assert backup.broken_at is not None
    assert Backup.objects.made().filter(instance=atap).exclude(pk=backup.pk).count() == 1
    assert "does not open" in open_alerts()[0].says


def test_a_missing_file_is_a_broken_backup(atap: Instance, backup: Backup) -> None:
    storages["backups"].delete(backup.storage_name)

    assert making.check(backup) is False
    backup.refresh_from_db()
    assert backup.broken_at is not None


def test_a_missing_key_breaks_nothing(atap: Instance, backup: Backup, settings: object) -> None:
    settings.BACKUP_KEYS = [b"x" * 32]  # type: ignore[attr-defined]

    assert making.check(backup) is False
    backup.refresh_from_db()
    assert backup.is_sound
    assert open_alerts()[0].kind == making.KEY


def test_a_rehearsal_puts_back_compares_and_leaves_nothing(atap: Instance, backup: Backup) -> None:
    jobs.rehearse_one()
    run_all()

    row = Rehearsal.objects.get()
    assert row.went_well
    assert row.rows == backup.row_count
    assert not provision.exists(row.place)


def test_rehearsals_go_round(atap: Instance, zenit: Instance, backup: Backup) -> None:
    making.make(making.ask_for(zenit))
    for _ in range(2):
        jobs.rehearse_one()
        run_all()

    assert sorted(row.instance.slug for row in Rehearsal.objects.all()) == ["atap-suria", "zenit"]


def test_a_rehearsal_that_fails_is_told(atap: Instance, backup: Backup) -> None:
    Backup.objects.filter(pk=backup.pk).update(rows={**backup.rows, "contacts_contact": 99_999})
    jobs.rehearse_one()
    run_all()

    row = Rehearsal.objects.get()
    assert "contacts_contact" in row.problem
    assert not provision.exists(row.place)
    assert "rehearsed" in open_alerts()[0].says


def test_a_dead_rehearsal_is_begun_anew(atap: Instance, backup: Backup, tmp_path: Path) -> None:
    row = rehearsing.begin(backup)
    making.open_into(backup, tmp_path / "plain")
    snapshots.put(tmp_path / "plain", row.place)  # and here its worker died

    rehearsing.rehearse(row)

    assert row.went_well
    assert not provision.exists(row.place)


def test_what_is_written_afterwards_is_in_the_next_one(atap: Instance, backup: Backup, tmp_path: Path) -> None:
    write(atap, "Later Sdn Bhd")
    later = making.ask_for(atap)
    making.make(later)

    assert later.rows["contacts_contact"] == backup.rows["contacts_contact"] + 1
    assert "Later Sdn Bhd" in names(atap)

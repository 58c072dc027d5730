"""The steps back to a backup. Each may be repeated and then changes nothing; until the address leads elsewhere all can be taken back.

The backup becomes a new generation beside the database in use, is compared and made ready there, and only then takes its
place. Nobody can write from the first step on, so that the state it had, which is kept before, is the last one.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.backups import files, letters, making
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.erasures import replaying
from pivotino.jobs import Retry, alerts, steps
from pivotino.letters import send
from pivotino.tenancy import (
    fencing,
    freezing,
    inside,
    provision,
    registry,
    remains,
    removing,
    returns,
    scratch,
    snapshots,
)
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place

MOST_TRIES = 5
STUCK = "backups: restore stuck"
# How long other processes may still believe that the address leads to the former database.
BELIEVED = timedelta(seconds=registry.REMEMBERED_SECONDS + 3)
IN_THE_WAY = {freezing.Reason.UPGRADE, freezing.Reason.MOVE}
log = logging.getLogger("pivotino.backups")


class NotNow(RuntimeError):
    """This database cannot be put back at present; the message says why, for the person who asked."""


class DoesNotMatch(RuntimeError):
    """What was put back is not what was taken."""


def ask(instance: Instance, backup: Backup, *, by: str, why: str = "", account_id: UUID | None = None) -> Restore:
    """Begin to put a database back to this backup. Raises NotNow where something else is being done with it."""
    if backup.instance_id != instance.pk or not backup.is_sound:
        raise NotNow("This backup cannot be used.")
    if IN_THE_WAY & set(freezing.reasons(instance)):
        raise NotNow("This database is being upgraded or moved. Try again when that is done.")
    try:
        with transaction.atomic():
            now = Instance.objects.select_for_update().get(pk=instance.pk)
            restore = Restore.objects.create(
                instance=now, backup=backup, by=by[:160], why=why[:400], account_id=account_id,
                generation=_next_generation(now), generation_before=now.generation,
            )  # fmt: skip
            freezing.freeze(now, freezing.Reason.RESTORE)
    except IntegrityError as error:
        raise NotNow("This database is being put back already.") from error
    return restore


def freeze(restore: Restore) -> None:
    freezing.freeze(restore.instance, freezing.Reason.RESTORE)
    if provision.exists(_before(restore)):
        fencing.fence(_before(restore))


def keep_present(restore: Restore) -> None:
    if not provision.exists(_before(restore)):
        return  # it was lost with its machine: there is nothing to keep
    if restore.kept is None:
        with transaction.atomic():
            restore.kept = Backup.objects.create(instance=restore.instance, kind=Backup.Kind.BEFORE)
            restore.save(update_fields=["kept"])
    making.make(restore.kept)


def put_back(restore: Restore) -> None:
    _unless_in_use(restore)
    provision.destroy(_place(restore))  # what a dead worker left
    with scratch.workplace(restore.pk) as folder:
        making.open_into(restore.backup, folder / "plain")
        snapshots.put(folder / "plain", _place(restore))


def verify(restore: Restore) -> None:
    look_through(restore.backup, _place(restore))


def look_through(backup: Backup, place: Place) -> None:
    """Raise DoesNotMatch unless the database at `place` has the rows of the backup, whole and with sound keys."""
    if problems := snapshots.problems(place):
        raise DoesNotMatch(f"The database is not sound: {problems[0]}.")
    found = snapshots.counts(place)
    if found != backup.rows:
        wrong = sorted(name for name in {*found, *backup.rows} if found.get(name) != backup.rows.get(name))
        raise DoesNotMatch(f"The rows of {', '.join(wrong[:3])} are not those of the backup.")


def bring_up_to_date(restore: Restore) -> None:
    migrate(_place(restore))
    with scratch.workplace(restore.pk) as folder:
        files.bring_back(restore.instance, _place(restore), folder)


def migrate(place: Place) -> None:
    """The present schema, whichever one the backup had."""
    with inside(place):
        call_command("migrate", database="instance", verbosity=0, interactive=False)


def replay(restore: Restore) -> None:
    restore.replayed = replaying.replay(restore.instance, _place(restore))
    restore.save(update_fields=["replayed"])


def settle(restore: Restore) -> None:
    seats = Seat.objects.filter(instance=restore.instance).select_related("account")
    seated = tuple(
        returns.Seated(account_id=seat.account_id, name=seat.account.name, email=seat.account.email, owner=seat.owner)
        for seat in seats
    )
    was = _before(restore) if provision.exists(_before(restore)) else _place(restore)
    returns.settle(_place(restore), was=was, seated=seated)


def switch(restore: Restore) -> None:
    mine = Instance.objects.filter(pk=restore.instance_id, generation=restore.generation_before)
    mine.update(generation=restore.generation, schema_version=provision.schema_version())
    restore.instance.refresh_from_db()
    if restore.instance.generation != restore.generation:
        raise DoesNotMatch("The database was replaced by something else meanwhile.")
    registry.forget(restore.instance.slug)


def open_again(restore: Restore) -> None:
    freezing.thaw(restore.instance, freezing.Reason.RESTORE)


def tidy(restore: Restore) -> None:
    switched = restore.steps.get(name="switched").at
    if (left := switched + BELIEVED - timezone.now()) > timedelta(0):
        raise Retry("Other processes may still read the former database.", after=left, counted=False)
    removing.remove(_before(restore), "before a restore")


def tell(restore: Restore) -> None:
    owners = Seat.objects.filter(instance=restore.instance, owner=True).select_related("account")
    for seat in owners:
        letter = letters.PutBack.about(restore, seat.account)
        send(letter, key=f"restore:{restore.pk}:{seat.account_id}")


Kind = partial(steps.Kind[Restore])
STEPS: tuple[steps.Kind[Restore], ...] = (
    Kind(name="frozen", says="Nobody changes anything", work=freeze),
    Kind(name="kept", says="The present state is kept, so that this can be undone", work=keep_present),
    Kind(name="put", says="The backup is opened beside it", work=put_back),
    Kind(name="verified", says="Rows and keys are compared", work=verify),
    Kind(name="current", says="It is brought to the present version", work=bring_up_to_date),
    Kind(name="replayed", says="What was erased stays erased", work=replay),
    Kind(name="settled", says="Who may enter stays as it is today", work=settle),
    Kind(name="switched", says="The address leads to it", work=switch),
    Kind(name="opened", says="Everybody can work again", work=open_again),
    Kind(name="tidied", says="The former database is taken away", work=tidy),
    Kind(name="told", says="The owners have a letter", work=tell),
)


def go_on(restore: Restore) -> None:
    """Do every step that is not done yet. Whatever goes wrong comes out; the next call goes on from there."""
    steps.advance(restore, STEPS)
    Restore.objects.filter(pk=restore.pk).update(done_at=timezone.now(), trouble="")
    alerts.settle(STUCK, restore.instance_id)


def count_failure(restore: Restore, error: Exception) -> bool:
    """Count one try that failed; True where everything was taken back. After the switch there is no way but on."""
    restore.refresh_from_db()
    restore.tries += 1
    restore.trouble = str(error)[:300]
    restore.save(update_fields=["tries", "trouble"])
    if restore.tries < MOST_TRIES:
        return False
    alerts.rise(STUCK, restore.instance_id, f"A restore does not go on: {error}")
    if "switched" in steps.names_of_done(restore):
        return False
    take_back(restore)
    return True


def take_back(restore: Restore) -> None:
    """The database in use is as it was, open to everybody; nothing of the new one is left. Only before the switch."""
    log.error("Restore %s is taken back.", restore.pk)
    _unless_in_use(restore)
    provision.destroy(_place(restore))
    if provision.exists(_before(restore)):
        fencing.unfence(_before(restore))
    freezing.thaw(restore.instance, freezing.Reason.RESTORE)
    Restore.objects.filter(pk=restore.pk).update(failed_at=timezone.now())
    restore.refresh_from_db()


def _next_generation(instance: Instance) -> int:
    """A number no database of this instance has: an upgrade or a move keeps what was before for some days."""
    there = [place.generation for place in remains.everywhere(UUID(str(instance.pk)))]
    return max([instance.generation, *there]) + 1


def _place(restore: Restore) -> Place:
    return replace(restore.instance.place.writable, generation=restore.generation)


def _before(restore: Restore) -> Place:
    return replace(restore.instance.place, generation=restore.generation_before)


def _unless_in_use(restore: Restore) -> None:
    """The last guard before something is destroyed: never the database the address leads to."""
    if Instance.objects.get(pk=restore.instance_id).generation == restore.generation:
        raise DoesNotMatch("This generation is in use.")

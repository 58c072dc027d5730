"""The steps from an instance to a harmless copy of it at the newest version, and the end of that copy.

Each may be repeated. The copy has a row in the register without seats, plan or bill; nothing leaves it.
"""

import logging

from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.upgrades.models import Trial
from pivotino.jobs import alerts, steps
from pivotino.jobs.alone import alone
from pivotino.jobs.carrying import MOST_TRIES, SOON, NotTheSame
from pivotino.jobs.refusals import Retry
from pivotino.jobs.steps import Kind
from pivotino.kit.retention import period
from pivotino.tenancy import filing, provision, registry, removing, scratch, snapshots, verifying
from pivotino.tenancy.models import Instance
from pivotino.tenancy.neutralising import neutralise
from pivotino.tenancy.places import Place

LONGEST_ADDRESS = 40
log = logging.getLogger("pivotino.upgrades")


def copy(trial: Trial) -> None:
    """Copy the instance as it is at this moment, while people work in it."""
    copied = _reserve(trial)
    provision.destroy(copied.place)  # half of an earlier try; nobody was ever let into it
    with scratch.workplace(trial.pk) as folder:
        snapshots.take(trial.instance.place, folder / "snapshot")
        snapshots.put(folder / "snapshot", copied.place)
    filing.copy_all(trial.instance.place, copied.place)
    trial.set(before=verifying.look(copied.place).kept())


def make_harmless(trial: Trial) -> None:
    """Empty it of what waits to go out."""
    neutralise(trial.copy.place)


def migrate(trial: Trial) -> None:
    """Bring it to the newest version."""
    provision.migrate(trial.copy.place)
    Instance.objects.filter(pk=trial.copy_id).update(schema_version=provision.schema_version())


def verify(trial: Trial) -> None:
    """Compare it with what was copied. Raises NotTheSame with the first thing that is different."""
    report = verifying.compare(verifying.Look.read(trial.before), trial.copy.place)
    trial.set(report=report.kept())
    if report.problems:
        raise NotTheSame(report.problems[0])


def open_it(trial: Trial) -> None:
    """Let its people in, or end a rehearsal."""
    now = timezone.now()
    if trial.rehearsal:
        trial.set(ready_at=now, expires_at=now)
        return
    Instance.objects.filter(pk=trial.copy_id, ready_at__isnull=True).update(ready_at=now)
    registry.forget(trial.copy.slug)
    trial.set(ready_at=now, expires_at=now + period("trials"))


STEPS: tuple[Kind[Trial], ...] = (
    Kind(name="copied", says="A copy of your database is made; you go on working", work=copy),
    Kind(
        name="neutralised",
        says="The copy is cut off: no letter, no message, no payment can leave it",
        work=make_harmless,
    ),
    Kind(name="migrated", says="The copy gets the new version", work=migrate),
    Kind(name="verified", says="Every table, every sum and every page is compared", work=verify),
    Kind(name="opened", says="The copy answers at its own address", work=open_it),
)


def go_on(trial: Trial) -> None:
    """Take a trial on from wherever it stands. Raises Retry where it has to be tried again; the last failure ends it."""
    with alone(f"trial-{trial.pk}"):
        trial.refresh_from_db()
        if trial.is_being_made:
            _try(trial)


def _try(trial: Trial) -> None:
    try:
        steps.advance(trial, STEPS)
    except Exception as error:
        trial.set(tries=trial.tries + 1)
        if not isinstance(error, NotTheSame) and trial.tries < MOST_TRIES:
            raise Retry("It did not work yet.", after=SOON, counted=False) from error
        log.error("%s failed: %s", trial, type(error).__name__, exc_info=error)
        words = (
            str(error) if isinstance(error, NotTheSame) else f"It failed {trial.tries} times ({type(error).__name__})."
        )
        trial.set(trouble=words[:300], failed_at=timezone.now())
        alerts.rise("rehearsal failed" if trial.rehearsal else "trial failed", trial.instance_id, f"{trial}: {words}")
        remove(trial)
    else:
        if trial.rehearsal:
            remove(trial)


def remove(trial: Trial) -> None:
    """Remove the copy with everything of it, and keep the proof. Safe to repeat."""
    scratch.clear(trial.pk)
    row = Instance.objects.filter(pk=trial.copy_id).first()
    if row is not None:
        proof = removing.remove(
            row.place, "a rehearsal" if trial.rehearsal else "a copy to try", made_at=row.created_at
        )
        filing.remove_all(row.place)
        trial.set(proof=proof.pk)
        row.delete()
        registry.forget(row.slug)
    trial.set(removed_at=timezone.now())


def address_of(instance: Instance) -> str:
    """The address of a copy: no customer can choose one with two hyphens in it."""
    return f"{instance.slug[: LONGEST_ADDRESS - 5]}--try"


def _reserve(trial: Trial) -> Instance:
    """The copy's row in the register. It does not answer yet."""
    instance = trial.instance
    slug = f"{trial.copy_id.hex[-12:]}--rehearsal" if trial.rehearsal else address_of(instance)
    values = {
        "name": instance.name,
        "bucket": instance.bucket,
        "copy_of": instance,
        "schema_version": instance.schema_version,
    }
    try:
        with transaction.atomic():
            row, _ = Instance.objects.get_or_create(pk=trial.copy_id, defaults={"slug": slug, **values})
    except IntegrityError:
        # Two long addresses that begin alike.
        row = Instance.objects.create(pk=trial.copy_id, slug=f"{slug[:20]}-{trial.copy_id.hex[-8:]}--try", **values)
    return row


def place_of(trial: Trial) -> Place:
    """Where the copy is."""
    return trial.copy.place

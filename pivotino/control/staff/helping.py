"""What staff may do to an instance in the words of the rooms below, none of which looks inside."""

from collections.abc import Callable
from typing import Any

from pivotino.control.backups import making
from pivotino.control.backups.jobs import put_in_line
from pivotino.control.billing import owing
from pivotino.control.billing.models import Arrears
from pivotino.control.placements import moving
from pivotino.control.staff.actions import Action, NotPossible, register
from pivotino.control.upgrades import asking
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import buckets

MORE_DAYS = 7


def offer_help() -> None:
    """Put these actions up, one for every other bucket among them."""
    register(Action(
        code="backup", label="Back up now", order=20, work=back_up,
        says="Takes one sealed copy outside of the nightly round. Nothing inside changes.",
    ))  # fmt: skip
    register(Action(
        code="try", label="Rehearse the upgrade", order=30, work=refusing(asking.NotNow, asking.rehearse), fits=asking.is_behind,
        says="Brings a harmless copy to the newest version, compares it, and removes it with proof.",
    ))  # fmt: skip
    register(Action(
        code="upgrade", label="Bring to the newest version", order=40, dangerous=True, fits=asking.is_behind,
        work=refusing(asking.NotNow, asking.bring),
        says="Read only for a moment; the old version comes back by itself where anything is wrong.",
    ))  # fmt: skip
    register(Action(
        code="more-time", label=f"Give {MORE_DAYS} more days to pay", order=50, work=give_time, fits=owes,
        says="Everything that is still to come because of the unpaid bill moves by so many days.",
    ))  # fmt: skip
    register(Action(
        code="waive", label="Let the bill be", order=60, dangerous=True, work=owing.waive, fits=owes,
        says="Everything is as before at once. Tell the payment provider by hand.",
    ))  # fmt: skip
    for name in buckets():
        register(Action(
            code=f"move-{name}", label=f"Move to {name}", order=70, dangerous=True, work=mover(name), fits=elsewhere(name),
            says="Read all the time, not written to for a moment, compared before it opens there.",
        ))  # fmt: skip


def back_up(instance: Instance, *, by: str, why: str) -> None:
    put_in_line(making.ask_for(instance))


def give_time(instance: Instance, *, by: str, why: str) -> None:
    owing.put_off(instance, days=MORE_DAYS, by=by, why=why)


def owes(instance: Instance) -> bool:
    return Arrears.objects.of(instance) is not None


def elsewhere(name: str) -> Callable[[Instance], bool]:
    return lambda instance: instance.bucket != name


def mover(name: str) -> Callable[..., Any]:
    return refusing(moving.CannotMove, lambda instance, *, by, why: moving.move(instance, to=name, by=by, why=why))


def refusing(error: type[Exception], work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, whose own refusal staff read as a sentence."""

    def done(instance: Instance, *, by: str, why: str) -> None:
        try:
            work(instance, by=by, why=why)
        except error as refusal:
            raise NotPossible(str(refusal)) from refusal

    return done

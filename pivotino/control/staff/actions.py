"""What staff may do to an instance without looking into it. Rooms add theirs from `AppConfig.ready`; each becomes a Deed.

    register(Action(code="backup", label="Back up now", says="Take a copy outside of the nightly round.", work=back_up))

`work(instance, by=…, why=…)` changes what it says and nothing else, may be repeated, and raises NotPossible with a
sentence for staff where it cannot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pivotino.control.staff.models import Deed
from pivotino.tenancy.freezing import Reason, freeze, reasons, thaw
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why and what to do instead."""


def always(instance: Instance) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing staff may do. `fits` says for which instances it is offered at all."""

    code: str
    label: str
    says: str
    work: Callable[..., Any]
    fits: Callable[[Instance], bool] = always
    dangerous: bool = False
    order: int = 100


_actions: dict[str, Action] = {}


def register(action: Action) -> None:
    """Offer an action; a second one of the same code takes its place."""
    _actions[action.code] = action


def offered(instance: Instance) -> list[Action]:
    """What may be done to this instance now."""
    living = instance.ready_at is not None and instance.erased_at is None
    found = [action for action in _actions.values() if living and action.fits(instance)]
    return sorted(found, key=lambda action: action.order)


def do(action: Action, instance: Instance, *, by: SignedIn, why: str, ticket: str) -> Deed:
    """Write the deed down, then do it. Where it proves impossible the deed says so and NotPossible comes out."""
    deed = Deed.objects.keep(
        by=by.name, account_id=by.id, what=action.code, why=why, ticket=ticket, instance=instance
    )  # fmt: skip
    try:
        action.work(instance, by=by.name, why=why)
    except Exception as error:
        told = {"deed": deed.number, "error": type(error).__name__}
        Deed.objects.keep(
            by=by.name, account_id=by.id, what="failed", why=why, ticket=ticket, instance=instance, facts=told
        )
        raise
    return deed


def close(instance: Instance, *, by: str, why: str) -> None:
    freeze(instance, Reason.STAFF)


def reopen(instance: Instance, *, by: str, why: str) -> None:
    thaw(instance, Reason.STAFF)


register(Action(
    code="close", label="Close for writing", order=10, dangerous=True, work=close,
    says="Everybody can read and take everything out; nobody can change anything. The people inside see why.",
    fits=lambda instance: Reason.STAFF not in reasons(instance),
))  # fmt: skip
register(Action(
    code="reopen", label="Open for writing again", order=10, work=reopen, says="Takes back the closing by staff, no other one.",
    fits=lambda instance: Reason.STAFF in reasons(instance),
))  # fmt: skip

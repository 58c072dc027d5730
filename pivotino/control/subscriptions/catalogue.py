"""What staff do with plans and add-ons. Every verb keeps who and why in the version it makes."""

from typing import Any

from django.db.models import ProtectedError

from pivotino.control.subscriptions.models import AddOn, Plan


class InUse(ValueError):
    """Somebody has or had it: it can be retired, not deleted."""


def publish_plan(code: str, *, by: str, why: str, **said: Any) -> Plan:
    """A new version of a plan, on offer at once. Raises ValidationError where it contradicts itself."""
    made: Plan = Plan.objects.publish(code, by=by, why=why, **said)
    return made


def retire_plan(code: str, *, by: str, why: str) -> None:
    """Nobody begins with this plan any more; whoever has it keeps it."""
    Plan.objects.retire(code, by=by, why=why)


def publish_add_on(code: str, *, by: str, why: str, **said: Any) -> AddOn:
    made: AddOn = AddOn.objects.publish(code, by=by, why=why, **said)
    return made


def retire_add_on(code: str, *, by: str, why: str) -> None:
    AddOn.objects.retire(code, by=by, why=why)


def delete(version: Plan | AddOn) -> None:
    """Remove a version nobody ever had; raises InUse."""
    try:
        version.delete()
    except ProtectedError:
        raise InUse(f"{version} is used by subscribers. Retire it instead.") from None

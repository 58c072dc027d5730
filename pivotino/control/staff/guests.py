"""Support sessions in the register of deeds."""

from typing import Any
from uuid import UUID

from pivotino.control.staff.models import Deed
from pivotino.control.support.models import Housecall


def keep(call: Housecall, what: str, why: str, *, by: str, account_id: UUID | None, facts: dict[str, Any]) -> Deed:
    """One deed for everything that happens in a support session, every page among it."""
    return Deed.objects.keep(
        by=by, account_id=account_id, what=f"support: {what}", why=why, ticket=call.ticket, instance=call.instance, facts=facts
    )  # fmt: skip

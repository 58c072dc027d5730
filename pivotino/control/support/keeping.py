"""Where it is kept that one of us did something in a support session: the room above keeps the deed. No deed, no effect."""

from collections.abc import Callable
from typing import Any

from pivotino.control.support.models import Housecall

Keep = Callable[..., Any]
_keepers: list[Keep] = []


class NobodyKeeps(RuntimeError):
    """Nothing is done that nobody writes down."""


def kept_by(keep: Keep) -> None:
    """Let `keep(call, what, why, by=…, account_id=…, facts=…)` write each deed. A second one takes the first one's place."""
    _keepers[:] = [keep]


def keep(call: Housecall, what: str, why: str = "", *, by: Any = None, **facts: Any) -> None:
    """Write down what was done: by the guest unless `by` names another one of us. Facts are ids, names of pages, addresses."""
    if not _keepers:
        raise NobodyKeeps
    who, account_id = (by.name, by.id) if by is not None else (call.by, call.account_id)
    for one in _keepers:
        one(call, what, why or call.reason, by=who, account_id=account_id, facts={"session": str(call.pk), **facts})

"""How databases stand, for the list of one's own: told by the room that knows plans and money, which lies above this one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an instance stands: one word, a sentence with the day, the plan's name. `trouble`: somebody has to do something."""

    state: str
    says: str
    plan: str = ""
    trouble: bool = False


Teller = Callable[[Iterable[UUID]], dict[UUID, Standing]]
_tellers: list[Teller] = []


def told_by(teller: Teller) -> None:
    """Let `teller` answer. A second one takes the first one's place."""
    _tellers[:] = [teller]


def standings(ids: Iterable[UUID]) -> dict[UUID, Standing]:
    return _tellers[0](ids) if _tellers else {}

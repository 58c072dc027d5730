"""How many people and files an instance may have, asked by instances of the control plane without knowing it.

The billing room answers, from our own rows. A limit stops inviting more people, or adding more files, and nothing else: who and
what is in stays in, and data, signing in and the export know no limit.
"""

from dataclasses import dataclass
from typing import Protocol

from pivotino.tenancy.context import current
from pivotino.tenancy.places import Place


@dataclass(frozen=True, kw_only=True)
class People:
    """With how many people more may be invited (0: any number), under which plan, and where a Business Owner gets more.

    `bytes_at_most` is how much all files together may take (0: as much as the disk holds).
    """

    most: int = 0
    bytes_at_most: int = 0
    plan: str = ""
    more_at: str = ""

    def room_for(self, there: int) -> int | None:
        """How many more may be invited when `there` work here or are invited already; None for any number."""
        return max(self.most - there, 0) if self.most else None


class Teller(Protocol):
    """Knows the limits."""

    def __call__(self, place: Place) -> People: ...


_tellers: list[Teller] = []


def told_by(teller: Teller) -> None:
    """Let `teller` answer. A second one takes the first one's place."""
    _tellers[:] = [teller]


def people() -> People:
    """The limit of the current instance; without anybody to ask there is none."""
    return _tellers[0](current()) if _tellers else People()

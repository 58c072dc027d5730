"""What happens to an instance as a whole. Rooms join in from their AppConfig; the planes meet only here."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from pivotino.tenancy import provision
from pivotino.tenancy.context import atomic, inside
from pivotino.tenancy.places import Place


@dataclass(frozen=True, kw_only=True)
class Founding:
    """With what an instance begins: the company, and the first Business Owner. `currency` is an ISO code, `zone` a tz name."""

    company: str
    country: str
    currency: str
    zone: str
    account_id: UUID
    name: str
    email: str


Seed = Callable[[Founding], None]
_seeds: list[tuple[int, Seed]] = []


def seeds(order: int) -> Callable[[Seed], Seed]:
    """Register what a room puts into a new instance, in rising order. It must be safe to repeat."""

    def keep(seed: Seed) -> Seed:
        _seeds.append((order, seed))
        return seed

    return keep


def found(place: Place, founding: Founding) -> None:
    """Make the database of `place` and seed it. Safe to repeat: what is there stays, nothing is doubled."""
    provision.create(place)
    with inside(place), atomic():
        for _, seed in sorted(_seeds, key=lambda pair: pair[0]):
            seed(founding)

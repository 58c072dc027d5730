"""News of questions for the rooms above, by category, in the transaction in which a question came or was put there.

@concerns(Category.CHILD)
def heard(ticket: Ticket) -> None: ...       # must bear hearing of the same ticket twice; what it raises stops all of it
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Ticket

Hearer = Callable[[Ticket], None]
Made = TypeVar("Made", bound=Hearer)
_hearers: dict[str, list[Hearer]] = defaultdict(list)


def concerns(*categories: Category | str) -> Callable[[Made], Made]:
    """Tell this function of every question of these categories."""

    def put_up(hearer: Made) -> Made:
        for category in categories:
            _hearers[Category(category)].append(hearer)
        return hearer

    return put_up


def tell(ticket: Ticket) -> None:
    for hearer in _hearers[Category(ticket.category)]:
        hearer(ticket)

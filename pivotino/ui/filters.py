"""Filters of the templates. The knowledge lives in `kit`; this only lends it a name."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.text import slugify

from pivotino.kit import addresses, days, money
from pivotino.ui.widgets import error_id, hint_id, kind_of


def share(part: float, whole: float, steps: int = 100) -> int:
    """How many of `steps` a part is: at least one when there is anything at all, at most all."""
    if part <= 0 or whole <= 0:
        return 0
    return max(1, min(steps, round(steps * part / whole)))


def query(params: dict[str, Any]) -> str:
    """`?a=1&b=2` from the pairs that hold something; nothing when none does."""
    kept = {name: value for name, value in params.items() if value not in (None, "", [])}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def plural(number: int, one: str, many: str = "") -> str:
    """3 -> "3 cards": the number and the word that goes with it."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def leaves(address: str) -> bool:
    """True for an address of somebody else's host; ours is the one in the settings."""
    return addresses.host_of(address) not in ("", addresses.host_of(settings.BASE_URL))


FILTERS: dict[str, Callable[..., Any]] = {
    "address_pieces": addresses.pieces,
    "date_phrase": days.date_phrase,
    "error_id": error_id,
    "hint_id": hint_id,
    "kind_of": kind_of,
    "leaves": leaves,
    "money_parts": money.money_parts,
    "plural": plural,
    "query": query,
    "share": share,
    "slug": slugify,
    "short_money": money.short_money,
    "weekday": days.weekday,
}

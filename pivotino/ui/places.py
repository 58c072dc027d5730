"""The places of the rail. A room puts itself there from `AppConfig.ready`; we never import a room.

register(Place(name="board", label="Board", icon="board", url_name="pipeline:board", key="g b", order=10))

A place whose address does not reverse is left out, so a room may come and go.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

Spot = Literal["rail", "thumb", "end", "search", "site"]


def everyone(request: HttpRequest) -> bool:
    return True


def nothing_waits(request: HttpRequest) -> int:
    return 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """`far` places leave the thumb bar on a phone and wait behind More.

    spot: "rail" is the list; "end" its foot (Settings); "thumb" the round add button of a phone;
    "search" is where the command bar asks (it answers with options for the list, see ui.option);
    "site" is the head and foot of the public pages.
    """

    name: str
    label: str
    icon: str
    url_name: str
    key: str = ""
    order: int = 100
    far: bool = False
    spot: Spot = "rail"
    covers: frozenset[str] = field(default_factory=frozenset)
    """Further url namespaces during which this place counts as the current one."""
    spares: frozenset[str] = field(default_factory=frozenset)
    """Pages of these namespaces that belong to no place."""
    allowed: Callable[[HttpRequest], bool] = everyone
    waiting: Callable[[HttpRequest], int] = nothing_waits
    """How many things wait there; shown as a loud count."""


class Signpost(NamedTuple):
    """A place as one page shows it: plain values, so that a rail that was drawn can be kept under them."""

    name: str
    label: str
    icon: str
    key: str
    far: bool
    href: str
    waiting: int
    current: bool


_places: dict[str, Place] = {}


def register(place: Place) -> None:
    """Put a place up; a second one of the same name takes its post."""
    _places[place.name] = place
    _standing.cache_clear()


def withdraw(name: str) -> None:
    _places.pop(name, None)
    _standing.cache_clear()


def signposts(request: HttpRequest, *, spot: Spot = "rail") -> list[Signpost]:
    """The places of one spot that exist and that this person may enter, in order."""
    urlconf, prefix = get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()
    found = [
        (place, href)
        for place in _standing(spot)
        if (href := _reversed(place.url_name, urlconf, prefix)) and place.allowed(request)
    ]
    here = _current(request, found)
    return [
        Signpost(place.name, place.label, place.icon, place.key, place.far, href, place.waiting(request), place is here)
        for place, href in found
    ]


@lru_cache
def _standing(spot: Spot) -> tuple[Place, ...]:
    return tuple(sorted((place for place in _places.values() if place.spot == spot), key=lambda place: place.order))


# Every page asks for the same ten.
@lru_cache(maxsize=4096)
def _reversed(url_name: str, urlconf: str, prefix: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, found: Iterable[tuple[Place, str]]) -> Place | None:
    """The longest address this page lies under; otherwise the place that covers its namespace."""
    found = list(found)
    under = [(len(href), place) for place, href in found if _lies_under(request.path, href)]
    if under:
        return max(under, key=lambda pair: pair[0])[1]
    match = getattr(request, "resolver_match", None)
    namespace = match.namespace if match else ""
    covering = [place for place, _ in found if namespace and namespace in place.covers]
    kindred = [place for place, _ in found if namespace and place.url_name.startswith(f"{namespace}:")]
    here = match.view_name if match else ""
    return next((place for place in (*covering, *kindred) if here not in place.spares), None)


def _lies_under(path: str, href: str) -> bool:
    return path == href or path.startswith(href.rstrip("/") + "/")

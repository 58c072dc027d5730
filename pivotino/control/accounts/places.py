"""The pages about one database, as its Business Owner finds them. A room puts its page up from `AppConfig.ready`.

    register(Place(name="Export", url_name="exports:index", order=40, icon="download"))

The address takes the database's slug and nothing else. A place whose address does not reverse is left out.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, kw_only=True)
class Place:
    """One page about a database: what it is called, where it is, and its place in the list."""

    name: str
    url_name: str
    order: int
    icon: str = ""


class Signpost(NamedTuple):
    """A place as one page shows it."""

    name: str
    icon: str
    href: str
    current: bool


_places: dict[str, Place] = {}


def register(place: Place) -> None:
    """Put a place up; a second one of the same name takes its post."""
    _places[place.name] = place


def signposts(request: HttpRequest, slug: str) -> list[Signpost]:
    """The pages about this database, in order; the current one is the longest address this page lies under."""
    standing = sorted(_places.values(), key=lambda place: place.order)
    found = [(place, href) for place in standing if (href := _address(place, slug))]
    under = [href for _, href in found if request.path.startswith(href)]
    here = max(under, key=len, default="")
    return [Signpost(place.name, place.icon, href, href == here) for place, href in found]


def _address(place: Place, slug: str) -> str:
    try:
        return reverse(place.url_name, args=[slug])
    except NoReverseMatch:
        return ""

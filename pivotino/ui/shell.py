"""What the frame round a page knows. Everything may be absent: an error page has no member and no instance."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.http import HttpRequest

from pivotino.ui.banners import Banner, banners
from pivotino.ui.faces import Face, face_of
from pivotino.ui.places import Signpost, Spot, signposts


class Frame(NamedTuple):
    """What the frame round an instance's page shows, in plain values: a frame that was drawn is kept under them."""

    who: bool | None
    face: Face | None
    instance_name: str
    banners: tuple[Banner, ...]
    home: str
    rail: tuple[Signpost, ...]
    end: tuple[Signpost, ...]
    far: tuple[tuple[str, str, str], ...]
    known: tuple[tuple[str, str, str, str], ...]
    thumb: Signpost | None
    search: Signpost | None


@dataclass(frozen=True)
class Shell:
    request: HttpRequest | None = None

    @cached_property
    def member(self) -> Any:
        return getattr(self.request, "member", None)

    @cached_property
    def instance(self) -> Any:
        return getattr(self.request, "instance", None)

    @cached_property
    def account(self) -> Any:
        return getattr(self.request, "account", None)

    @cached_property
    def who(self) -> Any:
        """Whose face the rail shows: the member inside, the account outside."""
        return self.member or self.account

    @cached_property
    def instance_name(self) -> str:
        return str(getattr(self.instance, "name", "") or "")

    @cached_property
    def face(self) -> Face | None:
        return face_of(self.who)

    @cached_property
    def rail(self) -> tuple[Signpost, ...]:
        return self._spot("rail")

    @cached_property
    def end(self) -> tuple[Signpost, ...]:
        return self._spot("end")

    @cached_property
    def far(self) -> tuple[tuple[str, str, str], ...]:
        """What a phone shows behind More: label, icon and address."""
        return tuple((place.label, place.icon, place.href) for place in (*self.rail[2:], *self.end))

    @cached_property
    def known(self) -> tuple[tuple[str, str, str, str], ...]:
        """What the command bar lists: label, icon, address and key."""
        return tuple((place.label, place.icon, place.href, place.key) for place in (*self.rail, *self.end))

    @cached_property
    def thumb(self) -> Signpost | None:
        return next(iter(self._spot("thumb")), None)

    @cached_property
    def search(self) -> Signpost | None:
        return next(iter(self._spot("search")), None)

    @cached_property
    def banners(self) -> tuple[Banner, ...]:
        """What everybody here has to know wherever they are."""
        return tuple(banners(self.request)) if self.request is not None else ()

    @cached_property
    def site(self) -> tuple[Signpost, ...]:
        """Public pages that are not always there."""
        return self._spot("site")

    @property
    def consent(self) -> Any:
        """What this browser agreed to about cookies; None where nobody asks."""
        return getattr(self.request, "consent", None)

    @property
    def path(self) -> str:
        return self.request.path if self.request is not None else ""

    @property
    def home(self) -> str:
        """Where the mark leads: the first place of the rail."""
        return self.rail[0].href if self.rail else "/"

    @property
    def frame(self) -> Frame:
        """Its plain values."""
        found = {name: getattr(self, name) for name in Frame._fields}
        return Frame(**{**found, "who": True if self.who is not None else None})

    def _spot(self, spot: Spot) -> tuple[Signpost, ...]:
        return tuple(signposts(self.request, spot=spot)) if self.request is not None else ()


def shell(request: HttpRequest | None = None) -> Shell:
    return Shell(request)

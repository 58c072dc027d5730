"""What people inside an instance are told while it may only be read, and inside a copy to try."""

from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone

from pivotino.tenancy.addresses import control_url
from pivotino.tenancy.models import Freeze, Instance
from pivotino.tenancy.places import Place
from pivotino.ui.banners import Banner

Reason = Freeze.Reason
ALWAYS = "Reading, searching and taking everything out go on."


class Why(NamedTuple):
    """Why an instance may only be read: the banner's sentence, the answer to a refused change, and where owners can act."""

    banner: str
    refusal: str
    link: str = ""
    url_name: str = ""


def why(place: Place) -> Why:
    """The first reason there is. Between two answers of the register it may have gone: then "a moment"."""
    freeze = Freeze.objects.filter(instance_id=place.id).order_by("since").first()
    if freeze is None:
        return Why("", "This could not be saved just now. Your text is still here; try again in a minute.")
    since, until = _day(freeze.since), _day(freeze.until) if freeze.until else ""
    match freeze.reason:
        case Reason.UNPAID:
            return Why(
                f"Read-only since {since}: a bill is open. {ALWAYS} It opens again as soon as the bill is paid.",
                "Nothing was changed: a bill is open, so this database can only be read until it is paid."
                " Your text is still here.",
                "See the bill", "billing:show",
            )  # fmt: skip
        case Reason.LEAVING:
            return Why(
                f"Read-only since {since}: the subscription has ended. {ALWAYS}" + (f" On {until} it is deleted." if until else ""),
                "Nothing was changed: the subscription has ended, so this database can only be read. Your text is still here.",
                "Take everything out, or come back", "terminations:show",
            )  # fmt: skip
        case Reason.UPGRADE:
            return _soon("A new version is being put in", "upgrades:show")
        case Reason.MOVE:
            return _soon("This database is moving to another server", "placements:show")
        case Reason.RESTORE:
            return _soon("This database is being put back from a backup", "backups:show")
        case Reason.STAFF:
            return Why(
                f"Read-only since {since}: closed for changes by our support. {ALWAYS}",
                "Nothing was changed: our support has closed this database for changes. Your text is still here.",
            )
    return _soon("This database is being worked on", "")


def for_people(request: HttpRequest) -> Banner | None:
    """The line over every page of a frozen instance; owners find the way to what can be done."""
    place = getattr(request, "instance", None)
    if place is None or not place.frozen or getattr(request, "member", None) is None:
        return None
    reason = why(place)
    return Banner(reason.banner, reason.link, _href(request, place, reason)) if reason.banner else None


def for_triers(request: HttpRequest) -> Banner | None:
    """The line over every page of a copy: that it is one, that nothing leaves it, and when it goes."""
    place = getattr(request, "instance", None)
    if place is None or not place.is_copy:
        return None
    row = Instance.objects.select_related("copy_of").get(pk=place.id)
    original = row.copy_of
    return Banner(
        f"This is a copy to try, made on {_day(row.created_at)}. What you change here stays here: the real database does not"
        " notice, no mail is sent, and the copy is deleted by itself.",
        "Back to the real one", f"/@{original.slug}/" if original else "",
    )  # fmt: skip


def _soon(what: str, url_name: str) -> Why:
    return Why(
        f"{what}. For a few minutes everything can be read and nothing changed; what you saved is safe.",
        f"{what}, so nothing can be changed for a few minutes. Your text is still here; try again then.",
        "See how far it is", url_name,
    )  # fmt: skip


def _href(request: Any, place: Place, reason: Why) -> str:
    if not reason.url_name or not getattr(request.member, "is_owner", False):
        return ""
    try:
        return control_url(reason.url_name, slug=place.slug)
    except NoReverseMatch:
        return ""


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"

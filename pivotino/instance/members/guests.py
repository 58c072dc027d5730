"""Guests from the helpdesk, as the people inside meet them: under their own name, in a line over every page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from pivotino.instance.members.models import Member, Role
from pivotino.instance.members.queries import zone
from pivotino.tenancy import current
from pivotino.tenancy.visiting import Guest, Present, present
from pivotino.ui.banners import Banner


def host(guest: Guest) -> Member:
    """The guest as views know them: sees all pages, works for nobody here, and is in no list of colleagues.

    Only who changes something gets a row, as somebody who has left, so that history says who did it.
    """
    facts = {"name": guest.called, "left_at": timezone.now()}
    if guest.writes:
        member, _ = Member.objects.get_or_create(pk=guest.member_id, defaults=facts)
    else:
        member = Member(pk=guest.member_id, **facts)
    member.role = Role.OWNER  # for this request; the row says User
    return member


def over_every_page(request: HttpRequest) -> Banner | None:
    """To a guest: where they are. To everybody else: that somebody is in; owners end it from here."""
    guest: Guest | None = getattr(request, "guest", None)
    if guest is not None:
        return _to_guest(guest)
    member = getattr(request, "member", None)
    if member is None:
        return None
    here = present(current())
    return _to_people(here, owner=member.is_owner) if here else None


def _to_guest(guest: Guest) -> Banner:
    minutes = max(0, -(-int((guest.until - timezone.now()).total_seconds()) // 60))
    seen = "covered" if guest.covered else "uncovered"
    text = (
        f"In the database of {current().name} as {guest.called} · {guest.ticket} · {minutes} min left, until "
        f"{_clock(guest.until)} · this page is {seen} and written down."
    )
    link = ("Reveal this page", guest.revealing) if guest.covered and guest.revealing else ("", "")
    return Banner(text, *link, "bad", "End the session", guest.ending, guest.standing)


def _to_people(here: list[Present], *, owner: bool) -> Banner:
    first = here[0]
    others = f" and {len(here) - 1} more" if here[1:] else ""
    what = "this database" if first.contents else "your settings"
    text = (
        f"{first.name} of Pivotino’s helpdesk{others} is looking at {what} · ticket {first.ticket} · "
        f"until {_clock(first.until)}."
    )
    if not owner or not first.page:
        return Banner(text)
    return Banner(text, "See what was opened", first.page, "", "Evict", first.ending)


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment, zone()):%H:%M}"

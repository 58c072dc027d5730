"""Inviting: whom, as what, and the letter exactly as it will be read, before anything is sent."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pivotino.instance.lifecycle import colleagues
from pivotino.instance.lifecycle.colleagues import Invited
from pivotino.instance.lifecycle.forms import AddressesForm
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.inviting import MOST, Guest, judge, read_addresses
from pivotino.instance.members.letters import preview
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.models import Member, Role
from pivotino.instance.members.models.invitation import GOOD_FOR
from pivotino.kit.limits import TooMany
from pivotino.ui.shortcuts import answer_to, render

FORM, LOOK = "lifecycle/invite.html", "lifecycle/invite_look.html"


@require_http_methods(["GET", "POST"])
@owners_only
def new(request: MemberRequest) -> HttpResponse:
    """Addresses first, then a look at what goes out, then the letters."""
    if request.method == "GET":
        form = AddressesForm(initial={"addresses": _started(request)})
        return render(request, FORM, {"form": form, "full": colleagues.room_for_more(1)})
    return create(request) if "send" in request.POST else look(request)


def look(request: MemberRequest) -> HttpResponse:
    form = AddressesForm(request.POST)
    guests: list[Guest] = []
    if form.is_valid():
        found, wrong = read_addresses(form.cleaned_data["addresses"])
        guests = judge(found, request.member)
        if wrong:
            form.add_error(
                "addresses",
                f"{_and(wrong)} cannot be {'an address' if len(wrong) == 1 else 'addresses'}. Nothing was sent.",
            )
        elif len(found) > MOST:
            form.add_error("addresses", f"Invite at most {MOST} people at once; these are {len(found)}.")
        elif full := colleagues.room_for_more(sum(guest.gets_a_letter for guest in guests)):
            form.add_error("addresses", colleagues.too_many(full))
    if not form.is_valid():
        shown = {"form": form, "full": colleagues.room_for_more(max(1, sum(guest.gets_a_letter for guest in guests)))}
        return render(request, FORM, shown, status=answer_to(form))
    role = form.cleaned_data["role"]
    return render(
        request, LOOK, _look(request, [Invited(guest, role) for guest in guests], form.cleaned_data["addresses"])
    )


def create(request: MemberRequest) -> HttpResponse:
    """Send to those who still get a letter now; the answer says how many went."""
    found, _ = read_addresses(request.POST.get("addresses", "")[:10_000])
    chosen = [Invited(guest, _role(request, guest)) for guest in judge(found[:MOST], request.member)]
    try:
        sent = colleagues.invite(chosen, by=request.member)
    except TooMany as refusal:
        return render(
            request, LOOK, _look(request, chosen, request.POST["addresses"]) | {"refusal": str(refusal)}, status=429
        )
    except colleagues.NoRoom as refusal:  # somebody else invited in between
        return render(
            request, LOOK, _look(request, chosen, request.POST["addresses"]) | {"refusal": str(refusal)}, status=422
        )
    return redirect(f"{reverse('lifecycle:colleagues')}?sent={len(sent)}")


def _look(request: MemberRequest, chosen: list[Invited], addresses: str) -> dict[str, Any]:
    going = [one for one in chosen if one.guest.gets_a_letter]
    letter = None
    if going:
        example = Member(name=going[0].guest.name, email=going[0].guest.email, role=going[0].role)
        letter = preview(example, by=request.member, until=timezone.now() + GOOD_FOR)
    return {
        "going": going, "staying": [one.guest for one in chosen if not one.guest.gets_a_letter], "letter": letter,
        "addresses": addresses, "roles": Role.choices, "refusal": "",
    }  # fmt: skip


def _role(request: MemberRequest, guest: Guest) -> str:
    role = request.POST.get(f"role:{guest.email}", Role.USER)
    return role if role in Role.values else Role.USER


def _started(request: MemberRequest) -> str:
    """What the addresses field begins with: addresses to look at again, or a name from an import that waits for its own."""
    if again := request.GET.get("address", "")[:2000]:
        return again
    name = " ".join(request.GET.get("name", "").replace("<", "").replace(">", "").split())[:160]
    return f"{name} <>" if name else ""


def _and(pieces: list[str]) -> str:
    said = [f"“{piece}”" for piece in pieces[:3]]
    more = f" and {len(pieces) - 3} more" if len(pieces) > 3 else ""
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]])) + more if not more else ", ".join(said) + more

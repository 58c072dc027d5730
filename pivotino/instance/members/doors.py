"""Who may do what, in one place. What a member may *see* is `Member.seen_owner`; this is about doors."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse

from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.models import Member, Role
from pivotino.ui.shortcuts import render, toast

Rest = ParamSpec("Rest")
View = Callable[Concatenate[MemberRequest, Rest], HttpResponse]


def owners_only(view: View[Rest]) -> View[Rest]:
    """A page or an action of Business Owners. Other members read who could help them; they are told, not locked out mutely."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.member.is_owner:
            return view(request, *args, **kwargs)
        return refused(request)

    return guarded


def refused(request: Any) -> HttpResponse:
    """The sentence for somebody who came to an owners' door."""
    sentence = f"This is for Business Owners. Ask {names(owners())}."
    if request.htmx:
        return toast(HttpResponse(sentence, status=403), sentence, bad=True)
    return render(request, "members/refused.html", {"owners": owners()}, status=403)


def owners() -> list[Member]:
    """The Business Owners who are in."""
    return list(Member.objects.present().filter(role=Role.OWNER))


def names(people: list[Member]) -> str:
    """ "Anna", "Anna or Bruno", "Anna, Bruno or Carla"."""
    said = [member.name for member in people[:3]]
    return " or ".join(filter(None, [", ".join(said[:-1]), said[-1] if said else "your company"]))

"""Colleagues: who works here, who was asked to, and what they may do."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle import colleagues
from pivotino.instance.lifecycle.forms import RoleForm
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.models import Invitation, Member, NotPossible, Role
from pivotino.ui.shortcuts import render, render_block, toast

PAGE = "lifecycle/colleagues.html"


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    sent = request.GET.get("sent", "")
    return render(request, PAGE, _shown() | {"sent": int(sent) if sent.isdecimal() and len(sent) < 3 else 0})


@require_POST
@owners_only
def role(request: MemberRequest, id: UUID) -> HttpResponse:
    member = get_object_or_404(Member.objects.present(), pk=id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _refused(request, "There is no such role.")
    try:
        event = colleagues.change_role(member, form.cleaned_data["role"], by=request.member)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    return _answer(request, f"{member.name} is a {dict(Role.choices)[form.cleaned_data['role']]} now", event)


@require_POST
@owners_only
def leave(request: MemberRequest, id: UUID) -> HttpResponse:
    member = get_object_or_404(Member.objects.working(), pk=id)
    try:
        event = colleagues.end(member, by=request.member)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    return _answer(request, f"{member.name} cannot enter any more", event)


@require_POST
@owners_only
def come_back(request: MemberRequest, id: UUID) -> HttpResponse:
    member = get_object_or_404(Member.objects.filter(left_at__isnull=False), pk=id)
    try:
        event = colleagues.bring_back(member, by=request.member)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    return _answer(request, f"{member.name} can enter again", event)


@require_POST
@owners_only
def forget(request: MemberRequest, id: UUID) -> HttpResponse:
    """Take out the name of somebody who left."""
    member = get_object_or_404(Member, pk=id)
    try:
        colleagues.forget(member, by=request.member)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    return _answer(request, f"They are {member.name} here now", None)


@require_POST
@owners_only
def remind(request: MemberRequest, id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("member"), pk=id)
    try:
        colleagues.remind(invitation, by=request.member)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    return _answer(request, f"One more letter goes to {invitation.email}", None)


@require_POST
@owners_only
def withdraw(request: MemberRequest, id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("member"), pk=id)
    email = invitation.email
    try:
        colleagues.withdraw(invitation, by=request.member)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    return _answer(request, f"Withdrawn. The link sent to {email} stopped working", None)


def _answer(request: MemberRequest, said: str, event: Event | None) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("lifecycle:colleagues")
    undo = reverse("history:undo", args=[event.pk]) if event else None
    return toast(render_block(request, PAGE, "lists", _shown()), said, undo=undo)


def _refused(request: MemberRequest, sentence: str) -> HttpResponse:
    """The list as it truly is, and why nothing changed."""
    if request.htmx:  # type: ignore[attr-defined]
        return toast(render_block(request, PAGE, "lists", _shown(), status=422), sentence, bad=True)
    return render(request, PAGE, _shown() | {"refusal": sentence}, status=422)


def _shown() -> dict[str, Any]:
    invitations = {
        invitation.member_id: invitation for invitation in Invitation.objects.unanswered().select_related("invited_by")
    }
    working = list(Member.objects.working())
    return {
        "present": [member for member in working if member.has_joined],
        "invited": [(member, invitations[member.pk]) for member in working if not member.has_joined and member.pk in invitations],
        "named": [member for member in working if not member.has_joined and member.pk not in invitations],
        "gone": list(Member.objects.filter(left_at__isnull=False, account_uuid__isnull=False).order_by("-left_at")[:50]),
        "roles": Role.choices, "sent": 0, "refusal": "", "now": timezone.now(),
    }  # fmt: skip

"""The page behind an invitation's link. Opening it changes nothing; the person answers there."""

from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from pivotino.instance.lifecycle import colleagues
from pivotino.instance.members.middleware import open_to_strangers
from pivotino.instance.members.models import Invitation, NotPossible
from pivotino.instance.members.queries import company, local_day
from pivotino.kit.days import date_phrase
from pivotino.tenancy import current
from pivotino.tenancy.addresses import control_url
from pivotino.ui.shortcuts import render

PAGE = "lifecycle/invitation.html"


@open_to_strangers
@never_cache
@require_GET
def show(request: Any, token: str) -> HttpResponse:
    return _page(request, Invitation.by_token(token), token)


@open_to_strangers
@never_cache
@require_POST
def accept(request: Any, token: str) -> HttpResponse:
    """Join with the account that is signed in, if it has the invited address."""
    invitation = Invitation.by_token(token)
    if invitation is None or not _is_theirs(request, invitation):
        return _page(request, invitation, token, status=403)
    try:
        colleagues.join(invitation, request.account)
    except NotPossible as refusal:
        return _page(request, invitation, token, refusal=str(refusal), status=409)
    return HttpResponseRedirect(reverse("lifecycle:home"))


@open_to_strangers
@never_cache
@require_POST
def decline(request: Any, token: str) -> HttpResponse:
    """Say no; with `report`, also that no letter shall come again. Whoever holds the letter may."""
    invitation = Invitation.by_token(token)
    if invitation is None:
        return _page(request, None, token)
    try:
        colleagues.decline(invitation, report="report" in request.POST)
    except NotPossible as refusal:
        return _page(request, Invitation.by_token(token), token, refusal=str(refusal), status=409)
    return _page(request, Invitation.by_token(token), token)


def _page(
    request: Any, invitation: Invitation | None, token: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    if invitation is None:
        return render(request, PAGE, {"invitation": None}, status=404)
    answer = request.GET.get("answer", "")
    context = {
        "invitation": invitation, "company": company().name, "token": token, "refusal": refusal, "account": request.account,
        "theirs": _is_theirs(request, invitation), "until": date_phrase(local_day(invitation.expires_at)),
        "answer": answer if answer in ("decline", "report") else "", "join": _join(invitation, token) if invitation.is_open else "",
        "sign_in": f"{control_url('accounts:sign_in')}?{urlencode({'next': request.get_full_path()})}",
    }  # fmt: skip
    return render(request, PAGE, context, status=status)


def _is_theirs(request: Any, invitation: Invitation) -> bool:
    return bool(request.account and invitation.email and request.account.email.lower() == invitation.email)


def _join(invitation: Invitation, token: str) -> str:
    """Where somebody without an account gets one: the letter has proven the address, so the pass carries it."""
    back = f"/@{current().slug}/invitations/{token}/"
    told = {
        "email": invitation.email,
        "name": invitation.member.name,
        "slug": current().slug,
        "invitation": str(invitation.pk),
        "back": back,
    }
    return f"{control_url('accounts:join')}?{urlencode({'pass': signing.dumps(told, salt='join')})}"

"""The one-time link of `pivotino open`: whoever sits at the machine enters as the owner. Elsewhere there is no such page."""

from typing import Any

from django.contrib.auth import login
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pivotino.control.accounts.models import Account
from pivotino.control.exports import opening


@never_cache
@require_safe
def show(request: Any, token: str) -> HttpResponse:
    """Sign in and go to the board; the link is used up."""
    found = opening.redeem(token)
    account = Account.objects.filter(pk=found.account_id).first() if found else None
    if found is None or account is None:
        raise Http404
    login(request, account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return HttpResponseRedirect(f"/@{found.slug}/")

"""The link of the letter: looking at it changes nothing, pressing the button makes one instance however often."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.control.accounts.models import Account
from pivotino.control.provisioning.jobs import put_in_line
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import SignUp
from pivotino.control.subscriptions.queries import shown
from pivotino.letters.suppression import is_put_away
from pivotino.ui.shortcuts import render


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button; only the button acts, so mail scanners may look as often as they like."""
    sign_up = SignUp.objects.with_token(token)
    if sign_up is None or is_put_away(sign_up.email):
        return render(request, "provisioning/unknown_link.html", status=404)
    if sign_up.verified_at:
        return HttpResponseRedirect(_progress(sign_up))
    if sign_up.is_expired:
        return render(request, "provisioning/expired_link.html", {"sign_up": sign_up}, status=410)
    if _has_account_already(sign_up):
        return render(request, "provisioning/already_here.html", status=409)
    if request.method == "POST":
        return HttpResponseRedirect(_progress(_begin(sign_up)))
    return render(request, "provisioning/verify.html", {"sign_up": sign_up, "address": shown(sign_up.slug)})


def _begin(sign_up: SignUp) -> SignUp:
    """The sign-up that is being made for this address: this one, or the one whose link was pressed before."""
    with transaction.atomic():
        provisioning = Provisioning.objects.begin(sign_up)
        if not provisioning.is_over:
            put_in_line(provisioning)
    return provisioning.sign_up


def _has_account_already(sign_up: SignUp) -> bool:
    under_way = Provisioning.objects.filter(email=sign_up.email).exists()
    return not under_way and Account.objects.with_email(sign_up.email) is not None


def _progress(sign_up: SignUp) -> str:
    return reverse("provisioning:progress", args=[sign_up.token])

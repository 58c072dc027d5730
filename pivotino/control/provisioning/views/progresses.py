"""Watching one's database being made."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.provisioning import advancing
from pivotino.control.provisioning.jobs import NO_ROOM, put_in_line
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.provisioning.steps import STEPS
from pivotino.control.subscriptions.models import SignUp
from pivotino.control.subscriptions.queries import shown
from pivotino.jobs import steps
from pivotino.jobs.models import Alert
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render, render_block

PAGE = "provisioning/progress.html"
USUAL = timedelta(seconds=45)


@never_cache
@require_safe
def show(request: Any, token: str) -> HttpResponse:
    """The steps and where they stand. The page asks again by itself, and works without a script too."""
    provisioning = _find(token)
    if request.htmx and not provisioning.is_over:
        return render_block(request, PAGE, "progress", _context(provisioning, token))
    answer = render(request, PAGE, _context(provisioning, token))
    if request.htmx:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Begin anew after it failed."""
    provisioning = _find(token)
    with transaction.atomic():
        advancing.try_again(provisioning)
        provisioning.refresh_from_db()
        if not provisioning.is_over:
            put_in_line(provisioning)
    return HttpResponseRedirect(reverse("provisioning:progress", args=[token]))


def _find(token: str) -> Provisioning:
    sign_up = SignUp.objects.with_token(token)
    found = Provisioning.objects.select_related("sign_up").filter(sign_up=sign_up).first() if sign_up else None
    if found is None:
        raise Http404
    return found


def _context(provisioning: Provisioning, token: str) -> dict[str, Any]:
    instance = Instance.objects.filter(pk=provisioning.instance_id).first()
    waits = instance is None and Alert.objects.filter(kind=NO_ROOM, settled_at__isnull=True).exists()
    return {
        "waits": waits, "provisioning": provisioning, "sign_up": provisioning.sign_up, "steps": steps.shown(provisioning, STEPS), "token": token,
        "late": timezone.now() - provisioning.begun_at > USUAL, "support": settings.OPERATOR.support,
        "address": shown(instance.slug if instance else provisioning.sign_up.slug),
    }  # fmt: skip

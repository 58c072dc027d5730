"""The door of the console, the queues and the health of the house."""

from typing import Any

from allauth.account.models import Login
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.forms import PasskeyForm
from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.staff.forms import Reason
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.control.staff.queries import at_work, overview, owing
from pivotino.jobs import line
from pivotino.jobs.models import Ticket
from pivotino.tenancy.health import look_at_all
from pivotino.ui.shortcuts import render


class SignIn(LoginWebAuthnView):  # type: ignore[misc]
    """The door of their own: a passkey of somebody who works here, and nothing else. Asked for JSON it brings the challenge."""

    template_name = "staff/sign_in.html"
    form_class = PasskeyForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = "application/json" in request.headers.get("Accept", "")
        answer: HttpResponse = super().get(request, *args, **kwargs) if asked else self._page()
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        key = form.cleaned_data["credential"]
        if not key.user.is_staff:
            return self._page(refused=True)
        answer: HttpResponse = perform_passwordless_login(
            self.request, key, Login(user=key.user, redirect_url=self.get_success_url())
        )
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        return self._page(refused=True)

    def get_success_url(self) -> str:
        wanted = (self.request.POST or self.request.GET).get("next", "")
        return wanted if wanted.startswith("/staff/") else reverse("staff:home")

    def _page(self, *, refused: bool = False) -> HttpResponse:
        seen = {"wanted": self.get_success_url(), "refused": refused}
        return render(self.request, self.template_name, seen, 422 if refused else 200)


@staff
@require_safe
def home(request: AccountRequest) -> HttpResponse:
    return render(
        request,
        "staff/home.html",
        {
            "books": overview(),
            "buckets": look_at_all(),
            "most": settings.INSTANCES_PER_BUCKET,
            "deeds": Deed.objects.all()[:8],
        },
    )


@staff
@require_safe
def queues(request: AccountRequest) -> HttpResponse:
    """What waits: sign-ups that become databases, and jobs, the dead ones first."""
    seen = {
        "provisionings": Provisioning.objects.unfinished().order_by("begun_at")[:50],
        "dead": Ticket.objects.dead().order_by("-dead_at")[:50],
        "works": at_work(),
        "owing": owing(),
        "waiting": Ticket.objects.waiting().order_by("due_at")[:50],
        "form": Reason(),
    }
    return render(request, "staff/queues.html", seen)


@staff
@require_POST
def revivals(request: AccountRequest, id: str) -> HttpResponse:
    """Put a dead job back in line; the deed names the job, not what is in it."""
    ticket = get_object_or_404(Ticket.objects.dead(), pk=id)
    form = Reason(request.POST)
    if not form.is_valid():
        seen = {"ticket": ticket, "form": form}
        return render(request, "staff/revival.html", seen, status=422)
    Deed.objects.keep(
        by=request.account.name, account_id=request.account.id, what="revive", why=form.cleaned_data["why"],
        ticket=form.cleaned_data["ticket"], facts={"job": ticket.name, "id": str(ticket.pk)},
    )  # fmt: skip
    line.revive(ticket)
    return HttpResponseRedirect(reverse("staff:queues"))

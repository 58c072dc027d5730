"""Where did you get my address?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.control.accounts.models import Account
from pivotino.control.accounts.networks import line_of
from pivotino.control.prospects import lookups
from pivotino.control.prospects.forgetting import forget
from pivotino.control.prospects.forms import WhereFromForm
from pivotino.control.prospects.queries import held_about
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

FROM_ONE_NETWORK = Limit("where-from-network", 10, per=60 * 60)
FOR_ONE_ADDRESS = Limit("where-from-address", 3, per=24 * 60 * 60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask. The page says the same for every address; an address that had its letters today gets no more."""
    form = WhereFromForm(request.POST or None)
    asked = False
    if request.method == "POST" and form.is_valid():
        try:
            FROM_ONE_NETWORK.hit(line_of(request))
        except TooMany as refusal:
            form.add_error("email", refusal.message)
            return render(request, "prospects/where_from.html", {"form": form, "asked": False}, status=429)
        _mail(form.cleaned_data["email"])
        asked = True
    return render(request, "prospects/where_from.html", {"form": form, "asked": asked}, answer_to(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Everything we hold of whoever reads the mail of this address, and one press that ends it."""
    address = lookups.address_of(token)
    if not address:
        return render(request, "prospects/answer.html", {"address": ""}, status=404)
    if request.method == "POST":
        forget(address)
        return render(request, "prospects/forget.html", {"done": True})
    seen = {"address": address, "held": held_about(address), "has_account": Account.objects.filter(email=address, is_active=True).exists()}  # fmt: skip
    return render(request, "prospects/answer.html", seen)


def _mail(address: str) -> None:
    try:
        FOR_ONE_ADDRESS.hit(address)
    except TooMany:
        return
    lookups.ask(address)

"""The form for everybody who thinks that we hold something about a child."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.networks import line_of
from pivotino.control.accounts.papers import policy
from pivotino.control.children.forms import ReportForm
from pivotino.control.helpdesk.asking import ask
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Source
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

FROM_ONE_NETWORK = Limit("child-network", 10, per=10 * 60)
SUBJECT = "A child under 13"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, answer_to(form))
    try:
        FROM_ONE_NETWORK.hit(line_of(request))
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return _show(request, form, 429)
    said = form.cleaned_data
    body = f"{said['says']}\n\nWhere: {said['where']}" if said["where"] else said["says"]
    told = {
        "category": Category.CHILD,
        "subject": SUBJECT,
        "body": body,
        "email": said["email"],
        "name": "",
        "once": said["once"],
    }
    ask(told, source=Source.FORM, notice=f"{policy().version} en")
    return HttpResponseRedirect(reverse("children:thanks"))


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "children/thanks.html", {})


def _show(request: HttpRequest, form: ReportForm, status: int) -> HttpResponse:
    return render(request, "children/report.html", {"form": form, "policy": policy()}, status)

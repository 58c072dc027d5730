"""The form on the contact page. What is sent becomes a ticket; where it stands, a letter says."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.networks import line_of
from pivotino.control.accounts.papers import policy
from pivotino.control.helpdesk.asking import ask
from pivotino.control.helpdesk.forms import ContactForm, offered
from pivotino.control.helpdesk.models import Source
from pivotino.control.website.views.pages import page
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to

FROM_ONE_NETWORK = Limit("contact-network", 10, per=10 * 60)
FOR_ONE_ADDRESS = Limit("contact-address", 5, per=24 * 60 * 60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        about = request.GET.get("about", "")
        return _show(request, ContactForm(initial={"category": about if about in dict(offered()) else "support"}))
    form = ContactForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form)
    try:
        FROM_ONE_NETWORK.hit(line_of(request))
        FOR_ONE_ADDRESS.hit(form.cleaned_data["email"])
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return _show(request, form, status=429)
    ask(form.cleaned_data, source=Source.FORM, notice=f"{policy().version} en")
    return HttpResponseRedirect(reverse("website:contact_sent"))


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody: look into your mail."""
    return page(request, "contact_sent")


def _show(request: HttpRequest, form: ContactForm, status: int | None = None) -> HttpResponse:
    answer = page(request, "contact", form=form, policy=policy())
    answer.status_code = status or answer_to(form)
    return answer

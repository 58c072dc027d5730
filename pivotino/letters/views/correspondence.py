"""The page where somebody sees what we sent them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.kit.limits import Limit, TooMany
from pivotino.letters import corresponding
from pivotino.letters.kinds import Kind
from pivotino.letters.topics import TOPICS
from pivotino.ui.shortcuts import answer_to, render

# One address is not filled with our letters, and nobody fills many.
ASKING, ASKED = Limit("correspondence", 300, per=3600), Limit("correspondence-to", 3, per=3600)


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="Your address", max_length=254, help_text="We mail a link there. It works for a day.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Ask for the link."""
    form, asked = AddressForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            ASKING.hit("all")
            ASKED.hit(email.lower())
            corresponding.ask(email)
            asked = email
        except TooMany as refusal:
            form.add_error("email", refusal.message)
    return render(
        request,
        "letters/correspondence.html",
        {"form": form, "asked": asked, "mine": None, "too_old": False},
        answer_to(form),
    )


@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Every letter to the address the link was mailed to: what, when, why, under which rule, and what became of it."""
    found = corresponding.letters_of(token)
    if found is None:
        seen = {"form": AddressForm(), "asked": "", "mine": None, "too_old": True}
        return render(request, "letters/correspondence.html", seen, 404)
    address, letters = found
    rows = [(one, Kind(one.kind).rule, TOPICS[one.topic].title if one.topic in TOPICS else "") for one in letters]
    return render(request, "letters/correspondence.html", {"form": None, "asked": "", "address": address, "mine": rows})

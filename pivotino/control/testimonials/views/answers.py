"""Behind the link in our letters: read it as it will be shown, say yes or no, take it back. Opening it changes nothing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.forms import OwnWordsForm
from pivotino.control.testimonials.links import testimonial_of
from pivotino.control.testimonials.models import Road, Testimonial, Wording
from pivotino.control.testimonials.views.stories import picture_of
from pivotino.ui.shortcuts import render

PAGE = "testimonials/answer.html"
unkept = cache_control(no_store=True)


@unkept
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    testimonial = testimonial_of(token)
    if testimonial is None:
        return render(request, PAGE, {"testimonial": None, "refusal": ""}, status=404)
    if request.method != "POST":
        return _page(request, testimonial, token)
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        return _page(request, testimonial, token, status=422)
    try:
        return deed(request, testimonial, token) or _done(request)
    except agreeing.NotPossible as refusal:
        return _page(request, testimonial, token, refusal=str(refusal), status=409)


@unkept
@require_safe
def picture(request: HttpRequest, token: str, id: UUID) -> HttpResponse:
    """A picture they are asked about, or that is shown, for them alone."""
    testimonial = testimonial_of(token)
    if testimonial is None or testimonial.ended_at:
        raise Http404
    return picture_of(Wording.objects.filter(testimonial=testimonial, pk=id, asked_at__isnull=False).first())


def _yes(request: HttpRequest, testimonial: Testimonial, token: str) -> None:
    agreeing.agree(testimonial, digest=request.POST.get("digest", ""), how=_road(request, testimonial))


def _edit(request: HttpRequest, testimonial: Testimonial, token: str) -> HttpResponse | None:
    newest = testimonial.newest
    if newest is None:
        raise agreeing.SaysSomethingElseNow
    form = OwnWordsForm(request.POST, before=newest)
    if not form.is_valid():
        return _page(request, testimonial, token, form=form, status=422)
    agreeing.agree_with_edits(
        testimonial, form.said, digest=request.POST.get("digest", ""), picture=form.drawn, how=_road(request, testimonial)
    )  # fmt: skip
    return None


def _no(request: HttpRequest, testimonial: Testimonial, token: str) -> None:
    agreeing.decline(testimonial)


def _withdraw(request: HttpRequest, testimonial: Testimonial, token: str) -> None:
    agreeing.withdraw(testimonial, how=_road(request, testimonial))


def _renew(request: HttpRequest, testimonial: Testimonial, token: str) -> None:
    agreeing.renew(testimonial, how=_road(request, testimonial))


DEEDS: dict[str, Callable[[HttpRequest, Testimonial, str], HttpResponse | None]] = {
    "yes": _yes, "edit": _edit, "no": _no, "withdraw": _withdraw, "renew": _renew,
}  # fmt: skip


def _road(request: Any, testimonial: Testimonial) -> Road:
    theirs = request.account is not None and request.account.email.lower() == testimonial.email.lower()
    return Road.SIGNED_IN if theirs else Road.LINK


def _done(request: HttpRequest) -> HttpResponse:
    """Show how it is now, at an address that may be opened again."""
    return HttpResponseRedirect(f"{request.path}?{urlencode({'did': request.POST['do']})}")


def _page(
    request: HttpRequest, testimonial: Testimonial, token: str, *, form: OwnWordsForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    testimonial.refresh_from_db()
    question, shown = testimonial.question, testimonial.publication
    seen = {
        "testimonial": testimonial, "token": token, "question": question, "shown": shown, "refusal": refusal,
        "agreed": None if question or shown or testimonial.ended_at or not testimonial.newest else testimonial.newest.consent,
        "form": form or (OwnWordsForm(before=question) if question else None), "did": request.GET.get("did", ""),
    }  # fmt: skip
    return render(request, PAGE, seen, status=status)

"""Letters as they were kept, for people who develop. These pages exist only while FEATURE_DEV_PAGES is on."""

from collections.abc import Callable
from uuid import UUID

from csp.decorators import csp, csp_update
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from pivotino.kit.days import ago_phrase
from pivotino.letters.models import Kept
from pivotino.ui.shortcuts import render

# A letter may bring its style attributes and nothing else; links leave the frame.
LETTER = {"default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "data:", "frame-ancestors": "'self'",
          "base-uri": "'none'", "form-action": "'none'", "sandbox": "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"}  # fmt: skip
PER_PAGE = 50

View = Callable[..., HttpResponse]
# django-csp's types know only views without arguments.
_sealed_off: Callable[[View], View] = csp(LETTER)  # type: ignore[assignment]
_frames: Callable[[View], View] = csp_update({"frame-src": ["'self'"]})  # type: ignore[assignment]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All letters, the newest first; `?to=` looks for an address."""
    to = request.GET.get("to", "").strip()
    letters = Kept.objects.filter(to__icontains=to) if to else Kept.objects.all()
    page = Paginator(letters, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "letters/index.html", {"page": page, "to": to, "ago": _ago})


@require_safe
@_frames
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letter as a person reads it: `?as=text` shows the text twin, `?as=head` what travels with it."""
    letter = get_object_or_404(Kept, pk=pk)
    as_ = request.GET.get("as", "letter")
    shown = as_ if as_ in ("letter", "text", "head") and (letter.html or as_ != "letter") else "text"
    return render(request, "letters/show.html", {"letter": letter, "shown": shown, "ago": _ago})


@require_safe
@xframe_options_sameorigin
@_sealed_off
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter's own page, for the frame. Its links open in the whole window."""
    letter = get_object_or_404(Kept, pk=pk)
    return HttpResponse(letter.html.replace("<head>", '<head><base target="_top">', 1))


@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """The newest hundred letters with their links, for tests and scripts; `?to=` looks for an address."""
    to = request.GET.get("to", "").strip()
    letters = Kept.objects.filter(to__iexact=to) if to else Kept.objects.all()
    return JsonResponse([letter.as_json() for letter in letters[:100]], safe=False)


def _ago(letter: Kept) -> str:
    return ago_phrase(letter.at, timezone.now(), timezone.get_current_timezone())

"""What we promise, and whether it is true."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.privacy.promises import STATES, register
from pivotino.ui.shortcuts import render


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All of them, or those of `?section=mail` and `?state=kept`."""
    known = register()
    section, state = request.GET.get("section", ""), request.GET.get("state", "")
    if (section and section not in known.sections) or (state and state not in STATES):
        raise Http404("No such section or state.")
    chosen = {name: title for name, title in known.sections.items() if section in ("", name)}
    shown = {title: known.in_section(name, state=state) for name, title in chosen.items()}
    page = {
        "register": known,
        "shown": {title: proofs for title, proofs in shown.items() if proofs},
        "section": section,
        "chosen_state": state,
    }
    return render(request, "privacy/promises.html", page)

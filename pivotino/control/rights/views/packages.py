"""What we know about somebody, for whoever has the link from the one letter. Each opening is noted."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pivotino.control.accounts.networks import browser_of, network_of
from pivotino.control.rights.models import Opening, Package
from pivotino.letters.suppression import is_put_away
from pivotino.ui.shortcuts import render


@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """To be read."""
    package = Package.objects.opened_by(token)
    if package is None or is_put_away(package.demand.email):
        return render(request, "rights/unknown.html", {}, status=404)
    content = _open(request, package, token, "read")
    seen = {"package": package, "content": content, "token": token, "openings": package.openings.all()[:20]}
    return render(request, "rights/package.html", seen)


@never_cache
@require_safe
def as_json(request: HttpRequest, token: str) -> HttpResponse:
    """To be taken along: the same, for programs."""
    package = Package.objects.opened_by(token)
    if package is None or is_put_away(package.demand.email):
        return render(request, "rights/unknown.html", {}, status=404)
    answer = JsonResponse(
        _open(request, package, token, "file"), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = 'attachment; filename="what-pivotino-knows.json"'
    return answer


def _open(request: HttpRequest, package: Package, token: str, what: str) -> dict[str, Any]:
    if request.method == "GET":
        Opening.objects.create(
            package=package, browser=browser_of(request)[:80], network=network_of(request), what=what
        )
    return package.open(token)

"""The line over every page, fetched again when somebody came or went."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.instance.members.middleware import MemberRequest
from pivotino.tenancy import current, visiting
from pivotino.ui.shell import shell
from pivotino.ui.shortcuts import render_block


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    visiting.forget(current())  # who asks has just heard of something new
    return render_block(request, "ui/app.html", "banners", {"pv": shell(request)})

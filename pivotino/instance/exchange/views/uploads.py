"""Bringing a file, and the list of those brought before."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pivotino.instance.exchange.forms import UploadForm
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.pages import address_of, earlier
from pivotino.instance.exchange.storage import FULL, NoSpace
from pivotino.instance.exchange.uploading import take_in
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import answer_to, render

NO_SPACE = "There is no room left on the server, so the file was not kept. Nothing else changed. Tell whoever runs it, then try again."


@require_http_methods(["GET", "POST"])
def index(request: MemberRequest) -> HttpResponse:
    """The list of imports and the form; a file sent twice is kept once."""
    form = UploadForm()
    if request.method == "POST":
        form, one = _create(request)
        if one is not None:
            return redirect(address_of(one))
    return render(
        request, "exchange/index.html", {"form": form, "earlier": earlier(request.member)}, status=answer_to(form)
    )


def _create(request: MemberRequest) -> tuple[Any, Import | None]:
    form = UploadForm()
    try:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            one = take_in(form.cleaned_data["file"], id=form.cleaned_data["id"], by=request.member)
            if not Import.objects.visible_to(request.member).filter(pk=one.pk).exists():
                form.add_error("file", "This form was used before. Choose the file again.")
                return form, None
            return form, one
    except NoSpace:
        form.add_error("file", NO_SPACE)
    except OSError as error:
        # The disk may fill up while the request itself is still being received.
        if error.errno not in FULL:
            raise
        form = UploadForm({"id": str(form.initial["id"])}, {})
        form.is_valid()
        form.errors.clear()
        form.add_error("file", NO_SPACE)
    return form, None

"""What we keep ready to say."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.helpdesk.models import Macro
from pivotino.control.staff.guards import staff
from pivotino.control.staff.tickets import MacroForm
from pivotino.ui.shortcuts import answer_to, render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    return render(request, "staff/macros.html", {"macros": Macro.objects.all()})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AccountRequest, id: UUID | None = None) -> HttpResponse:
    """A new one, or the words of an old one."""
    macro = get_object_or_404(Macro, pk=id) if id else None
    form = MacroForm(request.POST or None, instance=macro)
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/macro.html", {"form": form, "macro": macro}, answer_to(form))
    form.instance.changed_at = timezone.now()
    form.save()
    return HttpResponseRedirect(reverse("staff:macros"))


@staff
@require_POST
def destroy(request: AccountRequest, id: UUID) -> HttpResponse:
    Macro.objects.filter(pk=id).delete()
    return HttpResponseRedirect(reverse("staff:macros"))

"""Invoices, receipts and credit notes, and whom they are made out to."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.billing.forms import BuyerForm, facts_of
from pivotino.control.billing.models import Buyer, Paper
from pivotino.control.billing.printing import print_of
from pivotino.kit import places
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render


@owner
@require_safe
def index(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """All papers of this database, newest first."""
    papers = Paper.objects.of(instance.pk)[:500]
    buyer = Buyer.objects.filter(instance=instance).first()
    return render(request, "billing/papers.html", {"instance": instance, "papers": papers, "buyer": buyer})


@owner
@require_safe
def show(request: OwnerRequest, instance: Instance, number: str) -> HttpResponse:
    """One paper as the sealed PDF."""
    paper = Paper.objects.of(instance.pk).filter(number=number).first()
    if paper is None:
        raise Http404
    answer = HttpResponse(bytes(print_of(paper).content), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{paper.number}.pdf"'
    return answer


@owner
@require_http_methods(["GET", "HEAD", "POST"])
def buyer(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Name, address and tax numbers for the next papers; those that are written stay as they are."""
    now = Buyer.objects.filter(instance=instance).first()
    guess = places.guess_country(request.headers.get("Accept-Language", ""))
    initial = facts_of(now) if now else {"name": instance.name, "country": guess}
    form = BuyerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.keep(now or Buyer(instance=instance, changed_at=timezone.now()))
        return HttpResponseRedirect(reverse("billing:papers", args=[instance.slug]))
    return render(request, "billing/buyer.html", {"instance": instance, "form": form}, status=answer_to(form))

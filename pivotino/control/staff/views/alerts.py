"""What needs somebody: open until it is over or somebody says that it is settled."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.jobs import alerts
from pivotino.jobs.models import Alert


@staff
@require_POST
def settle(request: AccountRequest, id: str) -> HttpResponse:
    """Somebody looked after it; who, is kept."""
    alert = get_object_or_404(Alert.objects.filter(settled_at__isnull=True), pk=id)
    told = {"alert": alert.kind, "subject": alert.subject}
    Deed.objects.keep(
        by=request.account.name, account_id=request.account.id, what="settle", why=alert.says[:300], facts=told
    )
    alerts.settle(alert.kind, alert.subject, by=request.account.name)
    return HttpResponseRedirect(reverse("staff:home"))

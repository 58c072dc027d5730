"""What the law made us keep of one's own database, or hand over from it, as far as we may say."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest, owner
from pivotino.control.matters.models import Disclosure, Hold, Matter
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@owner
@require_safe
def index(request: AccountRequest, instance: Instance) -> HttpResponse:
    holds = Hold.objects.sayable().filter(instance_id=instance.pk, begun_at__isnull=False).select_related("matter")
    told = Disclosure.objects.left().filter(instance_id=instance.pk, matter__in=Matter.objects.sayable())
    seen = {"instance": instance, "holds": holds, "disclosures": told.select_related("matter")}
    return render(request, "matters/mine.html", seen)

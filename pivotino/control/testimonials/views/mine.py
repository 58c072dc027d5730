"""What one agreed to, for whoever is signed in with the address we asked."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest, signed_in
from pivotino.control.testimonials.links import token_of
from pivotino.control.testimonials.models import Testimonial
from pivotino.ui.shortcuts import render


@signed_in
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    found = Testimonial.objects.filter(email__iexact=request.account.email, wordings__asked_at__isnull=False).distinct()
    return render(request, "testimonials/mine.html", {"mine": [(one, token_of(one)) for one in found]})

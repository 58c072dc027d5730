"""What the clock does: ask once more, take down what ran out, forget."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from pivotino.control.testimonials import agreeing, letters
from pivotino.control.testimonials.models import RENEWED_FROM, Consent, End, Publication, Testimonial
from pivotino.jobs import schedule
from pivotino.kit.retention import note, period, sweep, sweeps


@schedule("13 * * * *")
def end_on_time() -> None:
    """Take down what ran out, and leave alone whoever did not answer for ninety days, or said yes two years ago."""
    now = timezone.now()
    for shown in Publication.objects.filter(until__lte=now).select_related("testimonial"):
        agreeing.drop(shown.testimonial, end=End.EXPIRED)
    going = Testimonial.objects.filter(ended_at__isnull=True).annotate(last=Max("wordings__made_at"))
    for one in going.filter(last__lt=now - period("unanswered testimonials")):
        given = Consent.objects.filter(wording__testimonial=one, ended_at__isnull=True)
        if not any(yes.holds_now for yes in given):
            agreeing.drop(one, end=End.EXPIRED if given else End.UNANSWERED)
            note("unanswered testimonials", 1)


@schedule("20 8 * * *")
def ask_to_renew() -> None:
    """One letter in the last month of each yes."""
    now = timezone.now()
    due = Publication.objects.current().filter(until__lte=now + RENEWED_FROM, renewal_asked_at__isnull=True)
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic():
            shown = Publication.objects.select_for_update(of=("self",)).filter(pk=pk, renewal_asked_at=None).first()
            if shown is not None:
                letters.renewal(shown)
                shown.renewal_asked_at = now
                shown.save(update_fields=["renewal_asked_at"])


@schedule("50 3 * * *")
def forget() -> None:
    """A month after the end words, name, picture and address go; three years later the proof that there was a yes."""
    sweep("testimonials", "testimonial receipts")


@sweeps("testimonials")
def testimonials_over(at: datetime) -> QuerySet[Testimonial]:
    return Testimonial.objects.filter(ended_at__lt=at - period("testimonials"))


@sweeps("testimonial receipts")
def receipts_over(at: datetime) -> QuerySet[Consent]:
    return Consent.objects.filter(ended_at__lt=at - period("testimonial receipts"))

"""Requests for a demo that nobody proved yet."""

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class Asking(ControlModel):
    """What somebody typed at /demo/. Once the letter's link is pressed it becomes a prospect, and the row is emptied.

    `notice` is the version of the policy that stood beside the form. `wants_letters` is their own tick.
    """

    once = models.CharField(max_length=64, unique=True)
    address = models.EmailField(blank=True)
    name = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    told_by = models.CharField(max_length=120, blank=True)
    wants_letters = models.BooleanField(default=False)
    notice = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    proven_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="visitor", purpose="to prove the address before we call anybody", retention="until it is proven; 7 days without proof",
        export="no: gone within days", erasure="row deleted",
        personal={"address": "where the letter goes", "name": "how we greet", "phone": "to call back", "country": "whose law holds",
                  "told_by": "may name a friend", "wants_letters": "what they agreed to"},
        plain={"once", "notice", "at", "proven_at"},
    )  # fmt: skip

    class Meta:
        indexes = [models.Index("at", name="asking_by_age")]

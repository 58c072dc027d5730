"""Registrations that wait for a proof of the address."""

import hashlib
from datetime import timedelta
from typing import Self
from uuid import UUID

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pivotino.control.subscriptions.models.plan import Plan
from pivotino.kit.holds import Holds
from pivotino.kit.retention import period
from pivotino.tenancy.models import ControlModel

BETWEEN_LETTERS = timedelta(seconds=30)
MOST_LETTERS = 6


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def waiting(self) -> Self:
        """Not proven and not too old."""
        return self.filter(verified_at__isnull=True, expires_at__gt=timezone.now())

    def with_token(self, token: str) -> "SignUp | None":
        """The sign-up a letter's link belongs to. Links of addresses that have an account already belong to none."""
        return self.filter(token_hash=hash_of(token), known=False).first()

    def seen(self, sealed: str) -> "SignUp | None":
        """The sign-up of a thank-you page, as long as that page may be looked at."""
        try:
            id = signing.loads(sealed, salt="thank-you", max_age=period("sign-ups"))
        except signing.BadSignature:
            return None
        return self.filter(pk=id).first()


class SignUp(ControlModel):
    """What somebody typed at /get-started/. It becomes an instance when its link is confirmed, or is swept away.

    The link's token is not kept, only its hash; it can be made again from the id with the installation's secret, so that
    every letter of one sign-up carries the same link. `known` marks a sign-up for an address that has an account.
    """

    name = models.CharField(max_length=160)
    company = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40)
    network = models.CharField(max_length=45, blank=True)
    once = models.CharField(max_length=64, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    known = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    letters = models.PositiveSmallIntegerField(default=0)
    letter_at = models.DateTimeField(null=True, blank=True)

    objects = SignUpQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to open an account once the address is proven",
        retention="7 days without proof; 30 days after the database is ready", export="account", erasure="row deleted",
        personal={"name": "how we greet", "company": "whose database it is", "email": "signs in with it",
                  "phone": "to be reached", "network": "against abuse; the address shortened", "slug": "the address shown"},
        plain={"country", "currency", "zone", "language", "plan", "once", "token_hash", "known", "created_at", "expires_at",
               "verified_at", "letters", "letter_at"},
    )  # fmt: skip

    class Meta:
        indexes = [models.Index("email", name="sign_up_by_email"), models.Index("expires_at", name="sign_up_by_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(known=False) | Q(verified_at__isnull=True), name="known_is_never_verified"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def token(self) -> str:
        """What the letter's link carries."""
        return token_for(self.id)

    @property
    def sealed(self) -> str:
        """What the thank-you page's address carries; it proves nothing but that this browser filled in the form."""
        return signing.dumps(str(self.id), salt="thank-you")

    @property
    def is_expired(self) -> bool:
        return self.verified_at is None and self.expires_at <= timezone.now()

    @property
    def wait(self) -> int:
        """Whole seconds until another letter may be asked for."""
        if self.letter_at is None:
            return 0
        return max(0, int((self.letter_at + BETWEEN_LETTERS - timezone.now()).total_seconds() + 0.999))

    @property
    def has_letters_left(self) -> bool:
        return self.letters < MOST_LETTERS

    def may_have_letter(self) -> bool:
        """Count one more letter; False where it is too soon or there were enough. Two at once count as one."""
        now = timezone.now()
        due = Q(letter_at__isnull=True) | Q(letter_at__lte=now - BETWEEN_LETTERS)
        mine = SignUp.objects.waiting().filter(due, pk=self.pk, letters__lt=MOST_LETTERS)
        if not mine.update(letters=models.F("letters") + 1, letter_at=now):
            return False
        self.refresh_from_db(fields=["letters", "letter_at"])
        return True

    def verify(self) -> None:
        """The address is proven. Repeating it changes nothing."""
        SignUp.objects.waiting().filter(pk=self.pk).update(verified_at=timezone.now())
        self.refresh_from_db(fields=["verified_at"])


def token_for(id: UUID) -> str:
    """168 bits that only this installation can make from the id."""
    return salted_hmac("pivotino.subscriptions.sign_up", str(id), algorithm="sha256").hexdigest()[:42]


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

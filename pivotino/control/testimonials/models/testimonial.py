"""What a person says of us: its wordings, their yes to one of them, and that it is shown."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.erasures.persons import restricted_among
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel

# A yes holds for two years; in the last month of them we ask once more.
SHOWN_FOR, RENEWED_FROM = timedelta(days=730), timedelta(days=30)


class Place(models.TextChoices):
    """Where something may be shown. Whoever says yes reads these words."""

    CUSTOMERS = "customers", "On our page of customers’ stories, /customers/"
    HOME = "home", "On our front page"


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    MALAY = "ms", "Malay"


class End(models.TextChoices):
    """Why nothing more is shown or asked."""

    DECLINED = "declined", "They said no"
    UNANSWERED = "unanswered", "Nobody answered"
    WITHDRAWN = "withdrawn", "They took it back"
    EXPIRED = "expired", "It ran out"
    DROPPED = "dropped", "Dropped by staff"


class Road(models.TextChoices):
    """How somebody told us."""

    LINK = "link", "by the link in our letter"
    REPLY = "reply", "by answering our letter"
    SIGNED_IN = "signed in", "signed in"
    STAFF = "staff", "by staff"


class Testimonial(ControlModel):
    """One person and what they say of us. `ended_at` is set once it is over; a month later the row goes with all its wordings."""

    email = models.EmailField()
    by = models.CharField(max_length=160)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=12, choices=End, blank=True)

    holds = Holds(
        subject="customer", purpose="to ask whether we may show what somebody says of us",
        retention="until 30 days after it ended; unanswered, it ends after 90", export="on the page behind the link in our letter",
        erasure="deleted, and with it what is shown",
        personal={"email": "whom we ask", "by": "who of us asks"}, plain={"begun_at", "ended_at", "end"},
    )  # fmt: skip

    class Meta:
        ordering = ["-begun_at"]
        indexes = [models.Index(fields=["email"], name="testimonial_email")]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__isnull=True) ^ ~Q(end=""), name="testimonial_end_has_a_reason")
        ]

    def __str__(self) -> str:
        return self.newest.name if self.pk and self.newest else "a testimonial"

    @property
    def newest(self) -> "Wording | None":
        return next(iter(self.wordings.all()), None)

    @property
    def question(self) -> "Wording | None":
        """What is asked now and not answered yet."""
        newest = None if self.ended_at else self.newest
        return newest if newest and newest.asked_at and not newest.refused_at and newest.consent is None else None

    @property
    def publication(self) -> "Publication | None":
        """What is shown now."""
        shown = Publication.objects.current().filter(testimonial=self)
        return shown.select_related("consent__wording").defer("consent__wording__picture").first()


@dataclass(frozen=True, kw_only=True)
class Said:
    """Everything a yes is about."""

    text: str
    name: str
    role: str = ""
    company: str = ""
    language: str = Language.ENGLISH
    places: tuple[str, ...] = ()
    picture_mark: str = ""

    @property
    def digest(self) -> str:
        """The fingerprint of all of it; another letter, place or picture makes another one."""
        told = [self.text, self.name, self.role, self.company, self.language, sorted(self.places), self.picture_mark]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class WordingManager(models.Manager["Wording"]):
    def get_queryset(self) -> models.QuerySet["Wording"]:
        """Without the pictures: who shows one asks for it."""
        return super().get_queryset().defer("picture")


class Wording(ControlModel):
    """One version: the words, the name as they want it, the picture and the places. Never changed: a change is a new version.

    `by` is empty where the person wrote it. The database refuses to change what a yes may be about.
    """

    testimonial = models.ForeignKey(Testimonial, on_delete=models.CASCADE, related_name="wordings")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1200)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=80, blank=True)
    company = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    places = models.JSONField(default=list)
    picture = models.BinaryField(null=True)
    picture_mark = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=160, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = WordingManager()

    holds = Holds(
        subject="customer", purpose="to show what somebody says of us, in the words they agreed to",
        retention="until 30 days after the testimonial ended", export="on the page behind the link in our letter", erasure="deleted",
        personal={"text": "what they say", "name": "who says it", "role": "who says it", "company": "who says it",
                  "picture": "their picture", "by": "who of us wrote it"},
        plain={"testimonial", "number", "language", "places", "picture_mark", "digest", "made_at", "asked_at", "refused_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["testimonial", "number"], name="wording_numbered_once")]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def said(self) -> Said:
        return Said(
            text=self.text, name=self.name, role=self.role, company=self.company, language=self.language,
            places=tuple(self.places), picture_mark=self.picture_mark,
        )  # fmt: skip

    @property
    def place_names(self) -> list[str]:
        return [str(Place(place).label) for place in self.places]

    @property
    def consent(self) -> "Consent | None":
        """The yes to exactly this, if there is one that holds."""
        digest = self.said.digest
        return next((one for one in self.consents.all() if one.holds_now and one.digest == digest), None)


class Consent(ControlModel):
    """A yes to one wording, and when it ended.

    What proves it: the fingerprint of what was agreed to, the moment, the road, and a keyed mark by which the address can be
    recognised when somebody names it. No mail or network address: a sealed link, or an answer under our own Message-ID, is
    only in the hands of who reads that mailbox, and where their machine stood adds nothing to it. A fact that proves nothing
    is not kept. After the text is gone this row stays, to show that we had a yes for what was seen.
    """

    wording = models.ForeignKey(Wording, null=True, on_delete=models.SET_NULL, related_name="consents")
    digest = models.CharField(max_length=64)
    mark = models.CharField(max_length=32)
    how = models.CharField(max_length=10, choices=Road)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="customer", purpose="to prove that what we showed was agreed to", retention="three years after it ended", export="no: it holds a mark only",
        erasure="kept: a fingerprint and a mark, without a name, address or text",
        personal={"mark": "a keyed mark of the address"}, plain={"wording", "digest", "how", "at", "ended_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"yes of {self.at:%Y-%m-%d}"

    @property
    def until(self) -> datetime:
        """When it runs out."""
        return self.at + SHOWN_FOR

    @property
    def holds_now(self) -> bool:
        return self.ended_at is None and self.until > timezone.now()


class PublicationQuerySet(models.QuerySet["Publication"]):
    def current(self) -> "PublicationQuerySet":
        """Shown at this moment: agreed to, not run out, of nobody who wants their data kept and not used."""
        agreed = self.filter(until__gt=timezone.now(), consent__ended_at__isnull=True)
        silent = restricted_among(agreed.order_by().values_list("testimonial__email", flat=True))
        return agreed.exclude(testimonial__email__in=silent) if silent else agreed


class Publication(ControlModel):
    """That something is shown, since when and until when. Taking the row away takes it down.

    The database refuses a row without a yes that holds for exactly the wording.
    """

    testimonial = models.OneToOneField(Testimonial, on_delete=models.CASCADE, related_name="+")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    renewal_asked_at = models.DateTimeField(null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    holds = Holds(
        subject="customer", purpose="to show what somebody agreed to", retention="until it runs out or is taken back", export="it is public",
        erasure="deleted at once", personal={"by": "who of us put it up"},
        plain={"testimonial", "consent", "at", "until", "renewal_asked_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"shown until {self.until:%Y-%m-%d}"

    @property
    def wording(self) -> Wording:
        assert self.consent.wording is not None
        return self.consent.wording


def known_places(places: Iterable[str]) -> tuple[str, ...]:
    """Those we have, each once, in our order."""
    return tuple(place for place in Place.values if place in set(places))

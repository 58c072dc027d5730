"""What plans and add-ons have in common: a code, versions that never change, prices in several currencies."""

import tomllib
from pathlib import Path
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from pivotino.tenancy.models import ControlModel

FILE = Path(__file__).parent.parent / "plans.toml"
BY_FILE = "plans.toml"
FIRST = "USD"


class NotOffered(ValueError):
    """There is no such thing on offer; the message says so to whoever asked."""


class OfferingQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """What is on offer now, in the order in which it is shown."""
        return self.filter(published=True).order_by("place")

    def load(self, file: Path = FILE) -> int:
        """Take in what the file says; returns how many new versions that made.

        Only what reads differently than the file did last time is published: what staff changed or retired since stays so.
        """
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get(self.model.SECTION, [])
        with transaction.atomic():
            return sum(self._load(place, row) for place, row in enumerate(rows))

    def publish(self, code: str, *, by: str, why: str, **said: Any) -> Any:
        """Put up a new version of `code`, or something new: what is not said stays as in the version before.

        Who has an older version keeps it.
        """
        with transaction.atomic():
            latest = self.filter(code=code).order_by("-version").first()
            kept = latest.said if latest else {}
            version = (self.filter(code=code).aggregate(Max("version"))["version__max"] or 0) + 1
            self.filter(code=code, published=True).update(published=False)
            made = self.model(code=code, version=version, by=by, why=why, **{**kept, **said})
            made.full_clean(validate_unique=False, validate_constraints=False)
            made.save(force_insert=True)
            return made

    def retire(self, code: str, *, by: str, why: str) -> None:
        """Nobody can begin with it any more; whoever has it keeps it. Raises NotOffered where it is not on offer."""
        if not self.filter(code=code, published=True).update(published=False, retired_by=by, retired_why=why):
            raise NotOffered(f"{code} is not on offer.")

    def _load(self, place: int, row: dict[str, Any]) -> bool:
        said = {"place": place, **row}
        code = said.pop("code")
        before = self.filter(code=code, by=BY_FILE).order_by("-version").first()
        if before and all(getattr(before, name) == value for name, value in said.items()):
            return False
        self.publish(code, by=BY_FILE, why="The file says so.", **said)
        return True


class Offering(ControlModel):
    """One version of something that can be had. It never changes: whoever took it keeps what it said.

    `prices` are whole minor units by currency. `by` and `why` say who put this version up. A row that somebody has cannot
    be deleted; the database refuses.
    """

    SECTION: ClassVar[str]
    KEPT: ClassVar[tuple[str, ...]] = ("place", "name", "prices", "blurb")

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    prices = models.JSONField(default=dict, blank=True)
    blurb = models.CharField(max_length=300, blank=True)
    published = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=120, default=BY_FILE)
    why = models.CharField(max_length=300, blank=True)
    retired_by = models.CharField(max_length=120, blank=True)
    retired_why = models.CharField(max_length=300, blank=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["place", "version"]
        constraints = [
            models.UniqueConstraint("code", "version", name="%(class)s_version_once"),
            models.UniqueConstraint("code", condition=Q(published=True), name="one_published_%(class)s"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def said(self) -> dict[str, Any]:
        """What the next version begins with."""
        return {name: getattr(self, name) for name in self.KEPT}

    @property
    def currencies(self) -> list[str]:
        """In which currencies it has a price; the house's own first, whatever order the database keeps."""
        return sorted(self.prices, key=lambda code: (code != FIRST, code))

    def price(self, currency: str) -> int:
        """What it costs, in minor units; nothing where it is free. Raises NotOffered for a currency without a price."""
        if not self.prices:
            return 0
        if currency not in self.prices:
            raise NotOffered(f"{self.name} has no price in {currency}.")
        return int(self.prices[currency])

    def price_code(self, currency: str) -> str:
        """How a bill names this version and its price."""
        return f"{self.code}.v{self.version}.{currency.lower()}"

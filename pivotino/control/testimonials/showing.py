"""What the public pages show: only what somebody agreed to, compared with its fingerprint each time it is read.

Nothing of it is kept between two requests, here or in a browser. Only whether there is anything at all is remembered for
half a minute, for the links that lead there.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from pivotino.control.testimonials.models import Place, Publication

REMEMBERED, SECONDS = "testimonials.any", 30


@dataclass(frozen=True)
class Story:
    """One testimonial as a page shows it."""

    id: UUID | None
    text: str
    name: str
    role: str
    company: str
    language: str
    picture: str
    agreed_at: datetime
    version: int

    @property
    def who(self) -> str:
        """Role and company on one line."""
        return ", ".join(filter(None, [self.role, self.company]))


def stories(place: Place, most: int = 60) -> list[Story]:
    """What may be shown here, the newest first. What does not read as it was agreed to is not shown."""
    rows = Publication.objects.current().select_related("consent__wording").defer("consent__wording__picture")
    found = (row for row in rows if place in row.wording.places and row.wording.said.digest == row.consent.digest)
    return [_story(row) for row in islice(found, most)]


def stories_or_none(place: Place, most: int) -> list[Story]:
    """The same for a page that stands without them: nothing where the database does not answer."""
    try:
        return stories(place, most)
    except DatabaseError:
        return []


def are_there_any() -> bool:
    """Whether the page of stories has one. Where the database does not answer there is none, and nobody asks again for a while."""
    known = cache.get(REMEMBERED)
    if known is None:
        try:
            known = Publication.objects.current().exists()
        except DatabaseError:
            known = False
        cache.set(REMEMBERED, known, SECONDS)
    return bool(known)


def look_again() -> None:
    """Something was put up or taken down."""
    cache.delete(REMEMBERED)


def _story(row: Publication) -> Story:
    said = row.wording
    picture = f"{said.pk}" if said.picture_mark else ""
    return Story(
        id=said.pk, text=said.text, name=said.name, role=said.role, company=said.company, language=said.language, picture=picture,
        agreed_at=timezone.localtime(row.consent.at), version=said.number,
    )  # fmt: skip

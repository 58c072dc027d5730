"""Every cookie we may set, and for what. Whatever is not here never leaves the server."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from pivotino.control.visitors.wording import NECESSARY
from pivotino.kit import retention

# How long a choice is remembered.
LASTS = timedelta(days=182)

CONSENT, VISIT = "pv_consent", "pv_visit"


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """One declared cookie. `party` is who gets to read it."""

    name: str
    category: str
    purpose: str
    lifetime: str
    party: str = "Pivotino"


_declared: dict[str, Cookie] = {}


def declare(cookie: Cookie) -> Cookie:
    """Let a cookie be set, once its category was agreed to."""
    _declared[cookie.name] = cookie
    return cookie


def declared() -> tuple[Cookie, ...]:
    return tuple(_declared.values())


def find(name: str) -> Cookie | None:
    return _declared.get(name)


declare(
    Cookie(
        name=settings.SESSION_COOKIE_NAME,
        category=NECESSARY,
        purpose="Keeps you signed in. Only after you signed in.",
        lifetime=retention.rule("sessions").words,
    )
)
declare(
    Cookie(
        name=CONSENT,
        category=NECESSARY,
        purpose="Remembers what you chose here, with the receipt. Only after you chose.",
        lifetime=retention.in_words_of(LASTS),
    )
)
declare(
    Cookie(
        name=VISIT,
        category="statistics",
        purpose="Holds the pages of one visit together.",
        lifetime="30 minutes after the last page",
    )
)

"""What this browser agreed to, read from its one signed cookie and from what the browser itself says."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase

from pivotino.control.visitors import wording
from pivotino.control.visitors.cookies import CONSENT, LASTS
from pivotino.control.visitors.models import Consent
from pivotino.control.visitors.pages import is_public, path_of

# What the signal of the browser refuses, whatever was pressed.
BY_SIGNAL = ("personalisation", "marketing")
_signer = TimestampSigner(salt="pivotino.visitors.consent")


@dataclass(frozen=True)
class Given:
    """What the cookie says."""

    text: str
    receipt: str
    granted: frozenset[str]


class Consents:
    """`request.consent`: never looks into the database."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.looked = False

    @cached_property
    def given(self) -> Given | None:
        self.looked = True
        try:
            text, receipt, granted = _signer.unsign(self.request.COOKIES.get(CONSENT, ""), max_age=LASTS).split("|")
        except (BadSignature, ValueError):
            return None
        return Given(text, receipt, frozenset(filter(None, granted.split("+"))))

    @property
    def by_browser(self) -> bool:
        """The browser sends Global Privacy Control."""
        return self.request.headers.get("Sec-GPC") == "1"

    @property
    def is_current(self) -> bool:
        """They chose, and about the words that stand there now."""
        return self.given is not None and self.given.text == wording.current().version

    def grants(self, category: str) -> bool:
        if category == wording.NECESSARY:
            return True
        if self.given is None or not self.is_current or (self.by_browser and category in BY_SIGNAL):
            return False
        return category in self.given.granted

    @property
    def asks(self) -> bool:
        """Whether this page asks: a public one, and nobody answered yet."""
        return is_public(self.request) and not self.is_current

    @property
    def measures(self) -> bool:
        return is_public(self.request) and self.grants("statistics")

    @property
    def page(self) -> str:
        """What this page is counted as."""
        return path_of(self.request)

    @property
    def question(self) -> str:
        return wording.current().question


def consents_of(request: HttpRequest) -> Consents:
    found = getattr(request, "consent", None)
    return found if isinstance(found, Consents) else Consents(request)


def choose(request: HttpRequest, granted: set[str]) -> Consent:
    """Keep a choice. What the browser refuses by itself is refused."""
    by_browser = consents_of(request).by_browser
    wanted = granted - set(BY_SIGNAL) if by_browser else granted
    return Consent.objects.create(
        text=wording.current().version, by_browser=by_browser, **{name: name in wanted for name in wording.OPTIONAL}
    )


def remember(response: HttpResponseBase, consent: Consent) -> None:
    """Give the browser its one cookie."""
    value = _signer.sign(f"{consent.text}|{consent.receipt}|{'+'.join(consent.granted)}")
    response.set_cookie(
        CONSENT, value, max_age=LASTS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )

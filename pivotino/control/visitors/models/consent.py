"""What somebody chose about cookies: provable by a receipt, without saying who it was."""

import base64
import secrets

from django.db import models
from django.utils import timezone

from pivotino.control.visitors.wording import OPTIONAL, Wording, version
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


def new_receipt() -> str:
    """Sixteen letters and digits in groups of four, so that they can be read aloud; nobody guesses them."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


class Consent(ControlModel):
    """One choice. Never changed: whoever chooses anew gets a new row and a new receipt."""

    receipt = models.CharField(max_length=19, unique=True, default=new_receipt)
    text = models.CharField(max_length=20)
    statistics = models.BooleanField()
    personalisation = models.BooleanField()
    marketing = models.BooleanField()
    # The browser itself refused personalisation and marketing (Global Privacy Control).
    by_browser = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="visitor", purpose="to prove what was chosen about cookies, to whoever quotes the receipt",
        retention="3 years", export="the page of the receipt", erasure="row deleted after 3 years; it names nobody",
        personal={"receipt": "who knows it can prove the choice"},
        plain={"text", "statistics", "personalisation", "marketing", "by_browser", "at"},
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by_browser=False) | models.Q(personalisation=False, marketing=False),
                name="a_refusal_by_the_browser_counts",
            )
        ]

    @property
    def granted(self) -> tuple[str, ...]:
        return tuple(name for name in OPTIONAL if getattr(self, name))

    @property
    def wording(self) -> Wording | None:
        """The words that stood there."""
        return version(self.text)

    def __str__(self) -> str:
        return self.receipt

"""To which text somebody agreed, when and how."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.accounts.models.account import Account
from pivotino.control.accounts.papers import AGE, Paper, agreed_papers
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class ConsentQuerySet(models.QuerySet["Consent"]):
    def give(self, *, network: str, channel: str, account: Account | None = None, sign_up: UUID | None = None) -> None:
        """Record yes to the current terms and policy and to being 13 or older."""
        whose: dict[str, Any] = {"account": account, "sign_up": sign_up, "network": network, "channel": channel}
        self.bulk_create(
            Consent(document=paper.kind, version=paper.version, sha256=paper.sha256, language=paper.language, **whose)
            for paper in (*agreed_papers(), AGE)
        )

    def hand_over(self, sign_up: UUID, account: Account) -> None:
        """What was agreed while registering is the account's from now on."""
        self.filter(sign_up=sign_up, account__isnull=True).update(account=account)


class Consent(ControlModel):
    """One yes: to a document in one version, known by its fingerprint, or to a statement about oneself."""

    class Document(models.TextChoices):
        TERMS = "terms", "Terms"
        POLICY = "policy", "Privacy policy"
        AGE = "age", "13 or older"

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="consents")
    sign_up = models.UUIDField(null=True, blank=True)
    document = models.CharField(max_length=8, choices=Document)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    at = models.DateTimeField(default=timezone.now)
    network = models.CharField(max_length=45, blank=True)
    channel = models.CharField(max_length=20)

    objects: ClassVar[Any] = ConsentQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to prove which text was agreed to", retention="as the account, then as long as claims last",
        export="account", erasure="row deleted with the account",
        personal={"account": "who agreed", "sign_up": "who agreed, before the account exists", "at": "when",
                  "network": "from where; the address shortened"},
        plain={"document", "version", "sha256", "language", "channel"},
    )  # fmt: skip

    class Meta:
        ordering = ["at"]
        indexes = [models.Index("sign_up", name="consent_of_sign_up")]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(sign_up__isnull=False), name="consent_is_somebodys"
            ),
        ]

    @property
    def paper(self) -> Paper:
        return Paper(kind=self.document, version=self.version, sha256=self.sha256, language=self.language)

"""Who signed in when, and who tried."""

from typing import Self

from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models.account import Account
from pivotino.kit.holds import Holds
from pivotino.kit.retention import period
from pivotino.tenancy.models import ControlModel, Instance


class SignInQuerySet(models.QuerySet["SignIn"]):
    def recent(self) -> Self:
        """What is shown: the last 90 days, newest first."""
        return self.filter(at__gt=timezone.now() - period("sign-ins")).order_by("-at")

    def knows(self, account: Account, *, browser: str, network: str) -> bool:
        """Whether this account came in with this browser from this network before."""
        return (
            self.recent().filter(account=account, outcome=SignIn.Outcome.IN, browser=browser, network=network).exists()
        )


class SignIn(ControlModel):
    """One sign-in or try, as its owner recognises it: family of browser, shortened address. Kept for 90 days."""

    class Outcome(models.TextChoices):
        IN = "in", "Signed in"
        REFUSED = "refused", "Wrong password"
        STOPPED = "stopped", "Stopped at the second step"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome)
    way = models.CharField(max_length=60, blank=True)
    browser = models.CharField(max_length=80, blank=True)
    network = models.CharField(max_length=45, blank=True)

    objects = SignInQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to see who signed in, and to notice a stranger", retention="90 days",
        export="account", erasure="row deleted",
        personal={"account": "who", "at": "when", "browser": "to recognise it", "network": "to recognise it; the address shortened"},
        plain={"outcome", "way"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["account", "-at"], name="sign_ins_of_account"),
            models.Index("at", name="sign_ins_by_day"),
        ]


class SecondStepRule(ControlModel):
    """A Business Owner demands a second step of everybody who enters this instance. No row: everybody as they like."""

    instance = models.OneToOneField(Instance, on_delete=models.CASCADE, related_name="second_step_rule")
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="subscriber", purpose="to ask everybody in a company for a second step", retention="until it is taken back",
        export="account", erasure="row deleted with the database; the person is removed",
        personal={"instance": "which company", "by": "who decided"}, plain={"since"},
    )  # fmt: skip

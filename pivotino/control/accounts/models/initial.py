"""Passwords that came by letter."""

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from pivotino.control.accounts.models.account import Account
from pivotino.kit import passwords
from pivotino.kit.holds import Holds
from pivotino.kit.retention import period
from pivotino.tenancy.models import ControlModel


class InitialPasswordQuerySet(models.QuerySet["InitialPassword"]):
    def live(self) -> "InitialPasswordQuerySet":
        """Those that still open something."""
        return self.exclude(hash="").filter(used_at__isnull=True, expires_at__gt=timezone.now())

    def destroy(self) -> None:
        """Forget the hashes; what remains says when each was issued and used."""
        self.exclude(hash="").update(hash="")


class InitialPassword(ControlModel):
    """A generated password as we keep it: a hash that works once, for three days, and opens one single page."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="initial_passwords")
    hash = models.CharField(max_length=256, blank=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InitialPasswordQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to let the owner of a mailbox in for the first time", retention="as the account",
        export="account", erasure="row deleted",
        personal={"account": "whose", "hash": "a hash only, forgotten after use", "used_at": "when it was used"},
        plain={"issued_at", "expires_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint("account", condition=~Q(hash=""), name="one_initial_password_at_a_time"),
        ]

    @classmethod
    def issue(cls, account: Account) -> str:
        """A new password for this account, returned once and kept as a hash. Any earlier one is destroyed."""
        password = passwords.generate()
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=account.pk)
            account.initial_passwords.destroy()
            expires_at = timezone.now() + period("first passwords")
            cls.objects.create(account=account, hash=make_password(password), expires_at=expires_at)
            account.must_choose_password = True
            account.save(update_fields=["must_choose_password"])
        return password

    def spend(self) -> bool:
        """Use it up: True for the one who comes first, False for everybody after."""
        now = timezone.now()
        mine = InitialPassword.objects.live().filter(pk=self.pk)
        return mine.update(used_at=now, hash="") == 1

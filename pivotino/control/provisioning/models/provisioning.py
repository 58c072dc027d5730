"""An instance that is being made."""

from functools import cached_property
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.subscriptions.models import SignUp
from pivotino.kit.holds import Holds
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import ControlModel, Instance


class ProvisioningQuerySet(models.QuerySet["Provisioning"]):
    def begin(self, sign_up: SignUp) -> "Provisioning":
        """The one provisioning of this sign-up, begun now or found. An address gets one, however many forms it filled in."""
        mine = models.Q(sign_up=sign_up) | models.Q(email=sign_up.email)
        while True:
            if found := self.filter(mine).order_by("-sign_up").first():
                return found
            try:
                with transaction.atomic():
                    sign_up.verify()
                    return self.create(sign_up=sign_up, email=sign_up.email, account_id=uuid7(), instance_id=uuid7())
            except IntegrityError:
                continue  # somebody pressed at the same moment: theirs is ours

    def unfinished(self) -> "ProvisioningQuerySet":
        return self.filter(ready_at__isnull=True, failed_at__isnull=True)


class Provisioning(ControlModel):
    """One sign-up on its way to an instance. Which steps are done is written in `steps`, one row each.

    The ids of the account and the instance are settled at the start, so that every step may be repeated and still means
    the same rows. `tries` counts failures; after the last one everything is taken back and `failed_at` is set.
    """

    sign_up = models.OneToOneField(SignUp, on_delete=models.PROTECT, related_name="provisioning")
    email = models.EmailField(unique=True)
    account_id = models.UUIDField()
    instance_id = models.UUIDField()
    begun_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = ProvisioningQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to make a database without doubling or losing anything",
        retention="30 days after it is ready", export="no", erasure="row deleted",
        personal={"sign_up": "who registered", "email": "so that one address gets one", "account_id": "whose",
                  "instance_id": "for which company"},
        plain={"begun_at", "tries", "ready_at", "failed_at"},
    )  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)

    @cached_property
    def instance(self) -> Instance:
        return Instance.objects.get(pk=self.instance_id)

    @cached_property
    def account(self) -> Account:
        return Account.objects.get(pk=self.account_id)

    @property
    def is_over(self) -> bool:
        return self.ready_at is not None or self.failed_at is not None

    def adopt(self, account_id: UUID) -> None:
        """The address turned out to have an account already: that one is meant."""
        if account_id != self.account_id:
            self.account_id = account_id
            self.save(update_fields=["account_id"])

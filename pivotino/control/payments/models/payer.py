"""Which customer of the provider's is which of ours."""

from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance


class Payer(ControlModel):
    """An instance as the provider knows it. No row: it never went to pay. `forgotten_at`: deleted there."""

    instance = models.OneToOneField(Instance, on_delete=models.CASCADE, related_name="payer")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    customer_ref = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="subscriber", purpose="to know whose payments the provider tells us of", retention="as long as the books must be kept",
        export="account", erasure="the person is removed here and deleted at the provider; its number of the customer stays with the books",
        personal={"account": "who went to pay", "instance": "for which company", "customer_ref": "the provider's number of them"},
        plain={"made_at", "forgotten_at"},
    )  # fmt: skip

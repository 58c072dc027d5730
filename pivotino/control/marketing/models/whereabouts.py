"""Where somebody who registered is at home, and in which language: kept beyond the sign-up that said it."""

from django.db import models

from pivotino.control.accounts.models import Account
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class Whereabouts(ControlModel):
    """Country, language and clock of one account, as they were when it registered."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="whereabouts")
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=12)
    zone = models.CharField(max_length=64)

    holds = Holds(
        subject="subscriber", purpose="to write in somebody's morning, and only what is for their country and language",
        retention="as long as the account", export="account", erasure="row deleted with the account",
        personal={"account": "whose", "country": "where", "language": "which they read", "zone": "when it is day there"},
    )  # fmt: skip

    def __str__(self) -> str:
        return self.country

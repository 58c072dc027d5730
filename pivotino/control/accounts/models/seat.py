"""Which accounts have a seat in which instances."""

from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from pivotino.control.accounts.models.account import Account
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance
from pivotino.tenancy.places import Place


class SeatQuerySet(models.QuerySet["Seat"]):
    def take(self, place: Place, account_id: UUID, *, owner: bool) -> None:
        """The account may enter, and manage what is paid where `owner`; repeating it changes nothing."""
        self.update_or_create(account_id=account_id, instance_id=place.id, defaults={"owner": owner})

    def give_up(self, place: Place, account_id: UUID) -> None:
        self.filter(account_id=account_id, instance_id=place.id).delete()


class Seat(ControlModel):
    """An account's place in an instance, so that "your databases" never opens one.

    Rights are decided inside; `owner` repeats whether this is a Business Owner, who manages plan, export and leaving.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="seats")
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="seats")
    owner = models.BooleanField(default=False)
    taken_at = models.DateTimeField(db_default=Now())

    objects = SeatQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to find one's own databases", retention="until the member leaves",
        export="account", erasure="row deleted",
        personal={"account": "who", "instance": "works where"}, plain={"owner", "taken_at"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("account", "instance", name="one_seat_each")]

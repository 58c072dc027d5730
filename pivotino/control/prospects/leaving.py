"""Who is erased with a database stays out of every list to come."""

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.erasures.hooks import forgets
from pivotino.control.prospects.models import Gone
from pivotino.tenancy.models import Instance


@forgets("Prospects they were before", order=60)
def keep_out(instance: Instance) -> int:
    """Mark the people whose account goes with this database. Nothing is counted: the accounts are, in the next step."""
    here = Seat.objects.filter(instance=instance).values("account_id")
    elsewhere = Seat.objects.filter(account_id__in=here).exclude(instance=instance).values("account_id")
    going = Account.objects.filter(pk__in=here, is_staff=False).exclude(pk__in=elsewhere)
    Gone.objects.keep_out(going.values_list("email", flat=True))
    return 0

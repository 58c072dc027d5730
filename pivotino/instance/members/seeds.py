"""With what the members room begins in a new instance."""

from django.utils import timezone

from pivotino.instance.members.models import Company, Member, Role
from pivotino.tenancy.lifecycle import Founding, seeds


@seeds(10)
def company_and_owner(founding: Founding) -> None:
    """The company, and the person who registered it as its first Business Owner."""
    if not Company.objects.exists():
        Company.objects.create(
            name=founding.company, country=founding.country, currency=founding.currency, zone=founding.zone
        )
    Member.objects.get_or_create(
        account_uuid=founding.account_id,
        defaults={
            "name": founding.name,
            "email": founding.email.lower(),
            "role": Role.OWNER,
            "joined_at": timezone.now(),
        },
    )

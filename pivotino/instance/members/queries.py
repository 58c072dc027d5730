"""Small questions that every room asks about the company."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from pivotino.instance.members.models import Company, Member
from pivotino.tenancy import memory, rows


def company() -> Company:
    """The company of the current instance, read afresh; raises Company.DoesNotExist before it was set up."""
    return Company.objects.get()


@dataclass(frozen=True, slots=True)
class Facts:
    """What every request asks of the company."""

    currency: str
    zone: ZoneInfo
    days_to_lost: int


def company_facts() -> Facts:
    """The base currency, the time zone and the days, remembered for two seconds."""
    return memory.remembered("company", _facts)


def _facts() -> Facts:
    row = company()
    return Facts(row.currency, ZoneInfo(row.zone), row.days_to_lost)


def forget_company_facts() -> None:
    """After the company's row changed: let the next question read it again."""
    memory.forget("company")


def zone() -> ZoneInfo:
    """The time zone in which this company's days start and end."""
    return company_facts().zone


def base_currency() -> str:
    """The ISO code of the currency in which this company adds up."""
    return company_facts().currency


def today() -> date:
    """The company's current day."""
    return local_day(timezone.now())


def local_day(moment: datetime) -> date:
    """The company's day on which `moment` lies."""
    return timezone.localtime(moment, zone()).date()


def member_of(account_uuid: UUID) -> Member | None:
    """The member behind an account, or None where it has not joined or has left."""
    # Asked by every request, so in one plain statement; never remembered: who leaves is out at once.
    return rows.first(Member, "account_uuid = %s AND left_at IS NULL", [account_uuid])

"""Small questions that every room asks about the company."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils import timezone

from pivotino.instance.members.models import Company, Member
from pivotino.tenancy import current, rows

REMEMBERED_SECONDS = 2


def company() -> Company:
    """The company of the current instance, read afresh; raises Company.DoesNotExist before it was set up."""
    return Company.objects.get()


def company_facts() -> "tuple[str, ZoneInfo]":
    """The base currency and the time zone, remembered for two seconds."""
    key = f"{current().key}:company"
    kept: Any = cache.get(key)
    if kept is None:
        row = company()
        kept = row.currency, ZoneInfo(row.zone)
        cache.set(key, kept, REMEMBERED_SECONDS)
    found: tuple[str, ZoneInfo] = kept
    return found


def forget_company_facts() -> None:
    """After the company's row changed: let the next question read it again."""
    cache.delete(f"{current().key}:company")


def zone() -> ZoneInfo:
    """The time zone in which this company's days start and end."""
    return company_facts()[1]


def base_currency() -> str:
    """The ISO code of the currency in which this company adds up."""
    return company_facts()[0]


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

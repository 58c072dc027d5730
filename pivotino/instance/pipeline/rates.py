"""What an amount is worth in the company's own currency on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pivotino.instance.members.models import Rate
from pivotino.instance.members.queries import base_currency, today
from pivotino.instance.pipeline.refusals import NotAField, RateMissing
from pivotino.kit.money import UnknownCurrency, convert, digits


@dataclass(frozen=True, slots=True)
class Worth:
    """An amount in minor units of the base currency, and the rate it was counted with."""

    base_minor: int
    rate: Decimal
    rate_on: date


def worth(amount_minor: int, currency: str, *, on: date | None = None) -> Worth:
    """The worth at the latest rate of that day (today) or before. The base currency is always 1. Raises RateMissing."""
    day, base = on or today(), base_currency()
    try:
        digits(currency)
    except UnknownCurrency:
        raise NotAField(f"“{currency}” is no currency we know. Use its three letters, as in {base}.") from None
    if currency == base:
        return Worth(amount_minor, Decimal(1), day)
    rate = (
        Rate.objects.filter(currency=currency, since__lte=day).order_by("-since").values_list("rate", flat=True).first()
    )
    if rate is None:
        raise RateMissing(currency, base)
    return Worth(convert(amount_minor, currency, base, rate), rate, day)

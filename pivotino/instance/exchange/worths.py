"""What amounts of a sheet are worth here. Rates are read once; the base currency is always 1."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from pivotino.instance.members.models import Rate
from pivotino.instance.members.queries import base_currency, today
from pivotino.instance.pipeline.refusals import RateMissing
from pivotino.kit.money import convert


class Worths:
    """The rates of this company as they stand now."""

    def __init__(self) -> None:
        self.base, self.today = base_currency(), today()
        self._rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for currency, since, rate in Rate.objects.order_by("since").values_list("currency", "since", "rate"):
            self._rates[currency].append((since, rate))

    def knows(self, currency: str) -> bool:
        return currency == self.base or currency in self._rates

    def of(self, amount_minor: int, currency: str, on: date | None) -> tuple[int, Decimal, date]:
        """(base minor, rate, its day) at the rate of that day, or the oldest one for days before all rates."""
        day = min(on or self.today, self.today)
        if currency == self.base:
            return amount_minor, Decimal(1), day
        rates = self._rates.get(currency)
        if not rates:
            raise RateMissing(currency, self.base)
        rate = next((rate for since, rate in reversed(rates) if since <= day), rates[0][1])
        return convert(amount_minor, currency, self.base, rate), rate, day

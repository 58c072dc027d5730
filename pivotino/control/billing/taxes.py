"""Which tax stands on a bill, and why. The operator's own number and the buyer's country decide; nothing is looked up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from pivotino.control.billing.models import Buyer
from pivotino.control.payments.provider import Line

CODE = "tax."
# The form of a VAT number, by its first two letters. That it exists is for the buyer to answer for.
VAT_IDS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}", "PL": r"\d{10}",
    "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
}  # fmt: skip
_OWN_LETTERS = {"GR": "EL"}


@dataclass(frozen=True, kw_only=True)
class Tax:
    """One tax. `percent` may be nothing while `note` says why."""

    name: str = ""
    percent: int = 0
    note: str = ""

    @property
    def code(self) -> str:
        return f"{CODE}service-{self.percent}"


NONE = Tax()


def tax_for(country: str, vat_id: str = "") -> Tax:
    """The tax for a buyer: Malaysian service tax within Malaysia; in the EU a business accounts for it by itself."""
    seller = settings.SELLER
    if seller.country == "MY" == country and seller.service_tax_number:
        return Tax(name="Service tax", percent=seller.service_tax_percent)
    if is_european(country) and country != seller.country and vat_id:
        return Tax(
            name="VAT", note="Reverse charge: the customer accounts for VAT (Article 196 of Directive 2006/112/EC)."
        )
    return NONE


def tax_of(buyer: Buyer | None) -> Tax:
    return tax_for(buyer.country, buyer.vat_id) if buyer else NONE


def with_tax(lines: Iterable[Line], tax: Tax) -> tuple[Line, ...]:
    """The lines, and one more for the tax on them where there is one: so that every preview and bill holds it."""
    lines = tuple(lines)
    if not tax.percent or not lines:
        return lines
    # Half up, as the customs want it.
    minor = (sum(line.unit_minor * line.quantity for line in lines) * tax.percent * 2 + 100) // 200
    first = lines[0]
    named = f"{tax.name} {tax.percent} %"
    return (
        *lines,
        Line(
            price_code=f"{tax.code}.{minor}.{first.currency.lower()}",
            name=named,
            unit_minor=minor,
            currency=first.currency,
            period=first.period,
        ),
    )


def is_tax(price_code: str) -> bool:
    return price_code.startswith(CODE)


def is_european(country: str) -> bool:
    """Whether the country's businesses have VAT numbers of the EU."""
    return _OWN_LETTERS.get(country, country) in VAT_IDS


def plain_vat_id(text: str) -> str:
    """A VAT number without spaces, points and dashes."""
    return re.sub(r"[\s.\-]", "", text).upper()


def is_vat_id(text: str, country: str) -> bool:
    """Whether this has the form of a VAT number of that country."""
    letters = _OWN_LETTERS.get(country, country)
    form = VAT_IDS.get(letters)
    return bool(form and text.startswith(letters) and re.fullmatch(form, text[2:]))

"""Countries, their money, clocks and dial codes, and a careful guess where someone is."""

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

HOME = "MY"

_NOT_COUNTRIES = frozenset("AC AQ BV CP CQ DG EA EU EZ HM IC QO TA UN XA XB ZZ".split())  # noqa: SIM905
# What most of the country goes by, where it has several zones; CLDR lists them in no useful order.
_MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei", "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty", "MH": "Pacific/Majuro", "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby", "PS": "Asia/Hebron", "PT": "Europe/Lisbon", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "UM": "Pacific/Midway", "US": "America/New_York", "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",
}  # fmt: skip
# CLDR names another country's coin first where both are tender.
_OWN_CURRENCIES = {"BT": "BTN", "HT": "HTG", "LS": "LSL", "NA": "NAD", "PA": "PAB"}


class UnknownCountry(ValueError):
    """A code that is not an ISO 3166 country."""


@dataclass(frozen=True, slots=True)
class DialCode:
    country: str
    name: str
    code: str  # "+60"


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """(code, name) by name, for a choice field."""
    names = Locale.parse("en").territories
    named = ((code, name) for code, name in names.items() if len(code) == 2 and code.isalpha())
    return tuple(sorted((pair for pair in named if pair[0] not in _NOT_COUNTRIES), key=lambda pair: pair[1]))


def country_name(country: str) -> str:
    return _names()[_known(country)]


def currency_of(country: str) -> str:
    """What the country pays with; "USD" where it has no money of its own on record."""
    tender = get_territory_currencies(_known(country))
    return _OWN_CURRENCIES.get(country) or (tender[0] if tender else "USD")


def zone_of(country: str) -> str:
    """The zone most of the country goes by; "UTC" where none is on record."""
    if country in _MAIN_ZONES:
        return _MAIN_ZONES[country]
    zones = get_global("territory_zones").get(_known(country), [])
    return zones[0] if zones else "UTC"


@cache
def zones() -> tuple[str, ...]:
    """Every zone a company may choose: places and UTC, without the historical aliases."""
    places = set(get_global("zone_territories")) & available_timezones()
    return (*sorted(zone for zone in places if "/" in zone and not zone.startswith("Etc/")), "UTC")


def dial_code(country: str) -> str:
    """Says "+60", or "" where nobody has a telephone."""
    code = phonenumbers.country_code_for_region(_known(country))
    return f"+{code}" if code else ""


@cache
def dial_codes() -> tuple[DialCode, ...]:
    return tuple(DialCode(country, name, code) for country, name in countries() if (code := dial_code(country)))


def guess_country(accept_language: str, timezone_header: str | None = None) -> str:
    """Where a visitor may be, to fill in a form they can change. `HOME` when there is no evidence.

    The clock is the best witness. A language names its region or, like "de", its likely one; plain English and en-US
    are what a browser says when nobody chose, so they are no evidence.
    """
    return _country_of_zone(timezone_header) or _country_of_language(accept_language) or HOME


def _country_of_zone(zone: str | None) -> str:
    zone = get_global("zone_aliases").get(zone or "", zone or "")
    country = get_global("zone_territories").get(zone, "")
    return country if country in _names() else ""


def _country_of_language(accept_language: str) -> str:
    for tag in _by_preference(accept_language):
        parts = tag.split("-")
        region = next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
        if parts[0].lower() == "en" and region in ("", "US"):
            continue
        country = region or _likely_country(parts[0].lower(), next((p.title() for p in parts[1:] if len(p) == 4), ""))
        if country in _names():
            return country
    return ""


def _by_preference(accept_language: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for entry in accept_language[:500].split(","):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            weighted.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if tag and weight > 0]


def _likely_country(language: str, script: str) -> str:
    subtags = get_global("likely_subtags")
    likely: str = subtags.get(f"{language}_{script}") or subtags.get(language, "")
    return likely.rpartition("_")[2]


def _known(country: str) -> str:
    if country not in _names():
        raise UnknownCountry(country)
    return country


@cache
def _names() -> dict[str, str]:
    return dict(countries())

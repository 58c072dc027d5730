"""Where a request comes from, as much of it as we want to know."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
           ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


def address_of(request: HttpRequest) -> str:
    """The visitor's address. Behind our own proxy it is the last one the proxy wrote down; anything else is a claim."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    given = told if settings.SECURE_PROXY_SSL_HEADER and told else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(given))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - stands for "not known"


def network_of(request: HttpRequest) -> str:
    """The shortened address that may be kept: the last 8 bits of IPv4 or 80 bits of IPv6 are gone."""
    return _network(request, 24, 48)


def line_of(request: HttpRequest) -> str:
    """Whom a limit counts as one: an IPv4 address, or the /64 a household gets."""
    return _network(request, 32, 64)


def browser_of(request: HttpRequest) -> str:
    """The family of browser and system: "Firefox on Windows". Nothing finer is kept."""
    agent = request.headers.get("User-Agent", "")[:400]
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return " on ".join(filter(None, [browser or ("A browser" if system else ""), system])) or "Unknown browser"


def _network(request: HttpRequest, four: int, six: int) -> str:
    address = ip_address(address_of(request))
    bits = six if isinstance(address, IPv6Address) else four
    return str(ip_network(f"{address}/{bits}", strict=False).network_address)

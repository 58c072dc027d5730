"""Where a view came from: the host alone, and which kind of program asked."""

import ipaddress
import re
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from ua_parser import Parser
from ua_parser.basic import Resolver
from ua_parser.loaders import load_lazy_builtins

DIRECT, INSIDE = "Direct", ""
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# Programs that say what they are, crawlers apart, which the tables of ua-parser know.
PROGRAMS = re.compile(
    r"bot\b|crawl|spider|slurp|monitor|uptime|pingdom|statuscake|check_http|healthcheck|headless|lighthouse|curl/|wget/|python|"
    r"go-http-client|java/|okhttp|libwww|axios|node-fetch|scrapy|httpclient|preview|facebookexternalhit|whatsapp|archiver",
    re.IGNORECASE,
)


def source_of(referrer: str, own: str) -> str:
    """The host that sent them; "" from one page of ours to the next. Anything that is no web address counts as direct."""
    if not referrer:
        return DIRECT
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return DIRECT
    if parts.netloc == own:
        return INSIDE
    return host[:120] if parts.scheme in ("http", "https") and HOST.fullmatch(host) else DIRECT


@lru_cache(maxsize=512)
def browser_of(agent: str) -> tuple[str, bool]:
    """The family of the browser, and whether it is a program that nobody looks through."""
    if not agent.strip():
        return "No name", True
    told = _tables().parse(agent)
    family = (told.user_agent.family if told.user_agent else "Other")[:60]
    robot = (told.device is not None and told.device.family == "Spider") or PROGRAMS.search(agent) is not None
    return family, robot


@cache
def _tables() -> Parser:
    # The same tables as ua-parser's quick reader, which takes 25 MB for them. Ours takes one, and a millisecond a name.
    return Parser(Resolver(load_lazy_builtins()))


def is_machine(address: str) -> bool:
    """True for an address in a data centre, by the list the operator named: people do not sit there."""
    ranges = _ranges(settings.DATACENTRE_FILE)
    here = ipaddress.ip_address(address)
    number = (here.version, int(here))
    place = bisect_right(ranges, (number, (99, 0))) - 1
    return place >= 0 and ranges[place][1] >= number


@lru_cache(maxsize=2)
def _ranges(file: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """First and last address of each network in the file, one a line, in order."""
    if not file:
        return []
    lines = (line.partition("#")[0].strip() for line in Path(file).read_text().splitlines())
    networks = [ipaddress.ip_network(line, strict=False) for line in lines if line]
    return sorted(((one.version, int(one[0])), (one.version, int(one[-1]))) for one in networks)

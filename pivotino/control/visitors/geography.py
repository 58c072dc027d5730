"""The country an address points to, looked up in a file on this machine. Nobody is asked."""

import ipaddress
from array import array
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import maxminddb
from django.conf import settings

UNKNOWN: Final = "unknown"
# What Debian's package tor-geoipdb installs.
DEBIAN: Final = Path("/usr/share/tor")


def country_of(address: str) -> str:
    """Two letters, or "unknown"."""
    here = ipaddress.ip_address(address)
    if not here.is_global:
        return UNKNOWN
    if settings.GEO_FILE:
        found: Any = _database(settings.GEO_FILE).get(str(here))
        country = (found or {}).get("country") or (found or {}).get("registered_country") or {}
        return str(country.get("iso_code") or UNKNOWN)
    return _table(here.version, str(DEBIAN)).find(int(here))


@lru_cache(maxsize=2)
def _database(file: str) -> "maxminddb.Reader":
    return maxminddb.open_database(file)


class Table:
    """Ranges of addresses in order: where each begins and ends, and its country."""

    def __init__(self, lines: "list[tuple[int, int, str]]", *, wide: bool) -> None:
        lines.sort()
        self.starts: Any = [line[0] for line in lines] if wide else array("L", (line[0] for line in lines))
        self.ends: Any = [line[1] for line in lines] if wide else array("L", (line[1] for line in lines))
        self.names = [line[2] for line in lines]

    def find(self, number: int) -> str:
        place = bisect_right(self.starts, number) - 1
        known = place >= 0 and self.ends[place] >= number and self.names[place].isalpha()
        return self.names[place] if known else UNKNOWN


@lru_cache(maxsize=4)
def _table(version: int, folder: str) -> Table:
    file = Path(folder) / ("geoip" if version == 4 else "geoip6")
    if not file.exists():
        return Table([], wide=True)
    words = (line.split(",") for line in file.read_text().splitlines() if line and not line.startswith("#"))
    read = int if version == 4 else lambda text: int(ipaddress.ip_address(text))
    return Table([(read(first), read(last), name) for first, last, name in words], wide=version == 6)

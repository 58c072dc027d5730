"""Walks every address of both planes in every role, and keeps what they answer in `routes.toml`.

`python -m tests.house.walk --write` writes the table anew; read its diff before committing it. The rules in
`test_routes.py` hold whatever the table says.
"""

import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

TABLE = Path(__file__).with_name("routes.toml")
WRITING = os.environ.get("PIVOTINO_WRITE_ROUTES") == "1"
PLANES = {"instance": "config.urls_instance", "control": "config.urls_control"}
HOW = "Run `python -m tests.house.walk --write`, read what changed in tests/house/routes.toml, and commit it."

# What the id in an address is an id of, by the beginning of the address. A value with = in front is taken as it is.
RECORDS = {
    "opportunities/": "opportunity", "people/": "contact", "activities/": "activity", "board/columns/": "stage",
    "undo/": "event", "invitations/": "=no-such-token", "colleagues/invitations/": "invitation", "colleagues/": "member",
    "import/": "import", "settings/lost-reasons/": "reason", "settings/rates/": "rate", "settings/sensitive/": "random", "mailing/letters/": "mailing",
    "mailing/lists/": "audience", "mailing/stops/": "stop", "pictures/": "random", "files/of/": "opportunity", "files/": "file",
    "settings/keeping/": "random", "erasures/": "random", "requests/": "random",
}  # fmt: skip
WORDS = {
    "contact": "contact", "sort": "=opportunity", "key": "=contacts",
    "name": "=title", "token": "=no-such-token", "sealed": "=no-such-token", "reference": "=no-such-session",
    "effective_on": "=2026-11-23", "pk": "random", "slug": "=no-such-slug", "kind": "=reason", "number": "=INV-2026-00000",
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One address as the code declares it."""

    plane: str
    name: str
    path: str
    parameters: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.plane} {self.name}"

    def address(self, ids: dict[str, str], given: dict[str, Any]) -> str:
        """The address with ids put in. `given` says the id of each kind of record."""
        address = self.path
        for parameter in self.parameters:
            kind = ids[parameter]
            value = kind[1:] if kind.startswith("=") else given.get(kind, given["random"])
            start, _, rest = address.partition("<")
            address = start + str(value) + rest.partition(">")[2]
        return address

    def guess(self) -> dict[str, str]:
        """What its parameters probably are ids of; "?" where nobody can know."""
        anybody = (
            "?" if self.plane == "instance" else "random"
        )  # outside, nobody's ids are known to a test of everybody
        kind = next((kind for start, kind in RECORDS.items() if self.path.startswith(start)), anybody)
        found = {name: WORDS.get(name, kind) for name in self.parameters}
        return found | ({"pk": "=7"} if "<int:pk>" in self.path else {})


@dataclass
class Row:
    """What the table says of a route: which ids it takes, whether strangers may open it, and what it answers by role."""

    ids: dict[str, str] = field(default_factory=dict)
    open: bool = False
    get: dict[str, int] = field(default_factory=dict)


def routes() -> list[Route]:
    """Every address of both planes, by name."""
    found: dict[tuple[str, str], Route] = {}
    for plane, urlconf in PLANES.items():
        for route in below(plane, get_resolver(urlconf).url_patterns, "", ""):
            found.setdefault((plane, route.path), route)
    return sorted(found.values(), key=lambda route: (route.plane, route.path))


def below(plane: str, patterns: list[Any], namespace: str, start: str) -> Iterator[Route]:
    for one in patterns:
        path = start + str(one.pattern).lstrip("^")
        if isinstance(one, URLResolver):
            spaces = ":".join(filter(None, [namespace, one.namespace]))
            yield from below(plane, one.url_patterns, spaces, path)
        elif isinstance(one, URLPattern):
            name = ":".join(filter(None, [namespace, one.name or path]))
            yield Route(plane, name, path, tuple(one.pattern.converters))


def table() -> dict[str, Row]:
    """The committed table, by the key of the route."""
    if not TABLE.exists():
        return {}
    read = tomllib.loads(TABLE.read_text())
    return {f"{plane} {name}": Row(**row) for plane, rows in read.items() for name, row in rows.items()}


def write(rows: dict[str, Row]) -> None:
    """The table, one line a route, so that a diff reads."""
    lines = [
        "# What every address answers to a GET, by role. Written by `python -m tests.house.walk --write`; read the diff.",
        "# ids: whose id an address takes (a value with = is taken as it is). open: strangers may see it.",
        "# own, hidden, foreign, random: with an id of one's own, of a colleague's, of the rival's, of nothing.",
    ]
    for plane in PLANES:
        lines += ["", f"[{plane}]"]
        for key in sorted(rows):
            if key.startswith(f"{plane} "):
                row = rows[key]
                parts = [f"get = {{{_pairs(row.get)}}}"]
                if row.ids:
                    parts.insert(0, f"ids = {{{_pairs(row.ids)}}}")
                if row.open:
                    parts.insert(0, "open = true")
                lines.append(f'"{key.partition(" ")[2]}" = {{ {", ".join(parts)} }}')
    TABLE.write_text("\n".join(lines) + "\n")


def _pairs(pairs: dict[str, Any]) -> str:
    return ", ".join(
        f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}" for name, value in pairs.items()
    )


if __name__ == "__main__":
    import subprocess

    if sys.argv[1:] != ["--write"]:
        sys.exit("python -m tests.house.walk --write")
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(TABLE.with_name("test_routes.py")),
        "-k",
        "answers_as_the_table_says",
        "-p",
        "no:xdist",
    ]
    sys.exit(subprocess.run(command, env={**os.environ, "PIVOTINO_WRITE_ROUTES": "1"}).returncode)

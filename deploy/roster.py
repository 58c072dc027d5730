#!/usr/bin/env python3
"""The people who may reach the servers, and the keys in force there: made from one list, and compared with it.

    deploy/roster.py write [--roster FILE] [--keys FOLDER]    make the folder's files what the list says
    deploy/roster.py check [--roster FILE] [--keys FOLDER]    say every difference, and end with 1 if there is one

Only the standard library is needed. Keys are Ed25519, in software or on a security key; each belongs to one person and ends.
"""

import argparse
import base64
import datetime
import os
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
KINDS = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com")
LONGEST = datetime.timedelta(days=366)


class Wrong(ValueError):
    """The roster cannot be used; the sentence says why."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", choices=["write", "check"])
    parser.add_argument("--roster", type=Path, default=HERE / "ssh" / "roster.toml")
    parser.add_argument("--keys", type=Path, default=Path("/etc/ssh/authorized_keys.d"))
    asked = parser.parse_args(arguments)
    try:
        wanted = read(asked.roster.read_text(), datetime.datetime.now(datetime.UTC).date())
    except Wrong as wrong:
        sys.exit(f"roster: {wrong}")
    if asked.verb == "write":
        write(wanted, asked.keys)
    differences = compare(wanted, asked.keys)
    for line in differences:
        print(f"roster: {line}", file=sys.stderr)
    if differences:
        sys.exit(1)
    print(f"roster: {len(wanted)} people, as the list says")


def read(text: str, today: datetime.date) -> dict[str, str]:
    """The line of each login's file. Raises Wrong for a bad login, key or day, and for a key of two people.

    Whoever's day has passed is left out, so that their file goes.
    """
    found: dict[str, str] = {}
    keys: dict[str, str] = {}
    for person in tomllib.loads(text).get("person", []):
        login, key, until = person.get("login", ""), " ".join(str(person.get("key", "")).split()), person.get("until")
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", login) or login == "root":
            raise Wrong(f"{login!r} is no login for a person.")
        if login in found or login in keys.values():
            raise Wrong(f"{login} is there twice.")
        if not isinstance(until, datetime.date) or until > today + LONGEST:
            raise Wrong(f"{login} needs a day on which the key ends, a year ahead at most.")
        kind, _, rest = key.partition(" ")
        if kind not in KINDS or not _is_key(kind, rest.partition(" ")[0]):
            raise Wrong(f"{login} needs an Ed25519 key.")
        body = rest.partition(" ")[0]
        if body in keys:
            raise Wrong(f"{login} and {keys[body]} have the same key.")
        keys[body] = login
        if until >= today:
            found[login] = f'expiry-time="{until:%Y%m%d}2359" {kind} {body} {login}\n'
    return found


def write(wanted: dict[str, str], folder: Path) -> None:
    """Make the folder's files so: new ones appear at once and whole, those of nobody go."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for login, line in wanted.items():
        draft = folder / f".{login}"
        draft.write_text(line)
        os.chmod(draft, 0o644)
        draft.replace(folder / login)
    for file in folder.iterdir():
        if file.name not in wanted:
            file.unlink()


def compare(wanted: dict[str, str], folder: Path) -> list[str]:
    """Every difference between the list and the keys in force, in sentences."""
    there = {file.name: file.read_text() for file in folder.iterdir()} if folder.is_dir() else {}
    return [
        *(f"{login} is on the list and has no key in force." for login in sorted(wanted.keys() - there.keys())),
        *(f"{login} has a key in force and is not on the list." for login in sorted(there.keys() - wanted.keys())),
        *(
            f"{login} has another key in force."
            for login in sorted(wanted.keys() & there.keys())
            if wanted[login] != there[login]
        ),
    ]


def _is_key(kind: str, body: str) -> bool:
    try:
        raw = base64.b64decode(body, validate=True)
    except ValueError:
        return False
    name = kind.encode()
    return raw.startswith(len(name).to_bytes(4, "big") + name)


if __name__ == "__main__":
    main()

"""Ways to reach people: addresses, numbers, websites."""

from __future__ import annotations

import re
from functools import lru_cache

from pivotino.kit.phones import NotAPhone, parse_phone

from .sheets import Value
from .texts import REMEMBERED, Refused, read_text, short

EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")


@lru_cache(REMEMBERED)
def _email_in(text: str) -> str:
    found = EMAIL.findall(text)
    if len(set(found)) > 1:
        raise Refused("There are several e-mail addresses here. Keep one.")
    named = re.fullmatch(r"(?:mailto:)?(\S+@\S+)|.*<\s*(\S+@\S+?)\s*>", text)
    if not named or not (address := EMAIL.fullmatch(named[1] or named[2])) or ".." in address[0]:
        raise Refused(f"“{short(text)}” is not an e-mail address.")
    local, _, host = address[0].rpartition("@")
    return f"{local}@{host.lower()}"


def read_email(value: Value) -> str:
    return _email_in(read_text(value, most=1000))


@lru_cache(REMEMBERED)
def _phone_in(text: str, region: str) -> str:
    try:
        phone = parse_phone(text, region)
    except NotAPhone as error:
        raise Refused(f"“{short(text)}”: {error.message}") from error
    return f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164


def read_phone(value: Value, region: str = "MY") -> str:
    """In the international form, +60123456789; an extension stays behind it."""
    return _phone_in(read_text(value, most=200), region)


def read_website(value: Value) -> str:
    text = read_text(value, most=500)
    found = re.fullmatch(r"(https?://)?((?:[^\W_][\w-]*\.)+[^\W\d_][\w-]+(?::\d+)?(?:[/?#]\S*)?)", text, re.IGNORECASE)
    if not found:
        raise Refused(f"“{short(text)}” is not a web address.")
    return f"{(found[1] or 'https://').lower()}{found[2]}"

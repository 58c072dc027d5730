"""Finding web addresses in what people write."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
AFTER = ".,;:!?'’)]}*_"


class Piece(NamedTuple):
    """A stretch of a text; `href` where it is the address of a page."""

    text: str
    href: str = ""


def pieces(text: str) -> list[Piece]:
    """The text in order, cut where addresses begin and end. Put together again it is the text."""
    if "://" not in text and "www." not in text.lower():
        return [Piece(text)]
    found, at = [], 0
    for match in ADDRESS.finditer(text):
        address = _without_what_follows(match[0])
        if not host_of(href := address if "://" in address else f"https://{address}"):
            continue
        if match.start() > at:
            found.append(Piece(text[at : match.start()]))
        found.append(Piece(address, href))
        at = match.start() + len(address)
    return [*found, Piece(text[at:])] if at < len(text) else found


def host_of(address: str) -> str:
    """The host an address leads to, with its port; nothing where it names none."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _without_what_follows(address: str) -> str:
    """A dot or a bracket after an address belongs to the sentence, unless the bracket was opened in it."""
    while address[-1:] in AFTER and address:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address

"""Finding the links of a letter."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

ADDRESS = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True)
class Link:
    """A place a letter leads to and the words on it."""

    text: str
    href: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._href, self._words = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("http"):
            self._href, self._words = href, ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href:
            self.found.append(Link(" ".join(self._words.split()), self._href))
            self._href = ""


def links_of(html: str, text: str) -> list[Link]:
    """Every link of both twins in order, each address once."""
    reader = _Reader()
    reader.feed(html)
    plain = [Link(address, address) for address in ADDRESS.findall(text)]
    return list({link.href: link for link in reversed([*reader.found, *plain])}.values())[::-1]

"""A public page the way a browser reads it: its links, what it loads, what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.conf import settings
from django.test import Client

PAGES = [
    "/",
    "/how-it-works/",
    "/prices/",
    "/our-story/",
    "/contact/",
    "/security/",
    "/promises/",
    "/privacy/",
    "/privacy/versions/",
    "/terms/",
    "/terms/versions/",
]

# Everything a browser fetches without being asked.
LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "use": "href",
}
LOADING_RELS = {"stylesheet", "icon", "preload", "manifest", "modulepreload", "prefetch", "preconnect", "dns-prefetch"}


@dataclass
class Tag:
    name: str
    attrs: dict[str, str]
    text: str = ""
    within: list[str] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attrs.get(name, "")


class Page(HTMLParser):
    VOID = {"meta", "link", "input", "br", "img", "rect", "circle", "path", "hr", "source"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, {name: value or "" for name, value in attrs}, within=[parent.name for parent in self._open])
        self.tags.append(found)
        if tag not in self.VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for parent in self._open:
            parent.text += data

    def every(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    @property
    def ids(self) -> set[str]:
        return {tag.get("id") for tag in self.tags if tag.get("id")}

    @property
    def loads(self) -> list[str]:
        sources = [tag.get(LOADING[tag.name]) for tag in self.tags if tag.name in LOADING]
        links = [tag.get("href") for tag in self.every("link") if LOADING_RELS & set(tag.get("rel").split())]
        return [source for source in sources + links if source]

    @property
    def leaving(self) -> list[Tag]:
        """Links that a person may follow to somebody else's site."""
        return [link for link in self.every("a") if is_elsewhere(link.get("href"))]


def is_elsewhere(address: str) -> bool:
    return address.startswith(("http:", "https:", "//")) and not address.startswith(settings.BASE_URL)


def read(address: str) -> Page:
    return Page(Client().get(address).content.decode())

"""The policy and the terms as sealed versions.

A version is one Markdown file a language, named after the day it takes effect. `documents.lock` holds its fingerprint: a file
that differs from its fingerprint is refused, so nobody can edit what somebody may already have agreed to. English prevails;
a translation carries the same anchors.

    python -m pivotino.control.privacy.documents      seals new files; never touches a seal that is there
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from django.utils import timezone
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

Kind = Literal["policy", "terms"]

Language = Literal["en", "ms"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
SHELF: Final = Path(__file__).parent / "documents"
LOCK: Final = SHELF / "documents.lock"
PROOF: Final = "/promises/#"
PROOFS: Final[dict[Language, str]] = {
    "en": "Promise {}: how it is kept",
    "ms": "Janji {}: bagaimana ia ditepati",
}

ANCHOR = re.compile(r"\s*\{#([A-Za-z][\w-]*)\}\s*$")
PROMISE = re.compile(r"P\d{2}\Z")


class NoSuchVersion(LookupError):
    """No version of this document took effect on that day."""


class PublishedVersionChanged(RuntimeError):
    """The file differs from the fingerprint it was published with."""


class UnsealedVersion(RuntimeError):
    """The file has no line in documents.lock; `python -m pivotino.control.privacy.documents` seals it."""


@dataclass(frozen=True)
class Heading:
    anchor: str
    text: str


@dataclass(frozen=True)
class Document:
    kind: Kind
    language: Language
    version: str
    effective_on: date
    sha256: str
    title: str
    html: Markup
    text: str
    contents: tuple[Heading, ...]
    clauses: frozenset[str]

    @property
    def source_name(self) -> str:
        return f"{self.version}.{self.language}.md"


def current(kind: Kind, language: Language = "en") -> Document:
    """The newest version that has taken effect; before the very first day, that first one."""
    today = timezone.now().date()
    known = versions(kind, language)
    return next((document for document in known if document.effective_on <= today), known[-1])


def effective_moment(document: Document) -> datetime:
    """When it takes effect: the beginning of that day in UTC."""
    return datetime.combine(document.effective_on, datetime.min.time(), tzinfo=UTC)


def coming(kind: Kind, language: Language = "en") -> Document | None:
    """The next one to take effect, once it is published."""
    today = timezone.now().date()
    return next((one for one in reversed(versions(kind, language)) if one.effective_on > today), None)


def version(kind: Kind, effective_on: date, language: Language = "en") -> Document:
    for document in versions(kind, language):
        if document.effective_on == effective_on:
            return document
    raise NoSuchVersion(kind, effective_on)


def before(document: Document) -> Document | None:
    known = versions(document.kind, document.language)
    older = [other for other in known if other.effective_on < document.effective_on]
    return older[0] if older else None


@cache
def versions(kind: Kind, language: Language = "en") -> tuple[Document, ...]:
    """Every version, newest first."""
    return read_shelf(kind, SHELF, language)


def read_shelf(kind: Kind, shelf: Path, language: Language = "en") -> tuple[Document, ...]:
    seals = read_lock(shelf / LOCK.name)
    files = sorted((shelf / kind).glob(f"*.{language}.md"), reverse=True)
    return tuple(_read(kind, language, file, seals=seals) for file in files)


def read_lock(lock: Path) -> dict[str, str]:
    """Fingerprints by `kind/file`, in the format of sha256sum, so that `sha256sum --check` reads it too."""
    rows = (line.split(maxsplit=1) for line in lock.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.strip(): fingerprint for fingerprint, name in rows}


def seal(shelf: Path) -> list[str]:
    """Add the fingerprints of new files, and only those. Says which."""
    seals = read_lock(shelf / LOCK.name)
    files = {f"{kind}/{file.name}": file for kind in KINDS for file in sorted((shelf / kind).glob("*.md"))}
    fresh = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items() if name not in seals}
    with (shelf / LOCK.name).open("a", encoding="utf-8") as lock:
        lock.writelines(f"{fingerprint}  {name}\n" for name, fingerprint in fresh.items())
    return list(fresh)


def _read(kind: Kind, language: Language, file: Path, *, seals: dict[str, str]) -> Document:
    raw = file.read_bytes()
    fingerprint = hashlib.sha256(raw).hexdigest()
    name = f"{kind}/{file.name}"
    if name not in seals:
        raise UnsealedVersion(name)
    if seals[name] != fingerprint:
        raise PublishedVersionChanged(name)
    day = date.fromisoformat(file.name.removesuffix(f".{language}.md"))
    text = raw.decode("utf-8")
    page = _Page(text, PROOFS[language])
    return Document(
        kind=kind,
        language=language,
        version=day.isoformat(),
        effective_on=day,
        sha256=fingerprint,
        title=page.title,
        html=page.html,
        text=text,
        contents=tuple(page.contents),
        clauses=frozenset(page.clauses),
    )


class _Page:
    """Markdown to sections: each second-level heading opens one, each `{#P12}` becomes a mark that leads to proof."""

    def __init__(self, text: str, proof: str = PROOFS["en"]) -> None:
        self.title, self.proof = "", proof
        self.contents: list[Heading] = []
        self.clauses: list[str] = []
        markdown = MarkdownIt("commonmark", {"html": False})
        tokens = list(self._without_title(markdown.parse(text)))
        self._anchor(tokens)
        body = markdown.renderer.render(tokens, markdown.options, {})
        self.html = Markup(_in_sections(body))  # noqa: S704  (our own sealed text; raw HTML in it is switched off)

    def _without_title(self, tokens: Sequence[Token]) -> Iterator[Token]:
        inside = False
        for token in tokens:
            if token.tag == "h1":
                inside = token.type == "heading_open"
            elif inside:
                self.title = token.content
            else:
                yield token

    def _anchor(self, tokens: Sequence[Token]) -> None:
        for around, opening, inline in zip([None, *tokens], tokens, tokens[1:], strict=False):
            if inline.type != "inline" or opening.nesting != 1:
                continue
            anchor = self._take_anchor(inline)
            if opening.tag == "h2":
                anchor = anchor or _slug(inline.content)
                self.contents.append(Heading(anchor=anchor, text=inline.content))
            if anchor:
                # The paragraph of a tight list is not drawn; its item is.
                self._mark(around if opening.hidden and around else opening, inline, anchor)

    def _mark(self, opening: Token, inline: Token, anchor: str) -> None:
        self.clauses.append(anchor)
        opening.attrSet("id", anchor)
        if PROMISE.match(anchor) and inline.children is not None:
            opening.attrJoin("class", "clause")
            inline.children.append(_link_to_proof(anchor, self.proof.format(anchor)))

    def _take_anchor(self, inline: Token) -> str:
        found = ANCHOR.search(inline.content)
        if not found or not inline.children:
            return ""
        inline.content = inline.content[: found.start()]
        last = inline.children[-1]
        last.content = ANCHOR.sub("", last.content)
        return found[1]


def _link_to_proof(anchor: str, says: str) -> Token:
    link = f'<a class="clause__mark" href="{PROOF}{anchor}" aria-label="{says}">{anchor}</a>'
    return Token("html_inline", "", 0, content=link)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _in_sections(body: str) -> str:
    head, *rest = re.split(r"(?=<h2 )", body)
    sections = [f'<div class="paper__lead">{head}</div>' if head.strip() else ""]
    sections += [_section(part) for part in rest]
    return "\n".join(sections)


def _section(part: str) -> str:
    name = "paper__summary" if '<h2 id="on-one-page"' in part[:40] else "paper__section"
    return f'<section class="{escape(name)}">{part}</section>'


if __name__ == "__main__":
    print(*seal(SHELF) or ["Nothing new."], sep="\n")

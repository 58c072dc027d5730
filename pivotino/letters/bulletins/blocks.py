"""What a letter says: a list of blocks, kept as JSON. The page, the letter and its plain twin are made of the same list.

    [{"kind": "heading", "words": "New this month"},
     {"kind": "text", "words": "Drag a **card**. [See how](https://pivotino.example/how-it-works/)"},
     {"kind": "picture", "src": "/pictures/…/", "alt": "A board with four stages"},
     {"kind": "button", "words": "Try it", "href": "https://pivotino.example/"},
     {"kind": "quote", "words": "It saves me an hour a day.", "by": "Aminah, Kuching"},
     {"kind": "divider"}]

Text knows **bold**, *italic*, [words](https://…), and lists: lines that begin with `- ` or `1. `. Nothing else, no markup.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from pivotino.tenancy.addresses import absolute

MOST, LONGEST, LONGEST_ADDRESS = 60, 8000, 1500
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of block: its name for people, and which of its parts must be there."""

    code: str
    title: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return self.needs + self.may


KINDS = {
    kind.code: kind
    for kind in (
        Kind("heading", "Heading", ("words",)),
        Kind("text", "Paragraph", ("words",)),
        Kind("picture", "Picture", ("src", "alt")),
        Kind("button", "Button", ("words", "href")),
        Kind("quote", "Quote", ("words",), ("by",)),
        Kind("divider", "Line"),
    )
}
MISSING = {
    "words": "Write something, or remove it.",
    "src": "Choose a picture, or give an address of ours.",
    "alt": "Say in words what the picture shows, for whoever does not see it.",
    "href": "Where does it lead? The address begins with https://.",
}
NO_ADDRESS = "“{}” cannot be followed from a letter. An address begins with https://."
NOT_OURS = "Pictures come from us, so that nobody else learns who reads. Upload it instead."


@dataclass(frozen=True, slots=True)
class Block:
    """One block that may go: `words` as typed, `href` where it leads, `src` and `alt` of a picture, `by` who said it."""

    kind: str
    words: str = ""
    href: str = ""
    src: str = ""
    alt: str = ""
    by: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


class Wrong(ValidationError):
    """What is wrong with one block; `place` counts from nought."""

    def __init__(self, place: int, kind: str, sentence: str) -> None:
        title = KINDS[kind].title.lower() if kind in KINDS else "no kind we know"
        super().__init__(f"Block {place + 1} ({title}): {sentence}", code="block")
        self.place, self.sentence = place, sentence


def parse(value: Any) -> tuple[Block, ...]:
    """The blocks of a letter that may go. Raises ValidationError: one sentence for each block that is not ready, by its number."""
    found, wrong = _read(value)
    if wrong:
        raise ValidationError(wrong)
    if not found:
        raise ValidationError("The letter says nothing yet.", code="empty")
    return tuple(found)


def ready(value: Any) -> tuple[Block, ...]:
    """Those blocks that are ready, for a look at what is still being written."""
    return tuple(_read(value)[0])


def wrongs(value: Any) -> list[Wrong]:
    """What is wrong with each block that is not ready."""
    return _read(value)[1]


def as_json(blocks: Iterable[Block]) -> list[dict[str, str]]:
    """As it is kept."""
    return [block.as_json() for block in blocks]


def as_html(blocks: Iterable[Block], link: Link = str) -> Markup:
    """For the letter: no style sheet, no script, whole addresses. `link` may lead each address another way."""
    drawn = [(block, _rich(block.words, link) if block.kind in ("text", "quote") else "") for block in blocks]
    return Markup(get_template("bulletins/blocks.html").render({"blocks": drawn, "link": link, "whole": whole}))  # noqa: S704 - our own template


def as_text(blocks: Iterable[Block], link: Link = str) -> str:
    """The plain twin, of the same blocks."""
    return "\n\n".join(_plain(block, link) for block in blocks)


def addresses(blocks: Iterable[Block]) -> list[str]:
    """Where a letter leads, in order, each once."""
    found: dict[str, None] = {}

    def note(address: str) -> str:
        found[address] = None
        return address

    for block in blocks:
        _plain(block, note)
    return list(found)


def whole(src: str) -> str:
    """A picture's address as a letter needs it."""
    return absolute(src) if src.startswith("/") else src


def _read(value: Any) -> tuple[list[Block], list[Wrong]]:
    rows = _rows(value)
    found: list[Block] = []
    wrong: list[Wrong] = []
    for place, row in enumerate(rows):
        try:
            found.append(_block(place, row))
        except Wrong as error:
            wrong.append(error)
    return found, wrong


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        try:
            value = json.loads(value or "[]")
        except ValueError as error:
            raise ValidationError("This is no list of blocks.") from error
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValidationError("This is no list of blocks.")
    if len(value) > MOST:
        raise ValidationError(f"A letter has {MOST} blocks at most.")
    return value


def _block(place: int, row: dict[str, Any]) -> Block:
    kind = KINDS.get(str(row.get("kind", "")))
    if kind is None:
        raise Wrong(place, "", "Choose what it is.")
    said = {part: str(row.get(part) or "").replace("\x00", "").strip() for part in kind.parts}
    for part in kind.needs:
        if not said[part]:
            raise Wrong(place, kind.code, MISSING[part])
    if max((len(words) for words in said.values()), default=0) > LONGEST:
        raise Wrong(place, kind.code, f"Keep it under {LONGEST:,} characters.")
    if kind.code == "picture" and not _is_ours(said["src"]):
        raise Wrong(place, kind.code, NOT_OURS)
    block = Block(kind.code, **said)
    for address in addresses([block]):
        if not _may_lead_to(address):
            raise Wrong(place, kind.code, NO_ADDRESS.format(address[:80]))
    return block


def _may_lead_to(address: str) -> bool:
    if len(address.encode()) > LONGEST_ADDRESS:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc and " " not in address


def _is_ours(src: str) -> bool:
    return (src.startswith("/") and not src.startswith(("//", "/\\"))) or src.startswith(f"{settings.BASE_URL}/")


# ---------- text: the small markup ----------

P = "margin:0 0 16px"
LOOKS = {
    "paragraph_open": P,
    "bullet_list_open": f"{P};padding-left:24px",
    "ordered_list_open": f"{P};padding-left:24px",
}
TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li"}


@cache
def _markdown() -> MarkdownIt:
    wanted = ["emphasis", "link", "list", "escape", "newline"]
    return MarkdownIt("zero", {"breaks": True, "html": False}).enable(wanted)


def _tokens(words: str) -> list[Token]:
    md = _markdown()
    # What may be led to is judged later, in our words; scripts never become links at all.
    return md.parse(words)


def _every(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _rich(words: str, link: Link) -> Markup:
    md, tokens = _markdown(), _tokens(words)
    for token in _every(tokens):
        if token.type == "link_open":
            token.attrs = {"href": link(str(token.attrs["href"])), "class": "pv-link", "style": "color:#a64a0d"}
        elif token.type in LOOKS:
            token.attrs = {**token.attrs, "style": LOOKS[token.type]}
    html = md.renderer.render(tokens, md.options, {})
    allowed = {"a": {"href", "class", "style"}, "p": {"style"}, "ul": {"style"}, "ol": {"style", "start"}}
    schemes = {"http", "https", "mailto"}
    return Markup(nh3.clean(html, tags=TAGS, attributes=allowed, url_schemes=schemes, link_rel=None).strip())  # noqa: S704 - cleaned


def _said(words: str, link: Link) -> str:
    """Text with its links written out and its lists kept."""
    out: list[str] = []
    marks: list[int | None] = []
    for token in _tokens(words):
        if token.type == "bullet_list_open":
            marks.append(None)
        elif token.type == "ordered_list_open":
            marks.append(int(token.attrs.get("start", 1)))
        elif token.type.endswith("_list_close"):
            marks.pop()
            if not marks:
                out.append("")
        elif token.type == "list_item_open":
            mark = marks[-1]
            out.append("  " * (len(marks) - 1) + ("- " if mark is None else f"{mark}. "))
            marks[-1] = None if mark is None else mark + 1
        elif token.type == "inline":
            told = _inline(token.children or [], link)
            if marks and out:
                out[-1] += told.replace("\n", "\n" + "  " * len(marks))
            else:
                out += [told, ""]
    return "\n".join(out).strip()


def _inline(tokens: list[Token], link: Link) -> str:
    told, href, begun = "", "", 0
    for token in tokens:
        if token.type == "link_open":
            href, begun = str(token.attrs["href"]), len(told)
        elif token.type == "link_close":
            shown = told[begun:]
            way = link(href)
            told = told[:begun] + (way if shown in (href, "") else f"{shown} ({way})")
        elif token.type in ("softbreak", "hardbreak"):
            told += "\n"
        else:
            told += token.content
    return told


def _plain(block: Block, link: Link) -> str:
    if block.kind == "text":
        return _said(block.words, link)
    if block.kind == "quote":
        quoted = "\n".join(f"> {line}".rstrip() for line in _said(block.words, link).split("\n"))
        return quoted + (f"\n> – {block.by}" if block.by else "")
    if block.kind == "picture":
        return f"[Picture: {block.alt}]"
    if block.kind == "button":
        return f"{block.words}:\n{link(block.href)}"
    return block.words if block.kind == "heading" else "-" * 20

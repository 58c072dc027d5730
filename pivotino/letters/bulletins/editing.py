"""What is being typed into `bulletins/editor.html`. Every button works without script: it sends the whole form, and nothing typed is lost.

draft = Draft.of(campaign.body)                                        # to show
draft = Draft.sent(request.POST, request.FILES, keep=keep_picture)     # what came back, the pressed button done
draft.value                                                            # to keep, ready or not
draft.pressed                                                          # True: a button of the editor, show the page again
draft.judge()                                                          # notes beside each block what it lacks; True where all are ready
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.crypto import get_random_string

from pivotino.kit.sensitive import mask
from pivotino.letters.bulletins.blocks import KINDS, MOST, Kind, wrongs

PARTS = ("words", "href", "src", "alt", "by")
TAKEN_OUT = "Here was a card number. Those are never kept, so only its last four digits are left."
STALE = "Somebody else changed this letter meanwhile. Yours stands below; save again to keep it instead."
Keep = Callable[["File[Any]"], str]


@dataclass
class Row:
    """One block as typed. `key` holds its fields together while it moves."""

    kind: str
    key: str = field(default_factory=lambda: get_random_string(8))
    words: str = ""
    href: str = ""
    src: str = ""
    alt: str = ""
    by: str = ""
    trouble: str = ""

    @property
    def sort(self) -> Kind:
        return KINDS[self.kind]

    @property
    def value(self) -> dict[str, str]:
        return {"kind": self.kind, **{part: getattr(self, part) for part in self.sort.parts if getattr(self, part)}}


@dataclass
class Draft:
    """The blocks in the editor, the one removed last, and where the page should put the focus."""

    rows: list[Row] = field(default_factory=list)
    gone: Row | None = None
    gone_from: int = 0
    focus: str = ""
    verb: str = ""
    pressed: bool = False

    @classmethod
    def of(cls, value: list[dict[str, Any]]) -> Self:
        """What was kept."""
        return cls([_row(one) for one in value if one.get("kind") in KINDS])

    @classmethod
    def sent(cls, post: Any, files: Mapping[str, Any], *, keep: Keep) -> Self:
        """What the form says, with its pictures kept and the pressed button of the editor done."""
        draft = cls([row for told in post.getlist("block")[:MOST] if (row := _typed(told, post))])
        if removed := _typed(post.get("gone", ""), post):
            draft.gone, draft.gone_from = removed, _number(post.get("gone-from"))
        for row in draft.rows:
            if row.kind == "picture" and (file := files.get(f"{row.key}-file")):
                _take(row, file, keep)
        verb, _, of = post.get("press", "").partition(":")
        if verb in _PRESSES:
            draft.pressed, draft.verb = True, verb
            _PRESSES[verb](draft, of)
        return draft

    @property
    def value(self) -> list[dict[str, str]]:
        """As `blocks.parse` reads it."""
        return [row.value for row in self.rows]

    @property
    def pictures(self) -> dict[str, dict[str, str]]:
        """For the module in the browser: where each picture lies now, or why it was not taken."""
        return {row.key: {"src": row.src, "trouble": row.trouble} for row in self.rows if row.kind == "picture"}

    @property
    def kinds(self) -> list[Kind]:
        """What may be added."""
        return list(KINDS.values())

    @property
    def blanks(self) -> list[Row]:
        """An empty row of every kind, for the module in the browser to copy."""
        return [Row(kind, "KEY") for kind in KINDS]

    def judge(self) -> bool:
        """Note beside each block what it lacks. A picture that was not taken keeps its sentence."""
        for wrong in wrongs(self.value):
            row = self.rows[wrong.place]
            row.trouble = row.trouble or wrong.sentence
        return bool(self.rows) and not any(row.trouble for row in self.rows)

    def _add(self, kind: str) -> None:
        if kind in KINDS and len(self.rows) < MOST:
            self.rows.append(Row(kind))
            self.focus = self.rows[-1].key

    def _move(self, key: str, by: int) -> None:
        place = self._place(key)
        if place is not None:
            row = self.rows.pop(place)
            self.rows.insert(max(0, place + by), row)
            self.focus = key

    def _remove(self, key: str) -> None:
        place = self._place(key)
        if place is not None:
            self.gone, self.gone_from = self.rows.pop(place), place
            self.focus = "gone"

    def _bring_back(self) -> None:
        if self.gone:
            self.rows.insert(self.gone_from, self.gone)
            self.focus, self.gone = self.gone.key, None

    def _place(self, key: str) -> int | None:
        return next((place for place, row in enumerate(self.rows) if row.key == key), None)


_PRESSES: dict[str, Callable[[Draft, str], None]] = {
    "add": lambda draft, kind: draft._add(kind),
    "up": lambda draft, key: draft._move(key, -1),
    "down": lambda draft, key: draft._move(key, 1),
    "remove": lambda draft, key: draft._remove(key),
    "back": lambda draft, _: draft._bring_back(),
}


def _row(value: Mapping[str, Any]) -> Row:
    return Row(str(value["kind"]), **{part: str(value.get(part) or "") for part in PARTS})


def _typed(told: str, post: Any) -> Row | None:
    key, _, kind = told.partition(":")
    if kind not in KINDS or not key.isalnum():
        return None
    typed = {part: post.get(f"{key}-{part}", "").replace("\r\n", "\n") for part in PARTS}
    kept = {part: mask(text) for part, text in typed.items()}
    return Row(kind, key[:20], **kept, trouble="" if kept == typed else TAKEN_OUT)


def _take(row: Row, file: "File[Any]", keep: Keep) -> None:
    try:
        row.src = keep(file)
    except ValidationError as error:
        row.trouble = " ".join(error.messages)


def _number(told: str | None) -> int:
    return int(told) if told and told.isdecimal() and len(told) < 4 else 0

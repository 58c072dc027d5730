"""What changed between two versions, paragraph by paragraph and then word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from pivotino.control.privacy.documents import Document

Mark = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Run:
    mark: Mark
    text: str


@dataclass(frozen=True)
class Passage:
    """One paragraph of the comparison. `quiet` ones are unchanged and may be folded away."""

    runs: tuple[Run, ...]

    @property
    def quiet(self) -> bool:
        return all(run.mark == "same" for run in self.runs)


def compare(old: Document, new: Document) -> list[Passage]:
    return list(_passages(_paragraphs(old.text), _paragraphs(new.text)))


def _paragraphs(text: str) -> list[str]:
    without_anchors = re.sub(r"\s*\{#[\w-]+\}", "", text)
    blocks = re.split(r"\n\s*\n|\n(?=- )", without_anchors.strip())
    return [" ".join(block.lstrip("#- ").replace("**", "").split()) for block in blocks]


def _passages(old: list[str], new: list[str]) -> Iterator[Passage]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Passage((Run("same", text),)) for text in new[j1:j2])
        else:
            yield from (Passage(tuple(_words(a, b))) for a, b in zip_longest(old[i1:i2], new[j1:j2], fillvalue=""))


def _words(old: str, new: str) -> Iterator[Run]:
    a, b = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run("same", "".join(a[i1:i2]))
            continue
        if i2 > i1:
            yield Run("removed", "".join(a[i1:i2]))
        if j2 > j1:
            yield Run("added", "".join(b[j1:j2]))

"""How an event reads. Each room registers a sentence for its own verbs; an unknown verb still reads as something.

    @reads("opportunity.moved")
    def moved(event: Event) -> Sentence:
        return Sentence("arrow", "moved it to ", Bold(event.data["entered"]))

The page puts who did it in front: "Anna moved it to Quotation".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pivotino.instance.history.models import Event


class Bold(str):
    """A part that stands out: a name, a stage, a figure."""

    __slots__ = ()

    @property
    def bold(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Changed:
    """One field before and after, in words for a reader; an empty side means it was or is empty."""

    label: str
    before: str
    after: str


class Sentence:
    """What a timeline shows of one event: an icon, the words after the name, and below them text or changes."""

    __slots__ = ("changes", "icon", "parts", "text")

    def __init__(self, icon: str, *parts: str, text: str = "", changes: Iterable[Changed] = ()) -> None:
        self.icon, self.parts, self.text, self.changes = icon, parts, text, tuple(changes)

    @property
    def words(self) -> str:
        """The sentence without emphasis, for those who listen."""
        return "".join(self.parts)


Reader = Callable[[Event], Sentence]
_readers: dict[str, Reader] = {}


def reads(*verbs: str) -> Callable[[Reader], Reader]:
    """Register how events of these verbs read."""

    def keep(reader: Reader) -> Reader:
        _readers.update(dict.fromkeys(verbs, reader))
        return reader

    return keep


def sentence_of(event: Event) -> Sentence:
    """How this event reads; a verb nobody registered reads as its own name."""
    # Of what was erased only that it happened is left.
    reader = None if event.data.get("erased") else _readers.get(event.verb)
    if reader is not None:
        return reader(event)
    noun, _, verb = event.verb.partition(".")
    return Sentence("history", f"{verb.replace('_', ' ') or 'changed'} the {noun.replace('_', ' ')}")

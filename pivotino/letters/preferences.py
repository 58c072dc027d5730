"""What somebody gets, as the preference centre shows and changes it. A token that is not ours shows the same and changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass

from pivotino.letters.models import Suppression
from pivotino.letters.models.suppression import OWN_WISH, Scope
from pivotino.letters.stopping import Stop
from pivotino.letters.suppression import lift, suppress_mark
from pivotino.letters.topics import TOPICS, Topic


@dataclass(frozen=True, slots=True)
class Choice:
    """One topic, whether letters on it may come, and whether that can be changed here."""

    topic: Topic
    wanted: bool
    free: bool = True


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything the page says. `barred`: something other than a wish keeps letters away."""

    choices: list[Choice]
    barred: bool
    may_undo: bool

    @property
    def wants_any(self) -> bool:
        return any(choice.wanted for choice in self.choices)


def preferences(stop: Stop | None) -> Preferences:
    """As they stand now."""
    rows = list(Suppression.objects.filter(mark=stop.mark)) if stop else []
    own = [row for row in rows if row.scope in OWN_WISH]
    choices = []
    for topic in TOPICS.values():
        against = [row for row in own if row.scope == Scope.MARKETING or row.topic == topic.name]
        choices.append(Choice(topic, wanted=not against, free=all(row.may_be_undone for row in against)))
    return Preferences(choices, barred=len(own) < len(rows), may_undo=any(row.may_be_undone for row in own))


def stop_topic(stop: Stop | None, *, how: str) -> None:
    """No more letters like the one the token came with."""
    if stop and stop.topic:
        suppress_mark(stop.mark, Scope.TOPIC, topic=stop.topic, how=how)
    elif stop:
        stop_all(stop, how=how)


def stop_all(stop: Stop | None, *, how: str) -> None:
    """No marketing at all; no reason is asked and it never runs out."""
    if stop:
        suppress_mark(stop.mark, Scope.MARKETING, how=how)


def choose(stop: Stop | None, wanted: Collection[str]) -> None:
    """These topics and no others. What was stopped more than thirty days ago stays so: whoever wants it signs up anew."""
    if not stop:
        return
    lift(stop.mark, *(name for name in TOPICS if name in wanted))
    for name in TOPICS:
        if name not in wanted:
            suppress_mark(stop.mark, Scope.TOPIC, topic=name, how="link")


def undo(stop: Stop | None) -> None:
    """Take back every wish of the last thirty days."""
    if stop:
        lift(stop.mark, *TOPICS)

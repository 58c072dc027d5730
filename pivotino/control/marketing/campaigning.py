"""The engine of campaigns, and counting whom one would reach before it goes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.marketing import aiming, prospecting
from pivotino.control.marketing.aiming import PROSPECT, SUBSCRIBER, Aim
from pivotino.control.marketing.letters import BY_TOPIC
from pivotino.control.marketing.models import Campaign, Followed, Recipient
from pivotino.control.prospects.models import Prospect
from pivotino.letters import Letter
from pivotino.letters.bulletins.engine import Engine, Person, Standing
from pivotino.letters.letter import Written
from pivotino.letters.models import Suppression
from pivotino.letters.models.suppression import OWN_WISH, Scope
from pivotino.letters.suppression import held

CHUNK = 500
STOPPED = "This address stopped letters on this topic, or letters cannot reach it."


class Campaigns(Engine[Campaign, Recipient]):
    """What only this room knows."""

    prefix = "campaign"
    bulletins, recipients, followed = Campaign, Recipient, Followed

    def atomic(self) -> AbstractContextManager[Any]:
        return transaction.atomic()

    def go_on(self, bulletin_id: UUID, after: timedelta | None = None) -> None:
        from pivotino.control.marketing.jobs import go

        go.later(str(bulletin_id), key=self.line(bulletin_id), after=after)

    def audience(self, bulletin: Campaign) -> Iterable[Person]:
        aiming.note_whereabouts()
        return aiming.people(Aim.of(bulletin.aim), bulletin.topic)

    def why_held(self, bulletin: Campaign, addresses: Sequence[str]) -> dict[str, str]:
        batch = Recipient.objects.filter(bulletin=bulletin, address__in=addresses)
        return why_held(bulletin.topic, batch.values_list("address", "kind"))

    def letter(self, bulletin: Campaign, recipient: Recipient) -> Letter:
        return BY_TOPIC[bulletin.topic](
            to=recipient.address, name=recipient.name, because=recipient.because, subject=bulletin.subject,
            forget=recipient.facts.get("forget", ""), **bulletin.drawn,
        )  # fmt: skip

    def sample(
        self, bulletin: Campaign, address: str = "somebody@example.com", name: str = "", because: str = ""
    ) -> Recipient:
        """As somebody who registered would get it."""
        return super().sample(bulletin, address, name, because or aiming.REGISTERED)

    def stopped(self, bulletin: Campaign) -> int:
        marks = Recipient.objects.filter(bulletin=bulletin).values("mark")
        wishes = Suppression.objects.filter(mark__in=marks, since__gte=bulletin.gathered_at or timezone.now())
        scopes = [*OWN_WISH, Scope.COMPLAINT]
        return wishes.filter(scope__in=scopes, topic__in=("", bulletin.topic)).values("mark").distinct().count()

    def note_sent(self, bulletin: Campaign, recipients: Sequence[UUID]) -> None:
        written = Recipient.objects.filter(pk__in=recipients, kind=PROSPECT)
        prospecting.note_written(list(written.values_list("address", flat=True)))


CAMPAIGNS = Campaigns()


def forget_erased() -> None:
    """Empty what we wrote down of people who were erased since; whoever of them waited gets nothing."""
    still = Exists(Account.objects.filter(email=OuterRef("address"))) | Exists(
        Prospect.objects.filter(address=OuterRef("address"))
    )
    with transaction.atomic():
        erased = Recipient.objects.exclude(address="").filter(~still)
        erased.filter(standing=Standing.WAITING).update(standing=Standing.HELD, why="Erased before the letter left.")
        erased.update(address="", name="", because="", zone="", facts={})


def seen_by(campaign: Campaign, name: str = "Aminah") -> Written:
    """The letter as somebody of this name would read it, with what is ready so far; its links do not count."""
    campaign.drawn = campaign.draw()
    return CAMPAIGNS.letter(campaign, CAMPAIGNS.sample(campaign, name=name)).write()


def why_held(topic: str, people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of these addresses, each with its kind, that must not get a letter on this topic now, and why."""
    kinds = dict(people)
    found = dict.fromkeys(held(kinds, topic=topic), STOPPED)
    found |= aiming.gone([address for address, kind in kinds.items() if kind == SUBSCRIBER])
    return found | prospecting.why_held([address for address, kind in kinds.items() if kind == PROSPECT])


def judged(aim: Aim, topic: str) -> Iterator[Person]:
    """Everybody the aim means, once, with what would hold them back now."""
    found: Iterator[Person] = aiming.people(aim, topic)
    seen: set[str] = set()
    while chunk := list(islice(found, CHUNK)):
        fresh = [one for one in chunk if one.address.lower() not in seen]
        seen.update(one.address.lower() for one in fresh)
        whys = why_held(topic, [(one.address, one.kind) for one in fresh if not one.held])
        for one in fresh:
            yield replace(one, held=one.held or whys.get(one.address, ""))


def count(campaign: Campaign) -> dict[str, Any]:
    """Count whom it would reach and keep the numbers; nobody's address is kept."""
    aiming.note_whereabouts()
    kinds: Counter[str] = Counter()
    whys: Counter[str] = Counter()
    for one in judged(Aim.of(campaign.aim), campaign.topic):
        if one.held:
            whys[one.held] += 1
        else:
            kinds[one.kind] += 1
    counts = {
        "at": timezone.now().isoformat(),
        "kinds": dict(kinds),
        "held": dict(whys.most_common(20)),
        "aim": campaign.aim,
    }
    Campaign.objects.filter(pk=campaign.pk).update(counts=counts)
    return counts


def some(campaign: Campaign, most: int = 25, looked_at: int = 1000) -> tuple[list[Person], list[Person]]:
    """The first it would reach and the first held back, among the first thousand."""
    going: list[Person] = []
    back: list[Person] = []
    for one in islice(judged(Aim.of(campaign.aim), campaign.topic), looked_at):
        side = back if one.held else going
        if len(side) < most:
            side.append(one)
        if len(going) == len(back) == most:
            break
    return going, back

"""Sending a mailing by the customer's own mail server. The life of it is the engine's; here is what only this room knows.

A batch that leaves is handed over right away, letter by letter: `handed_at` is written and committed, then the mail server gets
the letter, then how it ended is written. A worker that dies between leaves a letter nobody can be sure of; it does not go again.
Where the mail server itself fails, the mailing pauses with a sentence and whoever was not served waits.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from pivotino.instance.mailing.letters import Mailed, message_of
from pivotino.instance.mailing.models import Followed, How, Mailing, Recipient, Sender, Stop
from pivotino.instance.mailing.models.stops import mark_of, stop
from pivotino.instance.mailing.reach import NO_ADDRESS, TWICE, WHY, everybody, held_among
from pivotino.instance.mailing.way import NotHandedOver, Road, road
from pivotino.letters.bulletins.engine import Engine, NotNow, Person, Stage, Standing
from pivotino.tenancy import atomic
from pivotino.tenancy.neutralising import may_leave

MOST_TRIES, LATER = 3, timedelta(minutes=15)
UNSURE_AFTER = timedelta(minutes=15)
NOT_READY = "First say who writes, and let a test letter prove the way."
UNSURE = "Nobody can say whether the mail server took it; it was not sent again."


class OwnMail(Engine[Mailing, Recipient]):
    """The engine with the customer's way out instead of ours. Nothing of it is in our ledger: the letters are theirs."""

    prefix = "mailing"
    bulletins, recipients, followed = Mailing, Recipient, Followed

    def atomic(self) -> AbstractContextManager[Any]:
        return atomic()

    def go_on(self, bulletin_id: UUID, after: timedelta | None = None) -> None:
        from pivotino.instance.mailing.jobs import step

        step.later(str(bulletin_id), key=self.line(bulletin_id), after=after)

    def audience(self, bulletin: Mailing) -> Iterator[Person]:
        """Everybody with an address. Those who may get nothing are among them, so that the results say why they did not."""
        if bulletin.audience is None or bulletin.by is None:
            return
        for one in everybody(bulletin.audience, bulletin.by):
            if one.held not in (NO_ADDRESS, TWICE):
                because = f"On the list {bulletin.audience.name}"
                yield Person(address=one.address, name=one.name, because=because, held=WHY.get(one.held, ""))

    def why_held(self, bulletin: Mailing, addresses: Sequence[str]) -> dict[str, str]:
        return held_among(addresses, bulletin.audience)

    def letter(self, bulletin: Mailing, recipient: Recipient) -> Mailed:
        return Mailed(
            to=recipient.address, sender=bulletin.sender, subject=bulletin.subject, body=bulletin.body,
            audience=bulletin.audience_id, bulletin=bulletin.pk, name=recipient.name,
        )  # fmt: skip

    def stopped(self, bulletin: Mailing) -> int:
        """Who unsubscribed after they got it."""
        theirs = bulletin.recipients.filter(standing=Standing.SENT).values("mark")
        wishes = Stop.objects.filter(mark__in=theirs, how__in=[How.LINK, How.ONE_CLICK])
        return wishes.filter(since__gte=bulletin.gathered_at or bulletin.made_at).values("mark").distinct().count()

    def check(self, bulletin: Mailing) -> None:
        """Raises ValidationError with what is missing, in the order in which somebody would mend it."""
        if not may_leave("A mailing"):
            raise ValidationError("This is a copy to try. Nothing leaves it.", code="copy")
        if bulletin.audience is None or bulletin.audience.removed_at is not None:
            raise ValidationError("Choose who gets it.", code="audience")
        if not Sender.ours().is_ready:
            raise ValidationError(NOT_READY, code="sender")
        super().check(bulletin)

    def test(self, bulletin: Mailing, *, to: str, name: str = "") -> None:
        """Send it to one address, now, as everybody would get it. Raises NotHandedOver."""
        sender = bulletin.sender
        letter = self.letter(bulletin, self.sample(bulletin, to, name))
        with road(sender) as way:
            way.hand(message_of(letter.write(), key=f"test:{timezone.now().isoformat()}", address=sender.address), to)

    # ---------- the way out ----------

    def write(self, bulletin: Mailing, letters: Any) -> None:
        """Nothing yet: each is written when its turn at the mail server comes."""

    def hand_in(self, bulletin: Mailing, written: Any, keys: set[str]) -> None:
        """They leave the line in the engine's transaction; `deliver` takes them from there."""

    def outcomes(self, bulletin: Mailing, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """How each ended is written where it happens. What is left here was with the mail server when a worker died."""
        long_ago = timezone.now() - UNSURE_AFTER
        rows = bulletin.recipients.filter(standing=Standing.LEAVING, handed_at__lt=long_ago).values_list(
            "pk", flat=True
        )
        known = {self.key(pk) for pk in rows}
        return {key: ("unsure", UNSURE) for key in keys if key in known}

    def deliver(self, bulletin_id: UUID) -> None:
        """Hand over whoever left the line and was not served. Safe to call twice, and by two workers at once."""
        bulletin = Mailing.objects.select_related("audience", "by").filter(pk=bulletin_id, stage=Stage.GOING).first()
        if bulletin is None or not self._unserved(bulletin).exists():
            return
        try:
            with road(sender := bulletin.sender) as way:
                for recipient in self._unserved(bulletin).order_by("due_at", "pk"):
                    if self._claim(recipient):
                        self._serve(bulletin, recipient, sender, way)
        except NotHandedOver as error:
            self._stand_still(bulletin, str(error))
            return
        if not bulletin.recipients.filter(standing__in=[Standing.WAITING, Standing.LEAVING]).exists():
            self._finish(bulletin)

    def _serve(self, bulletin: Mailing, recipient: Recipient, sender: Sender, way: Road) -> None:
        if why := self.why_held(bulletin, [recipient.address]).get(recipient.address):
            self._end(recipient, Standing.HELD, why)
            return
        letter = self.letter(bulletin, recipient)
        try:
            way.hand(message_of(letter.write(), key=self.key(recipient.pk), address=sender.address), recipient.address)
        except NotHandedOver as error:
            self._refused(recipient, error)
            if error.road:
                raise
            return
        self._end(recipient, Standing.SENT, "")

    def _refused(self, recipient: Recipient, error: NotHandedOver) -> None:
        """Nobody ever reads there: no mailing goes there again. Come back later: three times, then it is given up."""
        if error.permanent or (recipient.tries >= MOST_TRIES and not error.road):
            with atomic():
                self._end(recipient, Standing.FAILED, str(error))
                if error.gone:
                    stop(recipient.mark, audience=None, how=How.BOUNCE, reason=str(error))
            return
        later = timezone.now() + (timedelta(0) if error.road else LATER)
        Recipient.objects.filter(pk=recipient.pk, standing=Standing.LEAVING).update(
            standing=Standing.WAITING, handed_at=None, why=str(error)[:200], due_at=later
        )

    def _stand_still(self, bulletin: Mailing, sentence: str) -> None:
        """Pause, say why, and let those wait who were not served."""
        with atomic():
            self._unserved(bulletin).update(standing=Standing.WAITING)
            try:
                self.pause(bulletin)
            except NotNow:
                return
            Mailing.objects.filter(pk=bulletin.pk).update(trouble=sentence[:200])

    def resume(self, bulletin: Mailing) -> None:
        with atomic():
            Mailing.objects.filter(pk=bulletin.pk).update(trouble="")
            super().resume(bulletin)

    def _unserved(self, bulletin: Mailing) -> Any:
        return Recipient.objects.filter(bulletin=bulletin, standing=Standing.LEAVING, handed_at__isnull=True)

    def _claim(self, recipient: Recipient) -> bool:
        """This worker and no other serves it, unless somebody pauses or stops the mailing at this moment."""
        recipient.tries += 1
        free = Recipient.objects.filter(pk=recipient.pk, standing=Standing.LEAVING, handed_at__isnull=True)
        going = Mailing.objects.filter(pk=recipient.bulletin_id, stage=Stage.GOING)
        return going.exists() and free.update(handed_at=timezone.now(), tries=recipient.tries) == 1

    def _end(self, recipient: Recipient, standing: Standing, why: str) -> None:
        Recipient.objects.filter(pk=recipient.pk).update(standing=standing, why=why[:200])

    def _recipient(self, bulletin: Mailing, person: Person, now: datetime) -> Recipient:
        """With the company's own mark, so that a stop and a recipient recognise each other and nobody else can."""
        made = super()._recipient(bulletin, person, now)
        made.mark = mark_of(person.address, bulletin.sender.key)
        return made


ENGINE = OwnMail()


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a mailing, for its page."""

    waiting: int
    sent: int
    held: int
    failed: int
    whole: int
    reasons: list[tuple[str, int]]
    followed: list[tuple[str, int]]
    stopped: int
    failures: list[tuple[str, str]]

    @classmethod
    def of(cls, mailing: Mailing) -> "Results":
        found = ENGINE.statistics(mailing)
        count = found.standings
        failed = mailing.recipients.filter(standing__in=[Standing.FAILED, Standing.CAME_BACK]).order_by("address")
        return cls(
            waiting=count[Standing.WAITING] + count[Standing.LEAVING], sent=count[Standing.SENT], held=count[Standing.HELD],
            failed=count[Standing.FAILED] + count[Standing.CAME_BACK], whole=found.whole, reasons=found.held, followed=found.followed,
            stopped=found.stopped, failures=list(failed.values_list("address", "why")[:50]),
        )  # fmt: skip

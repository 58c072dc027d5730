"""A customer leaves, or stays after all. Owners, staff and the billing room come through here."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.terminations import letters, orders, periods
from pivotino.control.terminations.models import Reminder, Termination
from pivotino.control.terminations.steps import ENDING, LEAVING, close
from pivotino.jobs import steps
from pivotino.letters import send
from pivotino.tenancy import freezing
from pivotino.tenancy.models import Instance

IN_THE_WAY = {freezing.Reason.UPGRADE, freezing.Reason.MOVE, freezing.Reason.RESTORE}


class TooLate(RuntimeError):
    """The days are over: what was there is being erased or gone."""


def leave(
    instance: Instance, *, cause: str, by: str = "", why: str = "", account_id: UUID | None = None
) -> Termination:
    """Begin to leave: read-only from now on, erased after the grace. Somebody who leaves already leaves once."""
    now = timezone.now()
    try:
        with transaction.atomic():
            termination = Termination.objects.create(
                instance=instance, cause=cause, by=by[:160], reason=why[:1000], account_id=account_id,
                begun_at=now, ends_at=now + periods.periods().grace,
            )  # fmt: skip
            freezing.freeze(instance, freezing.Reason.LEAVING, until=termination.ends_at)
    except IntegrityError:
        return Termination.objects.standing().get(instance=instance)
    return termination


def stay(termination: Termination) -> None:
    """Take it back: everything is as before, at once. Raises TooLate after the last day; repeating it changes nothing."""
    with transaction.atomic():
        found = Termination.objects.select_for_update().get(pk=termination.pk)
        if found.taken_back_at:
            return
        if found.ending_at:
            raise TooLate("The last day is over, and the database is being erased.")
        now = timezone.now()
        Termination.objects.filter(pk=found.pk).update(taken_back_at=now, told_to=[])
        freezing.thaw(found.instance, freezing.Reason.LEAVING)
        for account in letters.owners(found):
            send(letters.Staying.about(found, account), key=f"staying:{found.pk}:{account.pk}")
    termination.refresh_from_db()


def go_on(termination: Termination) -> None:
    """Do what is due: the steps of leaving, or after the last day those of the end, or those of staying."""
    if termination.taken_back_at:
        # Whoever froze it in the moment in which it was taken back is put right.
        freezing.thaw(termination.instance, freezing.Reason.LEAVING)
        orders.go_on(termination)
        close(termination)
        return
    steps.advance(termination, LEAVING)
    if termination.ending_at:
        steps.advance(termination, ENDING)
        close(termination)


def remind(termination: Termination) -> bool:
    """Send the reminder that is due, if one is; of several that were missed only the last. True where one went out."""
    now = timezone.now()
    due = [days for days in periods.periods().reminders if termination.ends_at - timedelta(days=days) <= now]
    if not due or termination.reminders.filter(days__lte=due[-1]).exists():
        return False
    with transaction.atomic():
        Reminder.objects.get_or_create(termination=termination, days=due[-1])
        for account in letters.owners(termination):
            letter = letters.Reminding.about(termination, account, days=letters.days_left(termination))
            send(letter, key=f"leaving:{termination.pk}:{due[-1]}:{account.pk}")
    return True


def may_end(termination: Termination) -> bool:
    """True where the last day is over, the last reminder went out long enough ago to have been read, and nobody works on it."""
    if IN_THE_WAY & set(freezing.reasons(termination.instance)):
        return False
    last = termination.reminders.filter(days=periods.periods().reminders[-1]).first()
    now = timezone.now()
    return termination.ends_at <= now and last is not None and last.at + periods.periods().last_word <= now


def end(termination: Termination) -> bool:
    """From here there is no way back. True where it begins now; staying at the same moment wins or loses, never both."""
    mine = Termination.objects.in_grace().filter(pk=termination.pk)
    return may_end(termination) and bool(mine.update(ending_at=timezone.now()))


def earliest_end(termination: Termination) -> datetime:
    """When it will really be erased: on the day that was told, or later where the last reminder was late."""
    last = termination.reminders.filter(days=periods.periods().reminders[-1]).first()
    return max(termination.ends_at, last.at + periods.periods().last_word) if last else termination.ends_at

"""The letters about support sessions, to every Business Owner."""

from typing import Any, ClassVar

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.support.models import Housecall, Opening
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy.addresses import absolute, control_url


class _ToOwners(Letter):
    """What these letters say."""

    kind = Kind.TRANSACTIONAL
    why = "You get this letter because you are a Business Owner of this database at Pivotino."
    once: ClassVar[str]

    @classmethod
    def about(cls, call: Housecall, account: Account, **words: Any) -> "_ToOwners":
        link = absolute(control_url("support:show", slug=call.instance.slug, id=call.pk))
        return cls(
            to=account.email, name=account.first_name, company=call.instance.name, who=call.by, ticket=call.ticket,
            reason=call.reason, about_what=call.about, link=link, **words,
        )  # fmt: skip


class Asked(_ToOwners):
    """One of us asks to look at contents."""

    template = "support/letters/asked"
    once = "asked"


class ChangesAsked(_ToOwners):
    """One of us asks to change something."""

    template = "support/letters/changes"
    once = "changes"


class BrokenGlass(_ToOwners):
    """Two of us go in without a yes, for safety or because of a law."""

    template = "support/letters/glass"
    once = "glass"


class Over(_ToOwners):
    """A session is over: what was opened."""

    template = "support/letters/over"
    once = "over"


def asked(call: Housecall) -> None:
    _send(Asked, call)


def changes_asked(call: Housecall) -> None:
    _send(ChangesAsked, call, change=call.changes_reason)


def broken_glass(call: Housecall, second: str) -> None:
    _send(BrokenGlass, call, second=second, urgency=call.get_urgency_display())


def over(call: Housecall) -> None:
    opened = call.openings.values_list("what", flat=True)
    counted = [(what.label, sum(one == what for one in opened)) for what in Opening.What]
    minutes = -(-int((call.ended_at - call.begun_at).total_seconds()) // 60) if call.ended_at and call.begun_at else 0
    pages = call.openings.exclude(what=Opening.What.REFUSED).order_by().values_list("path", flat=True).distinct()
    _send(
        Over, call, how=call.get_end_display(), begun_at=call.begun_at, minutes=max(1, minutes), pages=sorted(pages)[:30],
        counted=[(label, str(number)) for label, number in counted if number],
    )  # fmt: skip


def _send(letter: type[_ToOwners], call: Housecall, **words: Any) -> None:
    seats = Seat.objects.filter(instance_id=call.instance_id, owner=True, account__is_active=True)
    for seat in seats.select_related("account"):
        send(
            letter.about(call, seat.account, **words), key=f"support:{letter.once}:{call.pk}:{call.changes_asked_at or ''}:{seat.account_id}"
        )  # fmt: skip

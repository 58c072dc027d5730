"""The letters of the billing room: each says what happened, what follows on which day, and the one thing to do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from pivotino.control.accounts.models import Seat
from pivotino.control.billing.models import Arrears, Buyer, Paper
from pivotino.control.subscriptions.models import Subscription
from pivotino.kit.days import date_phrase
from pivotino.kit.money import money_parts
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy.addresses import absolute, control_url
from pivotino.tenancy.models import Instance


class Note(Letter):
    """What all of them look like: a subject, paragraphs, facts with dates, one button."""

    kind = Kind.TRANSACTIONAL
    template = "billing/letters/note"
    why = "You get this letter because you are a Business Owner of {database}, or its invoices go to this address."
    subject: ClassVar[str]
    button: ClassVar[str] = "See plan and billing"

    def __init__(
        self, *, to: str, instance: Instance, says: list[str], facts: list[tuple[str, str]], link: str = ""
    ) -> None:
        super().__init__(
            to=to, database=instance.name, subject=self.subject.format(database=instance.name), says=says, facts=facts,
            button=self.button, link=link or page("billing:show", instance), closing="",
        )  # fmt: skip


class TrialEndsSoon(Note):
    """A week before."""

    subject = "Your trial of {database} ends soon"
    button = "Look at the plans"


class TrialEnded(Note):
    subject = "{database} is on the free plan now"
    button = "Look at the plans"


class PlanBegan(Note):
    """A paid plan, or other seats."""

    subject = "The plan of {database} has changed"


class PlanEnds(Note):
    """Cancelled: it goes on to the day it is paid for."""

    subject = "The plan of {database} will end"


class RenewsSoon(Note):
    """Two weeks before a year is paid again."""

    subject = "The yearly plan of {database} renews soon"


class PaymentFailed(Note):
    subject = "A payment for {database} did not go through"
    button = "Pay now"


class GraceBegan(Note):
    subject = "{database} is still unpaid"
    button = "Pay now"


class ReadOnly(Note):
    subject = "{database} can only be read now"
    button = "Pay and go on"


class EndsSoon(Note):
    subject = "{database} ends in a week"
    button = "Pay and go on"


class Ended(Note):
    subject = "The subscription of {database} has ended"


class PaidAgain(Note):
    subject = "Nothing is owed for {database} any more"


class ReceiptCame(Note):
    subject = "Your receipt for {database}"
    button = "See invoices and receipts"


class CreditCame(Note):
    subject = "Money goes back to you for {database}"
    button = "See invoices and receipts"


def page(name: str, instance: Instance) -> str:
    return absolute(control_url(name, slug=instance.slug))


def day(moment: datetime) -> str:
    """A day in a letter; all of ours are days in UTC."""
    return date_phrase(moment.date())


def amount(minor: int, currency: str) -> str:
    return " ".join(money_parts(minor, currency.upper(), cents=True))


def post(
    letter: type[Note],
    instance: Instance,
    *,
    key: str,
    says: list[str],
    facts: Iterable[tuple[str, str]] = (),
    link: str = "",
) -> None:
    """Send one letter to every Business Owner and to where invoices go. The same key never sends twice."""
    for to in readers(instance):
        send(letter(to=to, instance=instance, says=says, facts=list(facts), link=link), key=f"{key}:{to}")


def readers(instance: Instance) -> list[str]:
    """Who is written to about money."""
    owners = Seat.objects.filter(instance_id=instance.pk, owner=True, account__is_active=True)
    buyer = Buyer.objects.filter(instance_id=instance.pk).exclude(email="").values_list("email", flat=True)
    return list(dict.fromkeys([*owners.order_by("taken_at").values_list("account__email", flat=True), *buyer]))


# --- what they say


def trial_ends_soon(instance: Instance, trial: Subscription, at: datetime) -> None:
    says = ["Nothing is charged. If you do nothing, the free plan goes on with everything you have: cards, contacts, history and people.",
            "On the free plan you can invite up to three people. Whoever works with you already stays."]  # fmt: skip
    post(
        TrialEndsSoon,
        instance,
        key=f"trial-soon:{trial.pk}:{at:%Y%m%d}",
        says=says,
        facts=[("The trial ends on", day(at))],
        link=page("billing:plan", instance),
    )


def trial_ended(instance: Instance, trial: Subscription, at: datetime) -> None:
    says = ["Your trial is over, and the free plan goes on. Nothing was charged and nothing is gone.",
            "On the free plan you can invite up to three people. Whoever works with you already stays."]  # fmt: skip
    post(
        TrialEnded,
        instance,
        key=f"trial-ended:{trial.pk}:{at:%Y%m%d}",
        says=says,
        facts=[("The trial ended on", day(at))],
        link=page("billing:plan", instance),
    )


def renews_soon(instance: Instance, row: Subscription, at: datetime, total: int) -> None:
    says = [
        "Your plan is paid by the year, and the next year begins soon. You need do nothing. If you want to change or end it, that day is time enough."
    ]
    facts = [
        ("The next bill comes on", day(at)),
        ("Its total", amount(total, row.currency)),
        ("People", str(row.seats or "any number")),
    ]
    post(RenewsSoon, instance, key=f"renews:{row.pk}:{at:%Y%m%d}", says=says, facts=facts)


def plan_began(instance: Instance, row: Subscription, total: int) -> None:
    facts: list[tuple[str, str]] = [
        ("Plan", f"{row.plan.name}, {row.plan.lasts.lower()}"),
        ("People", str(row.seats or "any number")),
    ]
    if row.paid_until:
        facts += [("Each bill", amount(total, row.currency)), ("The next bill comes on", day(row.paid_until))]
    post(PlanBegan, instance, key=f"plan:{row.pk}", says=["This is what you have from now on."], facts=facts)


def plan_ends(instance: Instance, row: Subscription, at: datetime) -> None:
    says = ["You keep what you paid for until that day. Then the free plan goes on: nothing is deleted, and whoever works with you stays.",
            "You can take this back until then."]  # fmt: skip
    post(PlanEnds, instance, key=f"plan-ends:{row.pk}:{at:%Y%m%d}", says=says, facts=[("It ends on", day(at))])


def payment_failed(instance: Instance, arrears: Arrears) -> None:
    says = ["Your bank or card refused the payment. Nothing changes for now, and we try again in the coming days.",
            "To settle it yourself, pay now or tell the payment provider about another card."]  # fmt: skip
    post(
        PaymentFailed,
        instance,
        key=f"arrears:{arrears.pk}:began",
        says=says,
        facts=_dates(arrears),
        link=_way(instance),
    )


def grace_began(instance: Instance, arrears: Arrears) -> None:
    says = ["The payment did not go through in several tries. Everybody can go on working until the day below.",
            "If the paid plan is too much for you, the free plan is yours at any time, on the same page."]  # fmt: skip
    post(GraceBegan, instance, key=f"arrears:{arrears.pk}:grace", says=says, facts=_dates(arrears), link=_way(instance))


def became_read_only(instance: Instance, arrears: Arrears) -> None:
    says = ["Everybody can still sign in and read everything, and you can export all of it. Nothing can be changed until the bill is paid.",
            "A payment opens it again at once."]  # fmt: skip
    post(
        ReadOnly, instance, key=f"arrears:{arrears.pk}:read-only", says=says, facts=_dates(arrears), link=_way(instance)
    )


def ends_soon(instance: Instance, arrears: Arrears) -> None:
    says = [
        "This is the last letter before the subscription ends. Pay and go on, take the free plan, or export everything first: all three are on the same page."
    ]
    post(EndsSoon, instance, key=f"arrears:{arrears.pk}:soon", says=says, facts=_dates(arrears), link=_way(instance))


def ended(instance: Instance, arrears: Arrears) -> None:
    says = [
        "The bill stayed unpaid, so the subscription has ended. Your data is still here and can be exported; what follows, and on which day, is on the page below."
    ]
    post(Ended, instance, key=f"arrears:{arrears.pk}:ended", says=says, facts=_dates(arrears))


def paid_again(instance: Instance, arrears: Arrears) -> None:
    how = {
        Arrears.Settled.PAID.value: "Thank you, the payment came.",
        Arrears.Settled.FREE.value: "You go on with the free plan, and the open bill is let be.",
        Arrears.Settled.WAIVED.value: "We let the open bill be.",
    }[arrears.settled_how]
    says = [f"{how} Everybody can work again." if arrears.is_read_only else f"{how} All is well."]
    post(PaidAgain, instance, key=f"arrears:{arrears.pk}:settled", says=says)


def receipt_came(instance: Instance, paper: Paper) -> None:
    facts = [
        ("Receipt", paper.number),
        ("For invoice", paper.about),
        ("Paid", amount(paper.total_minor, paper.currency)),
    ]
    post(
        ReceiptCame,
        instance,
        key=f"paper:{paper.pk}",
        says=["Thank you. Invoice and receipt are ready as PDF."],
        facts=facts,
        link=page("billing:papers", instance),
    )


def credit_came(instance: Instance, paper: Paper) -> None:
    facts = [
        ("Credit note", paper.number),
        ("For invoice", paper.about),
        ("Amount", amount(paper.total_minor, paper.currency)),
    ]
    post(
        CreditCame,
        instance,
        key=f"paper:{paper.pk}",
        says=["The amount goes back the way it came. That can take your bank some days."],
        facts=facts,
        link=page("billing:papers", instance),
    )


def _dates(arrears: Arrears) -> list[tuple[str, Any]]:
    """All that was and all that follows, with its day."""
    return [("Open amount", amount(arrears.amount_minor, arrears.currency)), ("Unpaid since", day(arrears.began_at)),
            ("Tried again until", day(arrears.grace_from)), ("Read-only from", day(arrears.read_only_from)),
            ("The subscription ends on", day(arrears.ends_at))]  # fmt: skip


def _way(instance: Instance) -> str:
    return page("billing:show", instance)

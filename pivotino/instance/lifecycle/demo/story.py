"""Tells a company's days one verb after the other, in the order in which they happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from django.utils import timezone

from pivotino.instance.activities.models import Activity, ActivityKind
from pivotino.instance.contacts.models import Contact
from pivotino.instance.lifecycle.demo import words
from pivotino.instance.lifecycle.demo.beside import put_beside
from pivotino.instance.lifecycle.demo.casts import House
from pivotino.instance.lifecycle.demo.clock import travelling
from pivotino.instance.lifecycle.demo.plans import BUSY, FIRST_DAY, QUARTER_END, Moment, Plan, plans
from pivotino.instance.lifecycle.keeping import set_up
from pivotino.instance.members.models import Member, Role
from pivotino.instance.members.queries import today, zone
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.instance.pipeline.totals import together
from pivotino.tenancy import seats

__all__ = ["BUSY", "FIRST_DAY", "QUARTER_END", "Moment", "is_told", "tell"]

TITLES = ("Mr ", "Ms ", "Mrs ", "Puan ", "Encik ", "Madam ", "Dr ", "Cikgu ", "Haji ")
Step = tuple[datetime, int, Callable[[], object]]


def is_told() -> bool:
    """True where the current instance has cards already."""
    return Opportunity.objects.exists()


def tell(house: House, moment: Moment, accounts: Mapping[str, UUID]) -> None:
    """Fill the current, freshly founded instance. `accounts` says which account each of its people signs in with."""
    chance = Random(f"{house.slug} {moment.name}")  # noqa: S311 - a story, not a secret
    now = timezone.now()
    story = Story(house, now, chance, _people(house, moment, accounts))
    for plan in plans(house, moment, chance):
        Card(story, plan).schedule()
    steps = sorted(story.steps, key=lambda step: step[:2])
    with travelling(min([now, *(at for at, _, _ in steps)])) as clock, together():
        set_up(by=story.people[0], industry=house.industry, target_minor=25_000_000)
        for at, _, do in steps:
            clock.moment = at
            do()
        clock.moment = now
        put_beside(story.people[0])


def _people(house: House, moment: Moment, accounts: Mapping[str, UUID]) -> list[Member]:
    for name in house.people[: moment.people]:
        if not Member.objects.filter(email=house.email(name)).exists():
            member = Member.objects.create(name=name, email=house.email(name), role=Role.USER)
            member.join(accounts[name])
        seats.take(accounts[name], owner=name == house.people[0])
    return [Member.objects.get(email=house.email(name)) for name in house.people[: moment.people]]


@dataclass
class Story:
    """What all cards of one company share."""

    house: House
    now: datetime
    chance: Random
    people: list[Member]
    steps: list[Step] = field(default_factory=list)
    known: dict[str, Contact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stages = list(Stage.objects.at_work())
        self.kinds = {kind.key: kind for kind in ActivityKind.objects.all()}
        self.reasons = {reason.name: reason for reason in LostReason.objects.all()}
        self.today, self.zone = today(), zone()

    def at(self, days_ago: int) -> datetime:
        """A moment of a working day; today's lie in the last hours."""
        if days_ago <= 0:
            return self.now - timedelta(minutes=self.chance.randint(40, 170))
        opens = datetime.combine(self.today - timedelta(days=days_ago), self.house.opens, self.zone)
        return opens + timedelta(minutes=self.chance.randint(0, 480))

    def contact(self, name: str, by: Member) -> Contact:
        """The customer, added when they are first heard of, with the person to ask for."""
        if name not in self.known:
            number = f"+60 12-555 {len(self.known):04}"
            if name.startswith(TITLES):
                self.known[name] = Contact.add(name, kind="person", by=by, owner=by, mobile=number, country="MY")
                return self.known[name]
            found = next((customer for customer in self.house.customers if customer.name == name), None)
            domain = (
                "".join(letter for letter in name.lower() if letter.isalnum() or letter == " ").replace(" ", "-")
                + ".example"
            )
            self.known[name] = office = Contact.add(
                name, kind="company", by=by, owner=by, country="MY", city=found.city if found else "Shah Alam", phone=number,
                email=f"office@{domain}", website=domain,
            )  # fmt: skip
            if found:
                Contact.add(
                    found.person, kind="person", by=by, owner=by, company=office, job_position=found.job, country="MY",
                    mobile=f"+60 12-556 {len(self.known):04}", email=f"{found.person.split()[1].lower()}@{domain}",
                )  # fmt: skip
        return self.known[name]


class Card:
    """One card's verbs, each put into the story at its moment."""

    def __init__(self, story: Story, plan: Plan) -> None:
        self.story, self.plan = story, plan
        self.owner = story.people[plan.owner or 0]
        self.opportunity: Opportunity
        self.last = story.at(plan.entered[0])

    def schedule(self) -> None:
        entered = self.plan.entered[:-1] if self.plan.ended else self.plan.entered
        self._then(entered[0], self._open)
        for place, days in enumerate(entered[1:], start=1):
            self._between(entered[place - 1], days)
            self._then(days, self._spoken if place == 1 else partial(self._move, place))
        if self.plan.ended:
            self._then(self.plan.entered[-1], self._win if self.plan.ended == "won" else self._lose)
        else:
            self._then(entered[-1], self._plan_next)

    def _then(self, days_ago: int, do: Callable[[], object]) -> None:
        self.last = min(max(self.story.at(days_ago), self.last + timedelta(minutes=9)), self.story.now)
        self.story.steps.append((self.last, len(self.story.steps), do))

    def _between(self, since: int, until: int) -> None:
        """Some talk before the next stage."""
        chance = self.story.chance
        if since - until > 1 and chance.random() < 0.5:
            self._then(since, partial(self._plan, *chance.choice(words.CALLS)))
            self._then(until + 1, partial(self._done, chance.choice(words.DONE)))
        if chance.random() < 0.3:
            self._then(until, partial(self._note, chance.choice(words.NOTES)))

    # --- verbs ---

    def _open(self) -> None:
        plan = self.plan
        self.opportunity = Opportunity.open(
            plan.title, by=self.owner, contact=self.story.contact(plan.who, self.owner), amount_minor=plan.amount * 100,
            tags=[plan.tag] if plan.tag else (), stars=min(3, plan.amount // 130_000),
        )  # fmt: skip

    def _spoken(self) -> None:
        self._activity().complete(by=self.owner, feedback=self.story.chance.choice(words.SPOKEN))

    def _move(self, place: int) -> None:
        self.opportunity.move_to(self.story.stages[place], version=None, by=self.owner)

    def _plan(self, kind: str, summary: str) -> None:
        due = timezone.now().astimezone(self.story.zone).date() + timedelta(days=2)
        Activity.plan(self.opportunity, kind=self.story.kinds[kind], by=self.owner, due_on=due, summary=summary)

    def _done(self, feedback: str) -> None:
        others = Activity.objects.filter(opportunity=self.opportunity).open().exclude(kind__key__in=["first", "todo"])
        for activity in others:
            activity.complete(by=self.owner, feedback=feedback)

    def _note(self, text: str) -> None:
        self.opportunity.write_note(text, by=self.owner)

    def _win(self) -> None:
        self._done("They said yes.")
        self.opportunity.win(by=self.owner)

    def _lose(self) -> None:
        self._done("They said no.")
        reason, note = self.story.chance.choice(words.LOSSES)
        self.opportunity.lose(reason=self.story.reasons[reason], note=note, by=self.owner)

    def _plan_next(self) -> None:
        plan, activity = self.plan, self._activity()
        if plan.due is None:
            activity.cancel(by=self.owner)
        else:
            activity.edit(
                by=self.owner, kind=self.story.kinds[plan.kind], due_on=self.story.today + timedelta(days=plan.due),
                due_time=plan.at, summary=plan.say,
            )  # fmt: skip
        if plan.owner is None:
            self.opportunity.edit(version=None, by=self.owner, owner=None)

    def _activity(self) -> Activity:
        return Activity.objects.filter(opportunity=self.opportunity).open().in_order()[0]

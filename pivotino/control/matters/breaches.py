"""Breaches: what each law wants by when, whether it wants it at all, and the drafts of what is said."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pivotino.control.matters import letters
from pivotino.control.matters.models import Draft, Incident, IncidentNotice, Touched
from pivotino.control.matters.models.incident import FIRST_NUMBER, KEPT
from pivotino.control.matters.people import NotPossible
from pivotino.jobs import alerts
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

FILE = Path(__file__).parent / "laws.toml"
# Names and addresses alone are no significant harm; everything else on the list is.
HARMLESS = frozenset({"contact"})
MARKS = (100, 80, 50)
CUSTOMERS = "customers"
NAMES = {
    "people": "People it concerns", "kinds": "Sorts of data", "unreadable": "Nobody can read it", "as_processor": "Databases of customers",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One duty under one law: when it is due, when it was done, and how much of its time is over, in percent."""

    law: str
    name: str
    says: str
    due_at: datetime
    done_at: datetime | None
    percent: int

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.percent >= 100


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one law wants to happen, and why."""

    law: str
    duties: tuple[str, ...]
    why: str


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def laws() -> dict[str, dict[str, Any]]:
    return {code: law for code, law in _file().items() if code not in ("harm", "follows")}


def harms() -> dict[str, str]:
    return dict(_file()["harm"])


def follows() -> dict[str, str]:
    """What may come of it, by sort of data."""
    return dict(_file()["follows"])


def open_incident(said: dict[str, Any], *, by: SignedIn, touches: Iterable[Instance] = ()) -> Incident:
    """Write down that we know: the clocks run from `aware_at`."""
    with transaction.atomic():
        last = Incident.objects.select_for_update().order_by("-number").first()
        number = last.number + 1 if last else FIRST_NUMBER
        incident = Incident.objects.create(number=number, by=by.name, **said)
        _touch(incident, touches, incident.aware_at)
    return incident


def learn(incident: Incident, says: str, *, by: SignedIn, touches: Iterable[Instance] = (), **now: Any) -> None:
    """We know more. What was written before stays; which clocks run follows from the new numbers at once."""
    with transaction.atomic():
        row = Incident.objects.select_for_update().get(pk=incident.pk)
        changed = [name for name, value in now.items() if getattr(row, name) != value]
        told = [f"{NAMES[name]}: {_said(getattr(row, name))}, now {_said(now[name])}." for name in changed]
        fresh = [one for one in touches if not row.touched.filter(database=one.pk).exists()]
        if fresh:
            # Not said in the text: it goes into letters, and no customer reads who else is touched.
            now["as_processor"] = True
        Incident.objects.filter(pk=row.pk).update(**now)
        _touch(row, fresh, timezone.now())
        row.updates.create(by=by.name, says="\n".join([says, *told]))
    incident.refresh_from_db()


def _touch(incident: Incident, instances: Iterable[Instance], at: datetime) -> None:
    rows = [Touched(incident=incident, database=one.pk, slug=one.slug, known_at=at) for one in instances]
    Touched.objects.bulk_create(rows)
    if rows and not incident.as_processor:
        Incident.objects.filter(pk=incident.pk).update(as_processor=True)
        incident.as_processor = True


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(harms()[kind] for kind in value) or "not known"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value:,}"


def is_harmful(incident: Incident) -> bool:
    """Whether it is likely to hurt somebody: what is readable and of a sort that hurts."""
    return not incident.unreadable and bool(set(incident.kinds) - HARMLESS)


def needed(incident: Incident, law: dict[str, Any], needs: str) -> bool:
    scale, harm = incident.people > law["scale"], is_harmful(incident)
    answers: dict[str, bool] = {"any": True, "harm": harm, "scale": scale, "harm or scale": harm or scale}
    return answers[needs]


def verdicts(incident: Incident) -> list[Verdict]:
    """The threshold calculator: which duties each law puts on us, and on which numbers that rests."""
    found = []
    for code in _applying(incident):
        law = laws()[code]
        duties = tuple(clock["says"] for clock in law["clock"] if needed(incident, law, clock["needs"]))
        harm = "likely to hurt people" if is_harmful(incident) else "not likely to hurt people"
        more = "more" if incident.people > law["scale"] else "not more"
        scale = f" ({more} than {law['scale']:,})" if law["scale"] else ""
        found.append(Verdict(law=law["name"], duties=duties, why=f"{incident.people:,} people{scale}; {harm}."))
    return found


def clocks(incident: Incident) -> list[Clock]:
    """Every clock that runs or ran, in the order of the file. One that begins with another's end counts from its last moment until then."""
    found: list[Clock] = []
    told: dict[tuple[str, str], datetime] = {}
    for one in incident.notices.all():
        told.setdefault((one.law, one.clock), one.sent_at)
    now, untold = timezone.now(), [one.known_at for one in incident.touched.all() if one.told_at is None]
    for code in _applying(incident):
        law, ends = laws()[code], {"aware": incident.aware_at}
        for clock in law["clock"]:
            begins, done = ends[clock["from"]], told.get((code, clock["name"]))
            if clock["name"] == CUSTOMERS and untold:
                # A database that was found later has a clock from that moment.
                begins, done = min(untold), None
            due = begins + timedelta(hours=clock["hours"])
            ends[clock["name"]] = done or due
            if needed(incident, law, clock["needs"]) or done:
                gone = ((done or now) - begins) / (due - begins) * 100
                found.append(
                    Clock(
                        law=code,
                        name=clock["name"],
                        says=clock["says"],
                        due_at=due,
                        done_at=done,
                        percent=max(0, int(gone)),
                    )
                )
    return found


def note_sent(incident: Incident, law: str, clock: str, *, says: str, how: str, by: SignedIn) -> None:
    """Somebody was told: that clock stops, once. The owners of databases it touches are told by this very verb, each once.

    Raises NotPossible for a clock that does not run.
    """
    with transaction.atomic():
        row = Incident.objects.select_for_update().get(pk=incident.pk)
        if not running(row, law, clock):
            raise NotPossible("This clock does not run, or was stopped before.")
        if clock == CUSTOMERS:
            for one in row.touched.filter(told_at__isnull=True):
                letters.tell_of_breach(row, one.database, says)
            row.touched.filter(told_at__isnull=True).update(told_at=timezone.now())
        IncidentNotice.objects.create(
            incident=incident, law=law, clock=clock, sent_at=timezone.now(), how=how, by=by.name, says=says
        )
        alerts.settle("breach clock", _subject(incident, law, clock), by=by.name)


def running(incident: Incident, law: str, clock: str) -> Clock | None:
    """The clock of this name, as long as it runs."""
    return next((one for one in clocks(incident) if (one.law, one.name, one.done_at) == (law, clock, None)), None)


def keep_draft(incident: Incident, law: str, clock: str, says: str, *, by: SignedIn) -> None:
    """Keep how a notice reads so far, beside how it read before."""
    last = incident.drafts.filter(law=law, clock=clock).last()
    if last is None or last.says != says:
        Draft.objects.create(incident=incident, law=law, clock=clock, says=says, by=by.name)


def draft(incident: Incident, law: str, clock: str) -> str:
    """What to send, with every field filled that we know."""
    wanted, to_customers = laws()[law], clock == CUSTOMERS
    whom = "the people it concerns" if clock == "people" else wanted["authority"]
    # A letter to customers says by itself to whom it goes and from whom it comes.
    head = [f"To: {whom}", f"About: {incident}, {incident.title}", f"Under: {wanted['name']}", ""]
    sorts = "; ".join(harms()[kind] for kind in incident.kinds) or "not known yet"
    all_of_them = ", in all databases together" if to_customers else ""
    lines = [
        *([] if to_customers else head),
        f"We knew of it on {incident.aware_at:%-d %B %Y at %H:%M} UTC.", f"What happened: {incident.happened}",
        f"People it concerns{all_of_them}, as far as we know: {incident.people:,}", f"Sorts of data: {sorts}",
        f"What was taken could{' not' if incident.unreadable else ''} be read by others.",
        f"What may come of it: {_may_follow(incident)}",
        f"What we did and do: {incident.measures or 'we are still at it'}",
    ]  # fmt: skip
    lines += [f"Learned on {one.at:%-d %B %Y at %H:%M} UTC: {one.says}" for one in incident.updates.all()]
    if clock == "people":
        lines.append(
            "What you can do: change what was taken if you can, and do not answer whoever calls or writes about it in our name. We never ask for secrets."
        )
    return "\n".join(lines if to_customers else [*lines, "", f"Ask us: {settings.OPERATOR.support}"])


def close(incident: Incident) -> None:
    """Everybody who has to know knows. Raises NotPossible while a clock runs."""
    if left := [one for one in clocks(incident) if one.done_at is None]:
        raise NotPossible(f"{left[0].says}: not done yet.")
    Incident.objects.filter(pk=incident.pk, closed_at__isnull=True).update(closed_at=timezone.now())


def look_at_the_clocks() -> None:
    """Rise an alert at half, four fifths and the end of each clock; each rises once more at the next mark."""
    for incident in Incident.objects.open():
        going = clocks(incident)
        for code, law in laws().items():
            for clock in law["clock"]:
                # What was learned since may have stopped it.
                if not any((one.law, one.name, one.done_at) == (code, clock["name"], None) for one in going):
                    alerts.settle("breach clock", _subject(incident, code, clock["name"]))
        for clock in going:
            passed = next((mark for mark in MARKS if clock.percent >= mark), 0)
            if clock.done_at is None and passed:
                says = f"{incident}: {passed} % of the time is over. {clock.says} by {clock.due_at:%-d %b, %H:%M} UTC."
                alerts.rise("breach clock", _subject(incident, clock.law, clock.name), says)


def forget_old() -> None:
    """The register is kept for two years after an incident is closed."""
    Incident.objects.filter(closed_at__lt=timezone.now() - KEPT).delete()


def _may_follow(incident: Incident) -> str:
    if incident.unreadable:
        return "nothing that we know of, because nobody can read it"
    return "; ".join(follows()[kind] for kind in incident.kinds) or "not known yet"


def _applying(incident: Incident) -> list[str]:
    chosen = [code for code in laws() if code in incident.laws]
    return [*chosen, *(["processor"] if incident.as_processor and "processor" not in chosen else [])]


def _subject(incident: Incident, law: str, clock: str) -> str:
    return f"{incident.pk}:{law}:{clock}"

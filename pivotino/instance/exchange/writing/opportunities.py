"""Writes opportunities with their stays, outcomes, tags, search words and one event each. Totals are written last."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange import bulk
from pivotino.instance.exchange.models import Fate, Import, ProposedRow
from pivotino.instance.exchange.worths import Worths
from pivotino.instance.exchange.writing.base import BROUGHT_TWICE, GONE, OVERTAKEN, Writer, in_portions
from pivotino.instance.exchange.writing.companies import Directory
from pivotino.instance.history import search
from pivotino.instance.history.states import state_of
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import LostReason, Opportunity, Outcome, Stage, Stay, Tag
from pivotino.instance.pipeline.places import last_in
from pivotino.instance.pipeline.totals import Share, together
from pivotino.kit.ids import uuid7
from pivotino.kit.rank import spread

COLUMNS = (
    "title", "contact_id", "amount_minor", "currency", "base_minor", "rate", "rate_on", "probability", "expected_closing",
    "manual_closing", "owner_id", "stars", "product", "notes", "email", "phone", "stage_id", "stage_since", "days_to_win",
    "closed_at",
)  # fmt: skip
Line = dict[str, Any]


class OpportunityWriter(Writer):
    """Open deals stand in their stage from today; closed ones keep their own dates. Reasons for losing may be empty."""

    def __init__(self, one: Import, by: Member | None) -> None:
        super().__init__(one, by)
        self.worths = Worths()
        self.stages = {str(stage.pk): stage for stage in Stage.objects.all()}
        self.reasons = {reason.name.casefold(): reason.pk for reason in LostReason.objects.all()}

    # -- new ones

    def make(self, rows: Sequence[ProposedRow]) -> None:
        fresh = self._not_here_yet(rows)
        directory = self._directory(fresh)
        places = self._places(fresh)
        lines = [self._line(row, directory, places) for row in fresh]
        bulk.insert(Opportunity, lines)
        bulk.insert(Stay, [self._stay(line) for line in lines])
        bulk.insert(
            Outcome,
            [self._outcome(line, row.data) for line, row in zip(lines, fresh, strict=True) if line["closed_at"]],
        )
        self._tag({row.target_id: row.data["tags"] for row in fresh if row.target_id and row.data.get("tags")})
        self._let_be_found(fresh, lines)
        self.events(
            "opportunity.imported",
            "opportunity",
            [(line["id"], line["owner_id"], {"row": row.number}) for line, row in zip(lines, fresh, strict=True)],
        )
        with together() as ledger:
            for line in lines:
                ledger.add(Share(line["stage_id"], line["owner_id"], line["base_minor"], line["probability"], None))

    def _not_here_yet(self, rows: Sequence[ProposedRow]) -> list[ProposedRow]:
        ids = {row.data["external_id"] for row in rows if row.data.get("external_id")}
        kept = Opportunity.objects.filter(removed_at__isnull=True)
        met = set(
            in_portions(ids, lambda some: kept.filter(external_id__in=some).values_list("external_id", flat=True))
        )
        fresh = []
        for row in rows:
            if row.data.get("external_id") in met:
                self.leave(row, BROUGHT_TWICE)
            else:
                row.fate, row.version = Fate.MADE, 1
                fresh.append(row)
        return fresh

    def _directory(self, rows: Sequence[ProposedRow]) -> Directory:
        directory = Directory(self)
        directory.name_companies({row.data["company"] for row in rows if row.data.get("company")})
        directory.name_people(
            (row.data["person"], directory.company(row.data.get("company")), row.data.get("email", ""), row.data.get("phone", ""))
            for row in rows if row.data.get("person")
        )  # fmt: skip
        return directory

    def _contact(self, data: Line, directory: Directory) -> UUID | None:
        company = directory.company(data.get("company"))
        return directory.person(data["person"], company) if data.get("person") else company

    def _places(self, rows: Sequence[ProposedRow]) -> dict[str, list[str]]:
        """Keys behind the last card of each column, the next one last."""
        return {
            stage: spread(count, last_in(self.stages[stage].pk))[::-1]
            for stage, count in Counter(row.data["stage"] for row in rows).items()
        }

    def _line(self, row: ProposedRow, directory: Directory, places: dict[str, list[str]]) -> Line:
        data = row.data
        stage = self.stages[data["stage"]]
        engaged, expected = _day(data.get("engaged")), _day(data.get("expected"))
        closed = None if stage.is_open else _day(data.get("closed")) or self.today
        currency, amount = data["currency"], data.get("amount_minor", 0)
        base, rate, rate_on = self.worths.of(amount, currency, closed)
        closed_at = self.start_of(closed) if closed else None
        began = self.start_of(min(day for day in (engaged, closed, self.today) if day))
        return {
            "id": row.target_id, "title": data["title"], "contact_id": self._contact(data, directory), "email": data.get("email", ""),
            "phone": data.get("phone", ""), "amount_minor": amount, "currency": currency, "base_minor": base, "rate": rate,
            "rate_on": rate_on, "probability": stage.probability_of(data.get("probability", 0)), "expected_closing": expected or closed,
            "manual_closing": expected is not None, "owner_id": self.member(data.get("owner")), "stars": data.get("stars", 0),
            "product": data.get("product", ""), "notes": data.get("notes", ""), "stage_id": stage.pk,
            "stage_since": closed_at or self.moment, "position": places[data["stage"]].pop(),
            "days_to_win": (closed - engaged).days if stage.is_won and engaged and closed else None,
            "external_id": data.get("external_id", ""), "import_id": self.one.pk, "created_at": began, "closed_at": closed_at,
        }  # fmt: skip

    def _stay(self, line: Line) -> Line:
        """Where it stands. How it got there nobody told us, so nothing is made up."""
        return {
            "id": uuid7(), "opportunity_id": line["id"], "stage_id": line["stage_id"], "owner_id": line["owner_id"],
            "started_at": line["stage_since"], "ended_at": line["closed_at"],
        }  # fmt: skip

    def _outcome(self, line: Line, data: Line) -> Line:
        stage = self.stages[data["stage"]]
        said = data.get("reason", "")
        known = self.reasons.get(said.casefold()) if stage.is_lost else None
        return {
            "id": uuid7(), "opportunity_id": line["id"], "kind": "won" if stage.is_won else "lost", "reason_id": known,
            "note": "" if known else said, "closed_on": _day(data.get("closed")) or self.today,
        }  # fmt: skip

    def _let_be_found(self, rows: Sequence[ProposedRow], lines: Sequence[Line]) -> None:
        self.found_by([
            ("opportunity", line["id"], line["owner_id"] or search.NOBODY,
             " ".join(filter(None, (line["title"], row.data.get("person"), row.data.get("company"), line["product"], line["notes"],
                                    line["external_id"]))))
            for row, line in zip(rows, lines, strict=True)
        ])  # fmt: skip

    def _tag(self, wanted: dict[UUID, list[str]]) -> None:
        if not wanted:
            return
        tags = {
            tag.name.casefold(): tag.pk
            for tag in Tag.objects.named(name for names in wanted.values() for name in names)
        }
        through: Any = Opportunity.tags.through
        pairs = {
            (card, tags[key])
            for card, names in wanted.items()
            for name in names
            if (key := " ".join(name.split())[:40].casefold()) in tags
        }
        through.objects.bulk_create(
            [through(opportunity_id=card, tag_id=tag) for card, tag in pairs], ignore_conflicts=True
        )

    # -- those that are here

    def alter(self, rows: Sequence[ProposedRow]) -> None:
        directory = self._directory([row for row in rows if "contact" in row.data.get("only", ["contact"])])
        ids = [row.target_id for row in rows if row.target_id]
        kept = Opportunity.objects.filter(removed_at__isnull=True)
        here: dict[UUID, Opportunity] = {
            one.pk: one for one in in_portions(ids, lambda some: kept.select_for_update().filter(pk__in=some))
        }  # fmt: skip
        outcomes: dict[UUID, Outcome] = {
            one.opportunity_id: one
            for one in in_portions(list(here), lambda some: Outcome.objects.filter(opportunity_id__in=some))
        }
        entered: list[tuple[Opportunity, ProposedRow]] = []
        changed: list[Opportunity] = []
        with together() as ledger:
            for row in rows:
                one = here.get(row.target_id) if row.target_id else None
                if one is None:
                    self.leave(row, GONE)
                    continue
                if "seen" in row.data and row.data["seen"] != one.version:
                    self.leave(row, OVERTAKEN)
                    continue
                ledger.hold(one)
                ended = outcomes.get(one.pk)
                row.before = state_of(one, COLUMNS) | {
                    "outcome": state_of(ended) if ended else None, "moment": self.moment.isoformat(), "moved": False
                }  # fmt: skip
                if self._take(one, row, directory):
                    row.before["moved"] = True
                    entered.append((one, row))
                one.version += 1
                row.fate, row.version = Fate.CHANGED, one.version
                changed.append(one)
            bulk.update(Opportunity, [*COLUMNS, "version"], {one.pk: one for one in changed}.values())
            self._enter(entered)
        self._find_again(changed)
        self.events("opportunity.updated", "opportunity", [
            (row.target_id, here[row.target_id].owner_id, {"changes": row.changes})
            for row in rows if row.fate == Fate.CHANGED and row.target_id
        ])  # fmt: skip

    def _take(self, one: Opportunity, row: ProposedRow, directory: Directory) -> bool:
        """Set in memory what the row says; True where it enters another stage or closes on another day."""
        data = row.data
        only = data.get("only") or [
            name
            for name in ("title", "product", "email", "phone", "notes", "amount", "stage", "owner", "expected", "stars")
            if name in data or name == "amount"
        ]
        for name in ("title", "product", "email", "phone", "notes", "stars"):
            if name in only:
                setattr(one, name, data[name])
        if "amount" in only:
            one.amount_minor, one.currency = data.get("amount_minor", 0), data["currency"]
            one.base_minor, one.rate, one.rate_on = self.worths.of(
                one.amount_minor, one.currency, _day(data.get("closed"))
            )
        if "owner" in only:
            one.owner_id = self.member(data.get("owner"))
        if "expected" in only:
            one.expected_closing, one.manual_closing = _day(data["expected"]), True
        if "contact" in only:
            one.contact_id = self._contact(data, directory)
        if "stage" not in only and "closed" not in only:
            return False
        stage = self.stages[data["stage"]]
        closed = None if stage.is_open else _day(data.get("closed")) or self.today
        engaged = _day(data.get("engaged"))
        one.stage_id = stage.pk
        one.closed_at = self.start_of(closed) if closed else None
        one.stage_since = one.closed_at or self.moment
        one.days_to_win = (closed - engaged).days if stage.is_won and closed and engaged else None
        one.probability = stage.probability_of(one.probability if stage.is_open else 0)
        if closed:
            one.expected_closing = closed
        return True

    def _enter(self, entered: Sequence[tuple[Opportunity, ProposedRow]]) -> None:
        """End the present stays, begin new ones, and put the outcomes right."""
        ids = [one.pk for one, _ in entered]
        in_portions(
            ids,
            lambda some: [
                Stay.objects.filter(opportunity_id__in=some, ended_at__isnull=True).update(ended_at=self.moment)
            ],
        )
        in_portions(ids, lambda some: [Outcome.objects.filter(opportunity_id__in=some).delete()])
        lines = [
            {"id": one.pk, "stage_id": one.stage_id, "owner_id": one.owner_id, "stage_since": self.moment,
             "closed_at": self.moment if one.closed_at else None} for one, _ in entered
        ]  # fmt: skip
        bulk.insert(Stay, [self._stay(line) for line in lines])
        bulk.insert(Outcome, [
            self._outcome({"id": one.pk}, row.data) for one, row in entered if not self.stages[str(one.stage_id)].is_open
        ])  # fmt: skip

    def _find_again(self, changed: Sequence[Opportunity]) -> None:
        names: dict[UUID | None, str] = defaultdict(str)
        contacts = {one.contact_id for one in changed if one.contact_id}
        names.update(in_portions(contacts, lambda some: Contact.objects.filter(pk__in=some).values_list("pk", "name")))
        search.index_many([
            ("opportunity", one.pk, one.owner_id or search.NOBODY,
             " ".join(filter(None, (one.title, names[one.contact_id], one.product, one.notes, one.external_id))))
            for one in changed
        ])  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

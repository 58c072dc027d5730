"""Writes companies and people."""

from collections.abc import Sequence
from typing import Any

from pivotino.instance.contacts.models import Contact, Label
from pivotino.instance.contacts.models.contact import why_not
from pivotino.instance.contacts.searching import words_of
from pivotino.instance.exchange import bulk
from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.judging.contacts import LABELS
from pivotino.instance.exchange.models import Fate, ProposedRow
from pivotino.instance.exchange.words import fold
from pivotino.instance.exchange.writing.base import BROUGHT_TWICE, GONE, OVERTAKEN, Writer, in_portions
from pivotino.instance.exchange.writing.companies import Directory
from pivotino.instance.history import search
from pivotino.instance.history.states import state_of

COLUMNS = ("name", "folded", "industry", "website", "employees", "email", "phone", "mobile", "job_position", "street", "city", "zip",
           "state", "country", "do_not_mail", "company_id")  # fmt: skip


class ContactWriter(Writer):
    """New contacts keep everything the sheet says; those that are here take what differs."""

    def make(self, rows: Sequence[ProposedRow]) -> None:
        ids = {row.data["external_id"] for row in rows if row.data.get("external_id")}
        met = set(
            in_portions(
                ids,
                lambda some: Contact.objects.kept().filter(external_id__in=some).values_list("external_id", flat=True),
            )
        )
        fresh = []
        for row in rows:
            if row.data.get("external_id") in met:
                self.leave(row, BROUGHT_TWICE)
            else:
                fresh.append(row)
        directory = self._directory(() if self.has_ties else fresh)
        lines = []
        for row in fresh:
            data = row.data
            row.fate, row.version = Fate.MADE, 1
            lines.append({
                **{name: data[name] for name in (*LABELS, "notes", "external_id") if name in data}, "kind": data["kind"],
                "id": row.target_id, "owner_id": self.member(data.get("owner")), "company_id": directory.company(data.get("company")),
            })  # fmt: skip
        directory.make(lines)
        self._label(fresh)

    def alter(self, rows: Sequence[ProposedRow]) -> None:
        directory = self._directory(() if self.has_ties else rows)
        ids = [row.target_id for row in rows if row.target_id]
        here: dict[Any, Contact] = {
            one.pk: one
            for one in in_portions(ids, lambda some: Contact.objects.kept().select_for_update().filter(pk__in=some))
        }
        refused = why_not([*here])
        changed: list[Contact] = []
        told = []
        for row in rows:
            one = here.get(row.target_id)
            if one is None:
                self.leave(row, GONE)
                continue
            if "seen" in row.data and row.data["seen"] != one.version:
                self.leave(row, OVERTAKEN)
                continue
            if one.pk in refused:
                self.leave(row, refused[one.pk])
                continue
            row.before = state_of(one, COLUMNS)
            self._take(one, row, directory)
            one.version += 1
            row.fate, row.version = Fate.CHANGED, one.version
            changed.append(one)
            told.append((one.pk, one.owner_id, {"changes": row.changes}))
        bulk.update(Contact, [*COLUMNS, "version"], changed)
        search.index_many([("contact", one.pk, None, words_of(one)) for one in changed])
        self.events("contact.updated", "contact", told)

    def _take(self, one: Contact, row: ProposedRow, directory: Directory) -> None:
        data = row.data
        for name in data.get("only") or [name for name in (*LABELS, "company") if name in data]:
            if name == "company":
                one.company_id = directory.company(data["company"]) or one.company_id
            else:
                setattr(one, name, data[name])
        one.folded = fold(one.name)[:200]

    @property
    def has_ties(self) -> bool:  # type: ignore[override]
        """A company may belong to one that stands further down in the same sheet."""
        return self.one.is_of is Kind.COMPANIES

    def tie(self, rows: Sequence[ProposedRow]) -> None:
        tied = [
            row for row in rows
            if row.data.get("company") and (row.fate == Fate.MADE or (row.fate == Fate.CHANGED and "company" in row.data.get("only", ["company"])))
        ]  # fmt: skip
        directory = self._directory(tied)
        ids = [row.target_id for row in tied if row.target_id]
        here = {one.pk: one for one in in_portions(ids, lambda some: Contact.objects.kept().filter(pk__in=some))}
        changed = []
        for row in tied:
            one, company = here.get(row.target_id), directory.company(row.data["company"])
            if one is not None and company != one.pk:
                one.company_id = company
                changed.append(one)
        bulk.update(Contact, ["company_id"], changed)

    def _directory(self, rows: Sequence[ProposedRow]) -> Directory:
        directory = Directory(self)
        directory.name_companies({row.data["company"] for row in rows if row.data.get("company")})
        return directory

    def _label(self, rows: Sequence[ProposedRow]) -> None:
        named = {row.target_id: row.data["tags"] for row in rows if row.data.get("tags")}
        if not named:
            return
        labels = {
            label.name.casefold(): label.pk for label in Label.named(tag for tags in named.values() for tag in tags)
        }
        through: Any = Contact.labels.through
        pairs = {
            (id, labels[tag.casefold()[:60]])
            for id, tags in named.items()
            for tag in tags
            if tag.casefold()[:60] in labels
        }
        through.objects.bulk_create(
            [through(contact_id=contact, label_id=label) for contact, label in pairs], ignore_conflicts=True
        )

"""Everything that happened in an instance, the trail for auditors, and the queue that tells open browsers about it."""

from typing import Any

from django.db import models
from django.db.models.functions import Now

from pivotino.instance.members.models import Member
from pivotino.kit.chains import plain
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import InstanceModel


class Event(InstanceModel):
    """One thing that happened: who, what, to which record, and what it was before and after. Never changed, never reused.

    `verb` is `noun.happened`, as in `opportunity.moved`; `data` holds `before`, `after` and what the sentence needs.
    `owner_id` is the member whose record it was, for those who see only their own. `by` is empty when a rule did it.
    """

    at = models.DateTimeField(db_default=Now())
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    owner_id = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict)

    holds = Holds(
        subject="contact", purpose="to show what happened and to take it back", retention="as long as the record it is about",
        export="history", erasure="payload emptied, the fact kept",
        personal={"data": "before and after of the record", "by": "the member who did it"},
        plain={"at", "verb", "subject_kind", "subject_id", "owner_id"},
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["subject_id", "id"], name="event_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_id}"


class Trail(InstanceModel):
    """What an auditor asks for: who did what, on whose behalf, where, for which ticket and why. Each row is sealed to the one before.

    Rows are only added, by `trail.write`. `book` is the instance they were written in: what came along from another one
    keeps its own book. What is personal in `facts` lies in `closed`, under the key of the person `subject_id`.
    """

    book = models.UUIDField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    what = models.CharField(max_length=60)
    by = models.CharField(max_length=160)
    by_id = models.UUIDField(null=True, blank=True)
    staff = models.BooleanField(default=False)
    on_behalf = models.CharField(max_length=160, blank=True)
    where = models.CharField(max_length=200, blank=True)
    ticket = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=300, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    closed = models.TextField(blank=True)
    seal = models.CharField(max_length=64)

    holds = Holds(
        subject="member", purpose="to prove to the customer who did what in their database", retention="as long as the instance",
        export="trail", erasure="the key of the person is destroyed: what was said about them cannot be read any more",
        personal={"by": "who did it", "by_id": "who did it", "on_behalf": "for whom", "closed": "facts about a person, under their key",
                  "subject_id": "an opaque number of the person it is about"},
        plain={"book", "number", "at", "what", "staff", "where", "ticket", "purpose", "facts", "seal"},
    )  # fmt: skip

    class Meta:
        verbose_name = "trail"
        ordering = ["-at", "-number"]
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="trail_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    @property
    def told(self) -> dict[str, Any]:
        """Everything this row says, as it is sealed, exported and downloaded."""
        values = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        del values["seal"]
        return {name: plain(value) for name, value in values.items()}


class TrailHead(InstanceModel):
    """Where the trail of a book ends, marked with a secret the database does not hold. Its id is the book; writers queue here."""

    number = models.PositiveBigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, blank=True)

    holds = Nothing("to notice when the end of the trail was cut off", plain={"number", "seal", "mark"})

    class Meta:
        verbose_name = "end of the trail"


class TrailKey(InstanceModel):
    """The key of one person's facts in the trail. Without `key` they were forgotten: nothing about them is kept from then on."""

    subject_id = models.UUIDField(unique=True)
    key = models.CharField(max_length=64, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="contact", purpose="to make what the trail says about a person unreadable when they ask",
        retention="as long as the instance, or until the person is forgotten", export="trail", erasure="key destroyed",
        personal={"subject_id": "an opaque number of the person", "key": "opens what is said about them"},
        plain={"forgotten_at"},
    )  # fmt: skip

    class Meta:
        verbose_name = "key of the trail"


class Undoing(InstanceModel):
    """An event that was taken back, and by which later event. Without a row the event stands."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="undoing")
    answer = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="+")

    holds = Nothing("to take nothing back twice", plain={"event", "answer"})


class Outbox(InstanceModel):
    """What open browsers should know, in the order in which it happened. Rows are swept after a day."""

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True, blank=True)
    owner_id = models.UUIDField(null=True, blank=True)
    owner_before_id = models.UUIDField(null=True, blank=True)
    by_id = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict)

    holds = Nothing(
        "to tell open browsers what changed: ids only",
        plain={"at", "kind", "subject_id", "owner_id", "owner_before_id", "by_id", "data"},
    )


class SearchDoc(InstanceModel):
    """The folded words of one record, for the search over everything. Each engine keeps an index of trigrams beside it.

    `owner_id` is the only member (besides the Business Owners) who may find it; empty means that everybody may.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    owner_id = models.UUIDField(null=True, blank=True)
    text = models.TextField()

    holds = Holds(
        subject="contact", purpose="to find a record by any word of it", retention="as long as the record it is about",
        export="no: it repeats the record", erasure="removed with the record", personal={"text": "folded words of the record"},
        plain={"kind", "subject_id", "owner_id"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="search_doc_once")]
        # The newest of a kind first: where nearly all are of another kind, these are not walked through.
        indexes = [models.Index(fields=["kind", "id"], name="search_doc_newest")]

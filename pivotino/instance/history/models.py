"""Everything that happened in an instance, and the queue that tells open browsers about it."""

from django.db import models
from django.db.models.functions import Now

from pivotino.instance.members.models import Member
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

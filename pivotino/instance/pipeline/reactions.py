"""What the pipeline does when something below it changes."""

from typing import Any

from django.dispatch import receiver

from pivotino.instance.history import search
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import event_recorded
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import memory


@receiver(event_recorded)
def know_the_stages_anew(event: Event, **_: Any) -> None:
    """A stage was changed in the settings."""
    if event.subject_kind == "stage":
        memory.forget("stages")


@receiver(event_recorded)
def find_by_the_new_name(event: Event, subject: Any, **_: Any) -> None:
    """A contact's name is among what finds its opportunities."""
    if event.subject_kind != "contact" or (
        event.verb == "contact.edited" and "name" not in event.data.get("changes", {})
    ):
        return
    found = Opportunity.objects.kept().filter(contact_id=event.subject_id).select_related("contact")
    search.index_many([(one.kind, one.pk, one.owner_id or search.NOBODY, one.words()) for one in found])

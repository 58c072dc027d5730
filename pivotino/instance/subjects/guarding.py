"""Whose data may only be stored is not changed."""

from collections.abc import Collection, Mapping
from uuid import UUID

from pivotino.instance.contacts.models.contact import guarded_by
from pivotino.instance.subjects.models import Restriction

WHY = "Their data may be stored, not changed. A Business Owner can lift that under “About this person”."


@guarded_by
def why_not(ids: Collection[UUID]) -> Mapping[UUID, str]:
    found = Restriction.objects.filter(contact__in=ids).values_list("contact_id", flat=True)
    return dict.fromkeys(found, WHY)

"""Who is in."""

from django.urls import NoReverseMatch

from pivotino.control.support.models import Housecall, Scope
from pivotino.tenancy.addresses import control_url
from pivotino.tenancy.places import Place
from pivotino.tenancy.visiting import Present


def present(place: Place) -> list[Present]:
    """Who of us is in a database, as the people inside see it."""
    calls = Housecall.objects.under_way().filter(instance_id=place.id).order_by("begun_at")
    return [
        Present(
            name=call.by, ticket=call.ticket, until=call.until, contents=call.scope != Scope.SETTINGS,
            page=_address("support:show", place, call), ending=_address("support:ending", place, call),
        )
        for call in calls if call.until
    ]  # fmt: skip


def _address(name: str, place: Place, call: Housecall) -> str:
    try:
        return control_url(name, slug=place.slug, id=call.pk)
    except NoReverseMatch:
        return ""

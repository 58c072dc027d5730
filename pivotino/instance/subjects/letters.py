"""The letter that says what will go."""

from datetime import date

from pivotino.instance.members.doors import owners
from pivotino.instance.members.queries import company, today
from pivotino.instance.subjects.models import Due
from pivotino.kit.days import date_phrase
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy import current
from pivotino.tenancy.addresses import absolute, instance_url


class WillGo(Letter):
    """Records go in fourteen days, by rules an owner set: how many, from when, and where to keep one."""

    kind = Kind.TRANSACTIONAL
    template = "subjects/letters/will_go"
    why = "You get this letter because your database has rules for how long records are kept, and you are a Business Owner of it."


def tell_owners() -> None:
    """One letter to each owner for what is announced, at most once in fourteen days."""
    day = today()
    fresh = Due.objects.filter(goes_on__gte=day)
    first = fresh.order_by("goes_on").values_list("goes_on", flat=True).first()
    if first is None:
        return
    place, round_ = current(), first.toordinal() // 14
    for one in owners():
        letter = WillGo(
            to=one.email, name=one.name, company=company().name, count=fresh.count(), first=_said(first),
            link=absolute(instance_url(place.slug, "subjects:going")),
        )  # fmt: skip
        send(letter, key=f"will-go:{place.id}:{one.pk}:{round_}")


def _said(day: date) -> str:
    return date_phrase(day)

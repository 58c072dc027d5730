"""After a restore or an unpacking, before anybody may open it: what was erased before is erased again."""

from pivotino.control.erasures import people, persons
from pivotino.control.erasures.models import Erasure
from pivotino.letters.marks import marks_of
from pivotino.tenancy import erasing, inside
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place


class WasErased(RuntimeError):
    """This instance as a whole was erased: nothing of it may come back."""


def replay_people() -> int:
    """After older books of ours were put back: forget whoever was erased since and is in them again. Returns how many.

    An erasure the books know is not played again: whoever came back after it did so by their own wish.
    """
    waiting = list(Erasure.objects.of_people().filter(done_at__isnull=True))
    wanted = {erasure.mark for erasure in waiting}
    named = (
        {mark: address for address in persons.addresses() for mark in marks_of(address) if mark in wanted}
        if wanted
        else {}
    )
    for erasure in waiting:
        people.do_again(erasure, named.get(erasure.mark, ""))
    return len(wanted & set(named))


def replay(instance: Instance, place: Place | None = None) -> int:
    """Erase in `place` what the ledger knows of this instance; returns how many records were there. Raises WasErased."""
    if Erasure.objects.of_instances().filter(instance_id=instance.pk).exists():
        raise WasErased(f"Instance {instance.pk} was erased.")
    entries = Erasure.objects.filter(kind=Erasure.Kind.RECORDS, instance_id=instance.pk).order_by("asked_at")
    pieces = [piece for entry in entries for piece in entry.what_must_go()]
    if not pieces:
        return 0
    with inside(place or instance):
        return erasing.erase(pieces)

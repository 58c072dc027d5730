"""The steps of erasing a person. Each may be repeated and then changes nothing.

While somebody may not let go of what we know of them, nothing happens. Rows that are held stay, and the certificate waits for
them. At the end the certificate is sealed, its link goes to the address, and then the address goes, too.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from pivotino.control.erasures import hooks, persons
from pivotino.control.erasures.letters import Erased
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.persons import Known, Person, Plan
from pivotino.control.erasures.steps import ASK_AGAIN, StillThere, certify
from pivotino.jobs import Retry
from pivotino.jobs.steps import Kind as AnyKind
from pivotino.jobs.steps import mark
from pivotino.letters import send
from pivotino.letters.models import Sent, State
from pivotino.tenancy.addresses import absolute, control_url

SOON, NEVER_LEFT = timedelta(minutes=1), timedelta(days=7)


def wait_for_holds(erasure: Erasure) -> None:
    if hooks.is_person_held(erasure.address):
        _put_off(erasure)
    Erasure.objects.filter(pk=erasure.pk).update(held_at=None)


def ask_the_rooms(erasure: Erasure) -> None:
    """Each room in a transaction of its own, together with how many rows it was."""
    person = Person.at(erasure.address)
    for one in _rooms(erasure):
        with transaction.atomic():
            before = {row["what"]: row["count"] for row in erasure.facts.get("rooms", [])}
            before[one.what] = before.get(one.what, 0) + one.room.forget(person)
            erasure.note("rooms", [{"what": what, "count": number} for what, number in before.items() if number])


def prove(erasure: Erasure) -> None:
    person = Person.at(erasure.address)
    left = [(one, found) for one in _rooms(erasure) for found in one.room.find(person)]
    if still := [(one, found) for one, found in left if found.plan is not Plan.KEEP]:
        if any(hooks.held_keys(label) for one, _ in still for label in one.models):
            _put_off(erasure, again="rooms")
        raise StillThere(f"{still[0][1].what} of a person is still there.")
    Erasure.objects.filter(pk=erasure.pk).update(held_at=None)
    erasure.note("kept", [{"what": found.what, "count": found.count, "law": found.why} for _, found in left])


def tell(erasure: Erasure) -> None:
    """Whoever had everything erased gets the certificate; whoever only pressed "forget me" has read it on the page."""
    if not erasure.pieces:
        link = absolute(control_url("erasures:certificate", id=erasure.pk))
        send(Erased(to=erasure.address, link=link, number=erasure.number), key=_key(erasure))


def empty(erasure: Erasure) -> None:
    """The address goes once that letter left, or a week later."""
    letter = Sent.objects.filter(key=_key(erasure)).first()
    if (
        letter
        and not State(letter.state).is_settled
        and erasure.done_at
        and timezone.now() < erasure.done_at + NEVER_LEFT
    ):
        raise Retry("The certificate is on its way to them.", after=SOON, counted=False)
    with transaction.atomic():
        Sent.objects.filter(key=_key(erasure)).update(to="", subject="", why="", trouble="")
        Erasure.objects.filter(pk=erasure.pk).update(address="")


def do_again(erasure: Erasure, address: str) -> None:
    """After older books were put back: forget once more, and write to nobody. Without an address nothing is there to forget."""
    if address:
        erasure.address = address
        ask_the_rooms(erasure)
    settle(erasure, erasure.facts.get("rooms", []))


def settle(erasure: Erasure, counts: list[dict[str, Any]]) -> None:
    """It is done already, in the caller's transaction: write down what went, seal it, and drop the address."""
    erasure.note("rooms", counts)
    certify(erasure)
    Erasure.objects.filter(pk=erasure.pk).update(address="")
    for step in STEPS:
        mark(erasure, step.name)


def _rooms(erasure: Erasure) -> list[Known]:
    return [one for one in persons.rooms() if not erasure.pieces or one.what in erasure.pieces]


def _put_off(erasure: Erasure, *, again: str = "") -> None:
    Erasure.objects.filter(pk=erasure.pk, held_at__isnull=True).update(held_at=timezone.now())
    erasure.steps.filter(name=again).delete()
    raise Retry("Somebody may not let go of it yet.", after=ASK_AGAIN, counted=False)


def _key(erasure: Erasure) -> str:
    return f"erased:{erasure.pk}"


Kind: Any = partial(AnyKind[Erasure])
STEPS: tuple[AnyKind[Erasure], ...] = (
    Kind(name="free", says="Nobody may hold it back", work=wait_for_holds),
    Kind(name="rooms", says="Every room forgets them, as far as the law lets it", work=ask_the_rooms),
    Kind(name="proven", says="Nothing is left", work=prove),
    Kind(name="certified", says="The certificate is sealed", work=certify),
    Kind(name="told", says="They are told", work=tell),
    Kind(name="emptied", says="Their address is gone", work=empty),
)

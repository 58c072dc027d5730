"""The steps of erasing an instance. Each may be repeated and then changes nothing.

First the address closes, so that from then on nobody sees anything. While somebody may not let go of the data it stays so:
hidden, and whole. Then the database goes, then everything we kept beside it, and at the end the certificate is sealed.
"""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from pivotino.control.erasures import forgetting, hooks
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.signing import seal
from pivotino.control.payments.forgetting import forget as forget_payer
from pivotino.control.payments.provider import ProviderDown
from pivotino.jobs import Retry
from pivotino.jobs.steps import Kind as AnyKind
from pivotino.tenancy import filing, held, provision, registry, remains, snapshots
from pivotino.tenancy.models import Instance

BELIEVED = timedelta(seconds=registry.REMEMBERED_SECONDS + 3)
ASK_AGAIN = timedelta(hours=1)


class StillThere(RuntimeError):
    """Something of the database is left after it was erased. The certificate waits."""


def close(erasure: Erasure) -> None:
    instance = erasure.instance
    Instance.objects.filter(pk=instance.pk, erased_at__isnull=True).update(erased_at=timezone.now())
    registry.forget(instance.slug)


def wait_for_holds(erasure: Erasure) -> None:
    if hooks.is_held(erasure.instance):
        Erasure.objects.filter(pk=erasure.pk, held_at__isnull=True).update(held_at=timezone.now())
        raise Retry("Somebody may not let go of it yet.", after=ASK_AGAIN, counted=False)
    Erasure.objects.filter(pk=erasure.pk).update(held_at=None)


def wait_for_others(erasure: Erasure) -> None:
    closed = erasure.steps.get(name="closed").at
    if (left := closed + BELIEVED - timezone.now()) > timedelta(0):
        raise Retry("Other processes may still have it open.", after=min(left, BELIEVED), counted=False)


def count(erasure: Erasure) -> None:
    place = erasure.instance.place.writable
    rows = snapshots.counts(place) if provision.exists(place) else {}
    filled = {name: number for name, number in rows.items() if number}
    erasure.note("database", [{"what": "Rows in the database", "count": sum(filled.values())},
                              {"what": "Tables that held them", "count": len(filled)}])  # fmt: skip


def put_aside(erasure: Erasure) -> None:
    place = erasure.instance.place
    if provision.exists(place.writable):
        held.put_all_aside(place)


def destroy(erasure: Erasure) -> None:
    for copy in Instance.objects.filter(copy_of_id=erasure.instance_id):
        remains.destroy_all(copy.pk)
        filing.remove_all(copy.place)
        registry.forget(copy.slug)
        copy.delete()
    remains.destroy_all(erasure.database)


def remove_files(erasure: Erasure) -> None:
    before = sum(row["count"] for row in erasure.facts.get("files", []))
    removed = before + forgetting.files(erasure.instance) + forgetting.room_folders(erasure.instance)
    erasure.note("files", [{"what": "Files", "count": removed}])


def empty_the_line(erasure: Erasure) -> None:
    forgetting.line(erasure.instance)


def ask_the_rooms(erasure: Erasure) -> None:
    instance = erasure.instance
    before = {row["what"]: row["count"] for row in erasure.facts.get("rooms", [])}
    for one in sorted(hooks.forgetters, key=lambda one: one.order):
        before[one.what] = before.get(one.what, 0) + one.work(instance)
    erasure.note("rooms", [{"what": what, "count": number} for what, number in before.items() if number])


def forget_people(erasure: Erasure) -> None:
    before = sum(row["count"] for row in erasure.facts.get("people", []))
    with transaction.atomic():
        removed = forgetting.people(erasure.instance)
        erasure.note("people", [{"what": "Accounts that were nowhere else", "count": before + removed}])


def forget_rows(erasure: Erasure) -> None:
    before = erasure.facts.get("books", [])
    with transaction.atomic():
        erasure.note("books", [*before, *forgetting.rows(erasure.instance)])


def tell_the_provider(erasure: Erasure) -> None:
    try:
        forget_payer(erasure.database, by="erasure", why=str(erasure.cause))
    except ProviderDown as error:
        raise Retry("The payment provider cannot be reached.", after=ASK_AGAIN, counted=False) from error


def clear_the_register(erasure: Erasure) -> None:
    forgetting.register(erasure.instance)


def prove(erasure: Erasure) -> None:
    if left := remains.everywhere(erasure.database):
        raise StillThere(f"{left[0].address[1]} is still there.")
    erasure.note("kept", forgetting.kept_by_law(erasure.instance))


def certify(erasure: Erasure) -> None:
    now = timezone.now()
    Erasure.objects.filter(pk=erasure.pk, done_at__isnull=True).update(done_at=now)
    erasure.refresh_from_db()
    seal(erasure)


Kind = partial(AnyKind[Erasure])
STEPS: tuple[AnyKind[Erasure], ...] = (
    Kind(name="closed", says="The address is closed", work=close),
    Kind(name="free", says="Nobody may hold it back", work=wait_for_holds),
    Kind(name="waited", says="Whoever had it open has closed it", work=wait_for_others),
    Kind(name="counted", says="What is there is counted", work=count),
    Kind(
        name="aside", says="Records that somebody may not let go of are in the vault, and nothing else", work=put_aside
    ),
    Kind(name="database", says="The database is gone, with every copy in use", work=destroy),
    Kind(name="files", says="Files are gone", work=remove_files),
    Kind(name="line", says="Waiting work is gone", work=empty_the_line),
    Kind(name="rooms", says="Exports and other by-products are gone", work=ask_the_rooms),
    Kind(name="people", says="Accounts that were nowhere else are gone", work=forget_people),
    Kind(name="books", says="Our books forget it, as far as the law lets them", work=forget_rows),
    Kind(name="payer", says="The payment provider forgets the customer", work=tell_the_provider),
    Kind(name="register", says="The address stays out of use", work=clear_the_register),
    Kind(name="proven", says="Nothing is left", work=prove),
    Kind(name="certified", says="The certificate is sealed", work=certify),
)

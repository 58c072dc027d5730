"""A database of its own for tests that carry databases about: made, filled, and cleared away with all its generations."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.instance.members.models import Member
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside, provision, registry, seats
from pivotino.tenancy.lifecycle import Founding, found
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import buckets
from tests import cast
from tests.house.world import records

_number = count(1)


@contextmanager
def firm(account: Account, *, bucket: str = "") -> Iterator[cast.Person]:
    """A company of `account`, with one of everything in it."""
    slug = f"kedai-{next(_number)}"
    row = Instance(id=uuid7(), slug=slug, name="Kedai Runcit", bucket=bucket or registry.bucket_with_room())
    row.schema_version, row.ready_at = provision.schema_version(), timezone.now()
    row.save(force_insert=True)
    found(row.place, Founding(company="Kedai Runcit", country="MY", currency="MYR", zone="Asia/Kuala_Lumpur",
                              account_id=account.id, name=account.name, email=account.email))  # fmt: skip
    with inside(row):
        member = Member.objects.get()
        seats.take(account.id, owner=True)
    owner = cast.Person("anna", account, row, member.id)
    records(owner)
    try:
        yield owner
    finally:
        registry.forget()
        for one in [row, *Instance.objects.filter(copy_of=row)]:
            for name in buckets():
                for generation in range(1, 8):
                    place = Instance(id=one.id, slug=one.slug, name="", bucket=name, generation=generation).place
                    provision.destroy(place)

"""For tests in which databases are replaced or erased: afterwards the cast's are as every test expects them."""

import shutil
from collections.abc import Iterator

import pytest
from django.core.files.storage import storages

from pivotino.tenancy import fencing, provision, remains
from pivotino.tenancy.models import Instance


@pytest.fixture(autouse=True)
def whole_lives(atap: Instance, zenit: Instance) -> Iterator[None]:
    """Databases outlive a test; other generations, frozen rows in memory and stored backups may not."""
    as_they_were = [(instance, dict(vars(instance))) for instance in (atap, zenit)]
    yield
    for instance, was in as_they_were:
        vars(instance).clear()
        vars(instance).update(was)
        for place in remains.everywhere(instance.pk):
            if place.generation != instance.generation:
                provision.destroy(place)
        provision.create(instance.place)
        fencing.unfence(instance.place)
    shutil.rmtree(storages["backups"].location, ignore_errors=True)  # type: ignore[attr-defined]

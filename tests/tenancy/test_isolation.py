"""No instance reaches another one's data: by row, relation, file, role, cache key, thread or worn-out connection."""

import random
import threading
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connections
from django.db.utils import DatabaseError
from django.test import override_settings

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency
from pivotino.kit.ids import uuid7
from pivotino.tenancy import NoInstance, WrongInstance, atomic, inside, provision
from pivotino.tenancy.engine.sqlite import InstanceGone
from pivotino.tenancy.router import plane_of
from pivotino.tenancy.testing import make_instance
from tests.cast import Instance

ROOMS = [model for model in apps.get_models() if plane_of(model._meta.app_label) == "instance"]
CONTROL = [model for model in apps.get_models() if plane_of(model._meta.app_label) == "default"]


def contact(name: str, **fields: Any) -> Contact:
    return Contact.objects.create(name=name, folded=name.lower(), **fields)


@pytest.mark.parametrize("model", ROOMS, ids=lambda model: model._meta.label)
def test_no_table_can_be_read_outside_of_an_instance(model: Any, control: None) -> None:
    with pytest.raises(NoInstance):
        model._base_manager.count()


@pytest.mark.parametrize("model", ROOMS, ids=lambda model: model._meta.label)
def test_no_key_of_an_instance_leads_out_of_it(model: Any) -> None:
    related = [
        field.related_model for field in model._meta.get_fields() if field.is_relation and not field.auto_created
    ]

    assert [other for other in related if plane_of(other._meta.app_label) != "instance"] == []


@pytest.mark.parametrize("model", CONTROL, ids=lambda model: model._meta.label)
def test_no_key_of_the_control_plane_leads_into_an_instance(model: Any) -> None:
    related = [
        field.related_model for field in model._meta.get_fields() if field.is_relation and not field.auto_created
    ]

    assert [other for other in related if other and plane_of(other._meta.app_label) != "default"] == []


def test_a_relation_read_after_a_switch_is_refused(atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        company = contact("Acme")
        person = Contact.objects.get(pk=contact("Ann", company=company).pk)

    with inside(zenit), pytest.raises(WrongInstance):
        _ = person.company


def test_a_row_of_another_instance_cannot_be_related(atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        company = contact("Acme")

    with inside(zenit), pytest.raises((WrongInstance, ValueError)):
        contact("Ann", company=company)


def test_a_row_of_another_instance_cannot_be_deleted(atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        company = contact("Acme")

    with inside(zenit), pytest.raises(WrongInstance):
        company.delete()


def test_what_the_cache_knows_of_one_company_is_not_told_in_another(atap: Instance, zenit: Instance) -> None:
    with inside(zenit):
        cache.clear()
        Member.objects.exists()
        from pivotino.instance.members.models import Company

        Company.objects.update(currency="EUR")
        assert base_currency() == "EUR"

    with inside(atap):
        assert base_currency() == "MYR"


def test_a_thread_starts_in_no_instance(atap: Instance) -> None:
    seen: list[type[BaseException]] = []

    def look() -> None:
        try:
            Member.objects.count()
        except NoInstance as error:
            seen.append(type(error))

    with inside(atap):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    assert seen == [NoInstance]


def test_ids_are_opaque_and_never_shared(atap: Instance, zenit: Instance) -> None:
    ids = []
    for instance in (atap, zenit):
        with inside(instance):
            ids.append(
                {
                    row.pk
                    for model in ROOMS
                    if model._meta.pk.get_internal_type() == "UUIDField"
                    for row in model._base_manager.all()
                }
            )

    assert ids[0] & ids[1] == set()


def test_a_soak_with_two_connections_gives_no_wrong_answer(control: None) -> None:
    instances = [make_instance(f"soak-{number}") for number in range(6)]
    dice = random.Random(7)
    expected = dict.fromkeys(instances, 0)

    with override_settings(INSTANCE_CONNECTIONS_PER_THREAD=2):
        for _ in range(300):
            instance = dice.choice(instances)
            with inside(instance):
                if dice.random() < 0.5:
                    with atomic():
                        contact(instance.slug)
                    expected[instance] += 1
                assert (
                    Contact.objects.filter(name=instance.slug).count() == Contact.objects.count() == expected[instance]
                )
        with inside(instances[0]):
            proxy: Any = connections["instance"]
            assert proxy.open_count <= 2

    for instance in instances:
        provision.destroy(instance.place)


def test_a_vanished_database_says_so_and_makes_no_new_one(control: None) -> None:
    instance = make_instance("vanished")
    provision.destroy(instance.place)

    with inside(instance), pytest.raises((InstanceGone, DatabaseError)):
        Member.objects.count()

    assert not provision.exists(instance.place)


@pytest.mark.engine("sqlite")
def test_a_file_is_readable_by_its_owner_only(atap: Instance) -> None:
    fresh = make_instance(f"mode-{uuid7().hex[-6:]}")

    assert Path(fresh.place.path).stat().st_mode & 0o077 == 0


@pytest.mark.engine("postgres")
def test_the_role_of_one_schema_may_not_read_another(atap: Instance, zenit: Instance) -> None:
    with inside(atap), connections["instance"].cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(f'SELECT count(*) FROM "{zenit.place.schema}".members_member')


@pytest.mark.engine("postgres")
def test_the_login_owns_nothing_and_sees_nothing_by_itself(atap: Instance) -> None:
    import psycopg

    login = atap.place.bucket.login()
    with psycopg.connect(dbname=str(login["NAME"]), user=str(login["USER"]), host=str(login["HOST"])) as raw:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(f'SELECT count(*) FROM "{atap.place.schema}".members_member')


@pytest.mark.engine("postgres")
def test_a_connection_that_went_back_to_its_pool_remembers_nothing(atap: Instance, zenit: Instance) -> None:
    for _ in range(5):
        for instance in (atap, zenit):
            with inside(instance), connections["instance"].cursor() as cursor:
                cursor.execute("SELECT current_user::text, current_schema()::text")
                assert cursor.fetchone() == (instance.place.schema, instance.place.schema)

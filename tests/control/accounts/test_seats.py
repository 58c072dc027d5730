"""Which databases are mine: kept by the control plane, told by the instances."""

import pytest

from pivotino.control.accounts.models import Seat
from pivotino.tenancy import NoInstance, inside, seats
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person

pytestmark = pytest.mark.usefixtures("control")


def seat(person: Person, *instances: Instance) -> None:
    for instance in instances:
        with inside(instance):
            seats.take(person.account.id)


def test_one_database_opens_at_once(anna: Person, atap: Instance) -> None:
    seat(anna, atap)

    assert anna.browser.get("/my/")["Location"] == "/@atap-suria/"


def test_several_are_listed_by_name_and_only_mine(anna: Person, atap: Instance) -> None:
    second = Instance.objects.create(slug="second", name="Second Sdn Bhd", bucket=atap.bucket, ready_at=atap.ready_at)
    seat(anna, atap, second)

    page = anna.browser.get("/my/").content.decode()

    assert page.index("Atap Suria") < page.index("Second Sdn Bhd")
    assert "/@second/" in page


def test_taking_a_seat_twice_is_one_and_giving_it_up_ends_it(anna: Person, atap: Instance) -> None:
    seat(anna, atap, atap)
    assert Seat.objects.count() == 1

    with inside(atap):
        seats.give_up(anna.account.id)
        seats.give_up(anna.account.id)

    assert Seat.objects.count() == 0
    assert "No database yet" in anna.browser.get("/my/").content.decode()


def test_outside_of_an_instance_there_is_no_seat_to_take(anna: Person) -> None:
    with pytest.raises(NoInstance):
        seats.take(anna.account.id)


@pytest.mark.parametrize("gone", ["erased_at", "not ready"])
def test_what_is_gone_or_not_ready_is_not_shown(anna: Person, atap: Instance, gone: str) -> None:
    seat(anna, atap)
    Instance.objects.filter(pk=atap.pk).update(**({"ready_at": None} if gone == "not ready" else {gone: atap.ready_at}))

    assert "No database yet" in anna.browser.get("/my/").content.decode()


def test_a_rival_sees_nothing_of_it(anna: Person, atap: Instance, rita: Person) -> None:
    seat(anna, atap)

    assert "Atap" not in rita.browser.get("/my/").content.decode()


def test_a_stranger_signs_in_first(stranger: Browser) -> None:
    assert stranger.get("/my/")["Location"] == "/sign-in/?next=/my/"


def test_a_seat_alone_opens_no_door(rita: Person, atap: Instance) -> None:
    seat(rita, atap)

    assert rita.browser.get("/@atap-suria/board/").status_code == 404

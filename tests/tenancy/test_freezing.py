"""A frozen instance is read as ever; whatever changes something is refused kindly, at the deepest place too."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.kit.ids import uuid7
from pivotino.tenancy import fencing, inside, registry
from pivotino.tenancy.freezing import Reason, freeze, reasons, thaw
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.house.walk import routes
from tests.house.world import records

ASKED_BY_GET = [
    "board/",
    "people/",
    "people/?q=a",
    "activities/",
    "today/",
    "history/",
    "settings/",
    "search/?q=roof",
    "import/",
]


@pytest.fixture(autouse=True)
def _no_fence_stays(atap: Instance) -> Iterator[None]:
    yield
    fencing.unfence(atap.place)


def names(instance: Instance) -> set[str]:
    with inside(instance):
        return set(Contact.objects.values_list("name", flat=True))


def typed(**more: str) -> dict[str, str]:
    return {"id": str(uuid7()), "version": "0", "kind": "company", "name": "Rimba Jaya", "city": "Ipoh", **more}


@pytest.fixture
def frozen(anna: Person) -> Person:
    freeze(anna.instance, Reason.UNPAID)
    return anna


def test_everything_is_read_and_a_calm_line_says_why(frozen: Person, bruno: Person) -> None:
    owner, user = frozen.browser, bruno.browser
    for path in ASKED_BY_GET:
        answer = owner.get(frozen.url(path), follow=True)
        assert answer.status_code == 200, path

    page, theirs = owner.get(frozen.url("people/")).text, user.get(bruno.url("people/")).text

    assert "a bill is open" in page and "/my/databases/atap-suria/" in page
    assert "a bill is open" in theirs and "/my/databases/atap-suria/" not in theirs


def test_no_address_breaks_while_frozen(anna: Person) -> None:
    mine = records(anna)
    freeze(anna.instance, Reason.LEAVING, until=timezone.now() + timedelta(days=30))
    browser = anna.browser

    answers = {}
    for route in routes():
        if route.plane == "instance":
            address = anna.url(route.address(route.guess(), mine))
            answers[address] = browser.get(address).status_code

    assert {address: status for address, status in answers.items() if status >= 500 or status == 423} == {}


def test_a_change_is_refused_and_what_was_typed_comes_back(frozen: Person) -> None:
    answer = frozen.browser.post(frozen.url("people/new/"), typed(password="hush hush"))

    assert answer.status_code == 423
    assert "a bill is open" in answer.text and "Rimba Jaya" in answer.text and "Ipoh" in answer.text
    assert "hush hush" not in answer.text and "Version" not in answer.text
    assert "Rimba Jaya" not in names(frozen.instance)


def test_htmx_keeps_its_form_and_says_the_sentence(frozen: Person) -> None:
    answer = frozen.browser.htmx("post", frozen.url("people/new/"), typed())

    assert answer.status_code == 423
    assert "pv:toast" in answer["HX-Trigger"] and "a bill is open" in answer["HX-Trigger"]
    assert answer["Content-Type"].startswith("text/plain")


def test_what_only_reads_goes_on_although_it_is_posted(frozen: Person) -> None:
    answer = frozen.browser.htmx("post", frozen.url("opportunities/quick/"), {"line": "Roof for Bukit Raja 12k"})

    assert answer.status_code == 200


def test_strangers_and_rivals_learn_nothing_of_the_freeze(frozen: Person, rita: Person, stranger) -> None:  # type: ignore[no-untyped-def]
    assert stranger.post(frozen.url("people/new/"), {"name": "X"})["Location"].startswith("/sign-in/")
    assert rita.browser.post(frozen.url("people/new/"), {"name": "X"}).status_code == 404


def test_it_opens_again_when_the_last_reason_is_gone(frozen: Person) -> None:
    freeze(frozen.instance, Reason.STAFF)
    thaw(frozen.instance, Reason.UNPAID)
    assert reasons(frozen.instance) == [Reason.STAFF]
    assert frozen.browser.post(frozen.url("people/new/"), typed()).status_code == 423

    thaw(frozen.instance, Reason.STAFF)

    frozen.browser.post(frozen.url("people/new/"), typed())
    assert "Rimba Jaya" in names(frozen.instance)


def test_the_database_itself_refuses_too(frozen: Person) -> None:
    place = Instance.objects.get(pk=frozen.instance.pk).place
    with inside(place):
        by = frozen.member
    for write in (lambda: Contact.objects.update(city="Ipoh"), lambda: Contact.add("Rimba Jaya", by=by)):
        with inside(place), pytest.raises(DatabaseError) as refused:
            write()
        assert fencing.refused(refused.value)

    with inside(place.writable):
        Contact.add("Rimba Jaya", by=by)
    with inside(place), pytest.raises(DatabaseError):
        Contact.objects.update(city="Ipoh")

    assert "Rimba Jaya" in names(frozen.instance)


def test_a_request_that_came_before_the_news_is_answered_alike(anna: Person) -> None:
    browser = anna.browser
    browser.get(anna.url("people/"))
    freeze(anna.instance, Reason.UPGRADE)
    fencing.fence(anna.instance.place)
    registry._remembered[anna.instance.slug] = (float("inf"), anna.instance.place)  # this process has not heard yet

    answer = browser.post(anna.url("people/new/"), typed())

    assert answer.status_code == 423
    assert "A new version is being put in" in answer.text and "Rimba Jaya" in answer.text
    fencing.unfence(anna.instance.place)


def test_a_block_within_one_that_may_only_read_may_write_and_leaves_the_outer_one_as_it_was(frozen: Person) -> None:
    place = Instance.objects.get(pk=frozen.instance.pk).place
    with inside(place.writable):
        contact = Contact.add("Rimba Jaya", by=frozen.member)

    with inside(place):
        with inside(place.writable):
            Contact.objects.filter(pk=contact.pk).update(city="Ipoh")
        with pytest.raises(DatabaseError):
            Contact.objects.filter(pk=contact.pk).update(city="Taiping")
        assert Contact.objects.get(pk=contact.pk).city == "Ipoh"

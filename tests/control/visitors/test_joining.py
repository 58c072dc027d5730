"""What is known of a visit stays with the visit: nobody's name comes to it, and no page is fitted to it."""

import pytest

from pivotino.control.visitors import models, recording
from pivotino.control.visitors.models import Tally, Visit
from tests.cast import Browser, Person
from tests.control.visitors.conftest import FIREFOX, agrees, looking


@pytest.mark.promise("P23")
def test_no_field_of_a_visit_leads_to_an_account() -> None:
    for name in models.__all__:
        fields = getattr(models, name)._meta.get_fields()
        assert [field.name for field in fields if field.is_relation or "account" in field.name] == []


@pytest.mark.promise("P23")
def test_signing_in_changes_nothing_of_the_visit(anna: Person) -> None:
    browser = anna.browser
    browser.defaults |= {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "203.0.113.7"}
    agrees(browser, "statistics")
    browser.get("/prices/")
    recording.flush()

    before = dict(Visit.objects.values().get())
    browser.get("/my/")
    browser.get(anna.url("board/"))
    recording.flush()

    assert dict(Visit.objects.values().get()) == before
    assert not {str(anna.account.id), anna.account.email, anna.account.name} & set(map(str, before.values()))


@pytest.mark.promise("P10")
def test_inside_an_instance_nothing_is_counted_and_nothing_measures(anna: Person) -> None:
    browser = anna.browser
    browser.defaults |= {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "203.0.113.7"}
    agrees(browser, "statistics", "personalisation", "marketing")

    pages = [browser.get(anna.url(path)) for path in ("board/", "people/", "settings/me/")]
    recording.flush()

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert ["visit-length" in page.content.decode() for page in pages] == [False, False, False]
    assert not any("pv_visit" in page.cookies for page in pages)
    assert (Tally.objects.count(), Visit.objects.count()) == (0, 0)


@pytest.mark.promise("P20")
@pytest.mark.parametrize("address", ["/", "/how-it-works/", "/prices/", "/our-story/"])
def test_everybody_sees_the_same_page_whatever_they_agreed_to(visitor: Browser, address: str) -> None:
    other = looking("198.18.0.9")
    agrees(visitor, "personalisation", "marketing")
    agrees(other)
    for _ in range(3):
        visitor.get("/prices/")

    assert visitor.get(address).content == other.get(address).content

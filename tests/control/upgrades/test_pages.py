"""The page about upgrades: try it, plan it, watch it, keep it; for owners of that database only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.jobs.testing import run_all
from pivotino.tenancy import provision
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person


def page(kedai: Person, path: str = "") -> str:
    return f"/my/databases/{kedai.instance.slug}/upgrade/{path}"


def test_a_database_with_the_newest_version_says_so(kedai: Person) -> None:
    answer = kedai.browser.get(page(kedai))

    assert answer.status_code == 200 and "has the newest version" in answer.text
    assert "Make a copy" not in answer.text
    kedai.browser.post(page(kedai, "trial/"))
    assert not Trial.objects.exists()


@pytest.mark.usefixtures("new_release")
def test_an_owner_tries_it_and_then_takes_it(kedai: Person) -> None:
    browser = kedai.browser
    browser.post(page(kedai, "trial/"))
    assert "Your copy is being made" in browser.get(page(kedai)).text
    assert 'id="progress"' in browser.htmx("get", page(kedai)).text
    run_all()
    assert browser.htmx("get", page(kedai))["HX-Refresh"] == "true"
    assert f"/@{kedai.instance.slug}--try/" in browser.get(page(kedai)).text
    browser.post(page(kedai, "trial/removal/"))
    assert Trial.objects.get().removed_at and "Make a copy" in browser.get(page(kedai)).text

    browser.post(page(kedai, "schedule/"), {"at": ""})
    assert "getting the new version" in browser.get(page(kedai)).text
    run_all()
    assert "Your database has the new version" in browser.get(page(kedai)).text
    browser.post(page(kedai, "acceptance/"))
    run_all()

    assert Upgrade.objects.get().done_at and "Went well" in browser.get(page(kedai)).text
    assert Instance.objects.get(pk=kedai.instance.pk).schema_version == provision.schema_version()


@pytest.mark.usefixtures("new_release")
def test_a_time_is_read_by_the_companys_clock_and_can_be_called_off(kedai: Person) -> None:
    browser = kedai.browser
    at = (timezone.now() + timedelta(days=2)).replace(hour=1, minute=30, second=0, microsecond=0)
    browser.post(page(kedai, "schedule/"), {"at": f"{at:%Y-%m-%d}T09:30"})

    assert Upgrade.objects.get().due_at == at
    assert "09:30" in browser.get(page(kedai)).text
    browser.post(page(kedai, "schedule/removal/"))
    assert Upgrade.objects.get().trouble.startswith("Called off")


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("at", ["yesterday-ish", "2001-01-01T10:00", "2101-01-01T10:00"])
def test_a_time_that_is_none_is_refused_and_kept(kedai: Person, at: str) -> None:
    answer = kedai.browser.post(page(kedai, "schedule/"), {"at": at})

    assert answer.status_code == 422 and not Upgrade.objects.exists()
    assert at in answer.text


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("path", ["", "trial/", "trial/removal/", "schedule/", "schedule/removal/", "acceptance/"])
def test_nobody_else_finds_it(kedai: Person, bruno: Person, rita: Person, stranger: Browser, path: str) -> None:
    for person in (bruno, rita):
        browser = person.take_seat().browser
        assert browser.get(page(kedai, path)).status_code in (404, 405)
        assert browser.post(page(kedai, path)).status_code in (404, 405)
    assert stranger.post(page(kedai, path))["Location"].startswith("/sign-in/")
    assert not Trial.objects.exists() and not Upgrade.objects.exists()

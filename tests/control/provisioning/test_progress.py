"""Watching: the steps and where they stand, with and without a script."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.provisioning import steps
from pivotino.jobs.testing import run_all
from tests.cast import Browser
from tests.control.newcomer import EMAIL, Newcomer

pytestmark = pytest.mark.usefixtures("control")


def test_the_page_shows_every_step_and_asks_again_by_itself(mei: Newcomer) -> None:
    mei.register()
    page = mei.get(mei.press()["Location"]).content.decode()

    assert all(step.says in page for step in steps.STEPS)
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert page.count("making__step--now") == 1


def test_the_fragment_is_the_steps_only(mei: Newcomer) -> None:
    mei.register()
    progress = mei.press()["Location"]

    fragment = mei.browser.htmx("get", progress)

    assert fragment.content.decode().strip().startswith('<div class="making"')
    assert "HX-Refresh" not in fragment.headers


def test_when_it_is_ready_the_page_ends_with_the_mail_and_a_way_to_sign_in(mei: Newcomer) -> None:
    mei.register()
    progress = mei.press()["Location"]
    run_all()

    assert mei.browser.htmx("get", progress)["HX-Refresh"] == "true"
    page = mei.get(progress).content.decode()
    assert "Check your mail for the password" in page
    assert EMAIL in page and 'href="/sign-in/"' in page
    assert "hx-trigger" not in page and "http-equiv" not in page
    assert mei.first_password not in page


def test_a_page_that_waits_long_says_what_happens(mei: Newcomer) -> None:
    mei.register()
    progress = mei.press()["Location"]

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert "You may close this page" in mei.get(progress).content.decode()


@pytest.mark.parametrize("token", ["x", "0" * 42])
def test_nobody_else_can_watch(stranger: Browser, token: str) -> None:
    assert stranger.get(f"/getting-ready/{token}/").status_code == 404
    assert stranger.post(f"/getting-ready/{token}/again/").status_code == 404


def test_a_sign_up_that_was_not_pressed_has_no_progress(mei: Newcomer) -> None:
    mei.register()

    assert mei.get(mei.link.replace("/verify/", "/getting-ready/")).status_code == 404

"""The link of the letter: looking changes nothing, pressing makes one instance however often."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import SignUp
from pivotino.jobs.testing import run_all
from tests.cast import Browser
from tests.control.newcomer import EMAIL, OWN_PASSWORD, Newcomer, counts, letters_to, newest_instances, welcome_letters

pytestmark = pytest.mark.usefixtures("control")


@pytest.mark.promise("A17")
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_mail_scanner_may_look_as_often_as_it_likes(mei: Newcomer, method: str) -> None:
    mei.register()
    before = SignUp.objects.values().get()

    for _ in range(3):
        getattr(Browser(), method)(mei.link)
    run_all()

    assert SignUp.objects.values().get() == before
    assert Provisioning.objects.count() == 0
    assert mei.press().status_code == 302


@pytest.mark.promise("A17")
def test_every_link_of_every_letter_still_works_after_a_scanner(mei: Newcomer) -> None:
    def scan() -> None:
        for letter in letters_to(EMAIL):
            for link in re.findall(r"http://testserver(/\S*)", letter.body):
                for _ in range(2):
                    assert Browser().get(link).status_code < 400

    mei.register()
    scan()
    mei.press()
    run_all()
    scan()

    assert mei.sign_in(mei.first_password)["Location"] == "/choose-password/"
    assert mei.post("/choose-password/", {"password": OWN_PASSWORD})["Location"] == "/@kedai-kopi/"


def test_a_prefetching_browser_cannot_press(mei: Newcomer) -> None:
    mei.register()

    assert Browser().put(mei.link).status_code == 405
    assert Browser(enforce_csrf_checks=True).post(mei.link, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Provisioning.objects.count() == 0


def test_the_button_leads_to_the_progress_page(mei: Newcomer) -> None:
    mei.register()

    assert mei.press()["Location"] == mei.link.replace("/verify/", "/getting-ready/")


def test_pressing_again_and_again_is_one_instance(mei: Newcomer) -> None:
    mei.arrive()
    for _ in range(3):
        assert mei.post(mei.link).status_code == 302
        run_all()

    assert counts() == {"sign-ups": 1, "provisionings": 1, "instances": 1}
    assert len(welcome_letters()) == 1


def test_pressing_in_parallel_is_one_instance(mei: Newcomer) -> None:
    mei.register()
    link = mei.link

    def press(_: int) -> int:
        try:
            return int(Browser().post(link).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(16)))
    run_all()

    assert answers == [302] * 16
    assert counts() == {"sign-ups": 1, "provisionings": 1, "instances": 1}
    assert len(welcome_letters()) == 1


def test_two_forms_for_one_address_pressed_in_parallel_are_one_instance(mei: Newcomer) -> None:
    mei.register()
    mei.fill_in(once="another tab", company="Kedai Kopi Dua")
    links = [f"/verify/{sign_up.token}/" for sign_up in SignUp.objects.all()] * 4

    def press(link: str) -> Any:
        try:
            return Browser().post(link)["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        led_to = set(pool.map(press, links))
    run_all()

    assert len(led_to) == 1
    assert counts() == {"sign-ups": 2, "provisionings": 1, "instances": 1}
    assert Account.objects.filter(email=EMAIL).count() == 1


def test_a_used_link_shows_where_things_stand(mei: Newcomer) -> None:
    mei.arrive()

    answer = mei.get(mei.link)

    assert answer["Location"] == mei.link.replace("/verify/", "/getting-ready/")
    assert "Check your mail for the password" in mei.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("token", ["0" * 42, "x", "ü", "..", "%00", "a" * 3000])
def test_an_unknown_link_says_so_and_shows_ways_on(stranger: Browser, token: str) -> None:
    answer = stranger.get(f"/verify/{token}/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "This link leads nowhere" in page
    assert 'href="/get-started/"' in page and 'href="/sign-in/"' in page
    assert stranger.post(f"/verify/{token}/").status_code == 404


def test_a_link_that_is_too_old_says_so_and_makes_nothing(mei: Newcomer) -> None:
    mei.register()

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        answers = [mei.get(mei.link), mei.post(mei.link)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert 'href="/get-started/"' in answers[0].content.decode()
    assert counts()["provisionings"] == 0


def test_a_second_sign_up_after_the_account_was_opened_makes_nothing(mei: Newcomer) -> None:
    mei.register()
    Account.objects.create_user(EMAIL, name="Mei")

    assert [mei.get(mei.link).status_code, mei.post(mei.link).status_code] == [409, 409]
    assert newest_instances() == []
    assert len(mail.outbox) == 1

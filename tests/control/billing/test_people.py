"""A Business Owner asks a colleague for a new password; only the colleague ever sees it."""

import re

import pytest
from django.core import mail

from pivotino.control.accounts.models import Account
from pivotino.jobs.testing import run_all
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.newcomer import letters_to

pytestmark = pytest.mark.usefixtures("control")
AT = "/my/databases/atap-suria/people/"
NEW = "amber lantern over quiet water"


def asked(person: Person) -> str:
    return f"{AT}{person.account.pk}/new-password/"


@pytest.mark.promise("A20")
def test_a_colleague_is_asked_and_chooses_alone(team: Instance, anna: Person, bruno: Person) -> None:
    seen = [anna.browser.post(asked(bruno)), anna.browser.get(f"{AT}?asked={bruno.account.pk}")]
    run_all()
    asking = letters_to(bruno.account.email)[-1]
    assert asking.subject == "Nurul Anna asks you to choose a new password"
    assert Account.objects.get(pk=bruno.account.pk).password == bruno.account.password  # nothing changes by asking

    colleague = Browser()
    link = re.search(r"http://testserver(/\S+)", asking.body)
    assert link and colleague.get(link[1]).status_code == 200
    colleague.post("/forgot-password/", {"email": bruno.account.email})
    run_all()
    code = letters_to(bruno.account.email)[-1].subject.split()[0]
    colleague.post("/forgot-password/code/", {"code": code})
    assert colleague.post("/forgot-password/new/", {"password": NEW})["Location"] == "/forgot-password/done/"
    run_all()

    assert Account.objects.get(pk=bruno.account.pk).check_password(NEW)
    assert "password was changed" in letters_to(bruno.account.email)[-1].subject
    seen += [anna.browser.get(AT), anna.browser.get(anna.url("history/")), anna.browser.get("/my/security/")]
    for secret in (code, NEW):
        assert all(secret not in answer.content.decode() for answer in seen)
        assert all(secret not in letter.body for letter in mail.outbox if letter.to != [bruno.account.email])


def test_asking_twice_a_day_is_one_letter_and_the_page_says_who_was_asked(
    team: Instance, anna: Person, bruno: Person
) -> None:
    answers = [anna.browser.post(asked(bruno)) for _ in range(2)]
    run_all()

    assert len(letters_to(bruno.account.email)) == 1
    said = anna.browser.get(answers[0]["Location"]).content.decode()
    assert "A letter asks Bruno Sales to choose a new password" in said


def test_somebody_of_another_company_and_those_who_own_nothing_can_neither_ask_nor_be_asked(
    team: Instance, anna: Person, bruno: Person, rita: Person, stranger: Browser
) -> None:
    rita.take_seat()

    assert anna.browser.post(asked(rita)).status_code == 404
    assert [one.browser.post(asked(bruno)).status_code for one in (bruno, rita)] == [404, 404]
    assert stranger.post(asked(bruno))["Location"].startswith("/sign-in/")
    assert anna.browser.get(asked(bruno)).status_code == 405
    run_all()
    assert mail.outbox == []

"""How long we keep what: rules as data, sweeps that explain themselves, and pages that say the same numbers."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from pivotino.control.accounts.jobs import sweep_sign_ins
from pivotino.control.accounts.models import Account, SignIn
from pivotino.control.backups.models import Backup
from pivotino.control.erasures import hooks
from pivotino.control.privacy import documents
from pivotino.control.retention.jobs import look_ahead
from pivotino.control.retention.models import Forecast, Sweep
from pivotino.jobs.clock import SCHEDULES
from pivotino.kit import retention
from pivotino.kit.holds import Holds
from tests.cast import Browser, Person

NUMBERS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "thirty": 30,
    "ninety": 90,
}
LENGTH = re.compile(rf"\b(\d+|{'|'.join(NUMBERS)}) (hour|day|month|year)s?\b", re.IGNORECASE)
IN_HOURS = {"hour": 1, "day": 24, "month": 24 * 30, "year": 24 * 365}


def lengths(text: str) -> set[int]:
    """Every length of time a sentence names, in hours."""
    return {
        (int(number) if number.isdigit() else NUMBERS[number.lower()]) * IN_HOURS[unit.lower()]
        for number, unit in LENGTH.findall(text)
    }


def personal_models() -> list[tuple[str, Holds]]:
    found = []
    for model in apps.get_models():
        holds = getattr(model, "holds", None)
        plane = getattr(apps.get_app_config(model._meta.app_label), "plane", "control")
        if isinstance(holds, Holds) and holds.personal and plane == "control":
            found.append((f"{model._meta.app_label}.{model.__name__}", holds))
    return found


def signed_in(account: Account, days_ago: int) -> SignIn:
    at = timezone.now() - timedelta(days=days_ago)
    return SignIn.objects.create(account=account, outcome=SignIn.Outcome.IN, at=at)


# ---------- the rules ----------


@pytest.mark.promise("P31")
def test_every_table_that_names_a_length_of_time_has_a_rule_of_that_length() -> None:
    wrong = []
    for name, holds in personal_models():
        rules = [rule for rule in retention.rules().values() if name in rule.models]
        known = {hours for rule in rules for hours in lengths(rule.words)}
        if extra := lengths(holds.retention) - known:
            wrong.append((name, holds.retention, extra))
    assert wrong == []


def test_every_rule_with_days_is_swept_by_a_job_that_exists() -> None:
    jobs = {one.name for one in SCHEDULES}
    rules = retention.rules().values()
    assert [rule.key for rule in rules if rule.job and rule.job not in jobs] == []
    assert [rule.key for rule in rules if rule.days is not None and not rule.job] == []
    assert retention.registered() <= set(retention.rules())


@pytest.mark.promise("P31")
def test_the_policy_names_the_same_days() -> None:
    text = max((documents.SHELF / "policy").glob("*.en.md")).read_text(encoding="utf-8")
    assert f"deleted after {retention.rule('visit addresses').words} at most" in text
    assert f"the rest of the visit after {retention.rule('visits').words}" in text
    assert f"invitations for {retention.rule('invitations').words}" in text
    assert f"For at least {retention.rule('closed databases').words} the instance can be read" in text


def test_a_session_ends_when_its_rule_says(settings: Any) -> None:
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == retention.period("sessions")


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (14, "14 days"), (365, "1 year"), (1095, "3 years"), (400, "400 days")]
)
def test_days_in_words(days: int, words: str) -> None:
    assert retention.in_words(days) == words


# ---------- the sweep ----------


@pytest.mark.promise("P31")
def test_what_is_over_goes_and_only_how_much_is_written_down(anna: Person) -> None:
    account = anna.account
    SignIn.objects.all().delete()
    signed_in(account, 91), signed_in(account, 92)
    stays = signed_in(account, 89)

    sweep_sign_ins()
    sweep_sign_ins()

    assert list(SignIn.objects.all()) == [stays]
    assert list(Sweep.objects.values_list("rule", "count", "held")) == [("sign-ins", 2, 0)]


@pytest.mark.promise("A51")
def test_what_a_legal_hold_keeps_stays_and_goes_when_it_ends(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    account = anna.account
    SignIn.objects.all().delete()
    kept = signed_in(account, 91)
    signed_in(account, 92)
    with monkeypatch.context() as patched:
        patched.setattr(hooks, "_holds_records", [lambda label: {kept.pk} if label == "accounts.SignIn" else set()])
        sweep_sign_ins()
        assert list(SignIn.objects.all()) == [kept]

    sweep_sign_ins()

    assert list(SignIn.objects.all()) == []
    assert list(Sweep.objects.order_by("at").values_list("count", "held")) == [(1, 1), (1, 0)]


def test_more_than_a_chunk_goes_in_one_run(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    account = anna.account
    SignIn.objects.all().delete()
    for _ in range(5):
        signed_in(account, 95)

    assert retention.sweep("sign-ins") == 5


# ---------- the pages ----------


@pytest.mark.promise("P31")
def test_everybody_reads_what_goes_when_and_that_it_went(stranger: Browser, anna: Person) -> None:
    account = anna.account
    SignIn.objects.all().delete()
    for days in (91, 80, 79, 10):
        signed_in(account, days)
    sweep_sign_ins()
    look_ahead()

    page = stranger.get("/privacy/keeping/")

    assert page.status_code == 200
    article = page.content.decode().split('id="sign-ins"')[1].split("</article>")[0]
    assert "90 days" in article
    assert "2 will go within 14 days" in article
    assert "1 went in the last 30 days" in article
    assert anna.account.email not in page.content.decode()


def test_what_was_announced_goes_within_fourteen_days(anna: Person) -> None:
    account = anna.account
    SignIn.objects.all().delete()
    signed_in(account, 80), signed_in(account, 10)
    look_ahead()
    announced = Forecast.objects.get(rule="sign-ins").count

    with time_machine.travel(timezone.now() + timedelta(days=14), tick=False):
        assert retention.sweep("sign-ins") == announced == 1


@pytest.mark.promise("A53")
def test_backups_on_the_page_are_those_really_stored(stranger: Browser, atap: Any) -> None:
    assert "None is stored." in stranger.get("/privacy/keeping/").content.decode()
    now = timezone.now()
    for days, removed in ((6, None), (2, None), (9, now)):
        Backup.objects.create(
            instance=atap, kind=Backup.Kind.DAILY, taken_at=now - timedelta(days=days),
            expires_at=now + timedelta(days=7 - days), removed_at=removed, made_at=now,
        )  # fmt: skip

    page = stranger.get("/privacy/keeping/").content.decode()

    oldest = (now - timedelta(days=6)).strftime("%-d %b %Y, %H:%M")
    goes = (now + timedelta(days=1)).strftime("%-d %b %Y, %H:%M")
    assert f"{oldest} UTC" in page and f"{goes} UTC" in page
    assert "past its day" not in page


@pytest.mark.promise("A54")
def test_owners_see_what_goes_of_their_database_and_nobody_else_does(
    anna: Person, bruno: Person, rita: Person, stranger: Browser
) -> None:
    for person in (anna, bruno, rita):
        person.take_seat()

    page = anna.browser.get(f"/my/databases/{anna.instance.slug}/keeping/")

    assert page.status_code == 200
    assert "Nothing goes" in page.content.decode()
    assert bruno.browser.get(f"/my/databases/{anna.instance.slug}/keeping/").status_code == 404
    assert rita.browser.get(f"/my/databases/{anna.instance.slug}/keeping/").status_code == 404
    assert stranger.get(f"/my/databases/{anna.instance.slug}/keeping/").status_code == 302

"""Jobs for the tests of jobs. They leave marks: ours in the control database, a customer's in the instance's."""

import os
import time
from datetime import timedelta

from django.utils import timezone

from pivotino.instance.members.models import Rate
from pivotino.jobs import GiveUp, Retry, instance_job, job
from pivotino.jobs.models import Tick
from pivotino.tenancy import current

SEEN: list[str] = []


class Odd(ValueError):
    """An error of somebody else's, which quotes what it choked on."""


class OnceOnly(Exception):
    """Raised the first time round."""


@job()
def note(word: str) -> None:
    SEEN.append(word)


@job(priority=50)
def hurry(word: str) -> None:
    SEEN.append(word)


@job(attempts=3)
def stumble(word: str) -> None:
    SEEN.append(word)
    raise Odd(f"secret {word} of anna@atap-suria.example")


@job(attempts=3)
def refuse(word: str) -> None:
    raise GiveUp(f"Nobody is called 'Anna' at anna@atap-suria.example, number 12345678, for {word}.")


@job(attempts=2)
def not_now() -> None:
    SEEN.append("not now")
    raise Retry(after=timedelta(hours=1), counted=False)


@job()
def two_more(word: str) -> None:
    note.later(f"{word} one")
    note.later(f"{word} two")


@job(whole=True, attempts=5)
def mark_ours(name: str, seconds: float) -> None:
    """Leaves a mark, then takes its time; where it dies in between, the mark is gone too."""
    leave_a_mark(name)
    time.sleep(seconds)


@job(attempts=2)
def sleep_loose(name: str, seconds: float) -> None:
    """Not whole: every start leaves its mark."""
    leave_a_mark(name)
    time.sleep(seconds)


@job(attempts=3)
def kill_the_worker() -> None:
    os._exit(9)


def leave_a_mark(name: str) -> None:
    Tick.objects.create(name=f"{name} {time.time_ns()}", last_at=timezone.now())


def marks(name: str) -> int:
    return Tick.objects.filter(name__startswith=f"{name} ").count()


@instance_job()
def mark_theirs(currency: str, seconds: float = 0) -> None:
    SEEN.append(f"{current().slug} {currency}")
    add_rate(currency)
    time.sleep(seconds)


def add_rate(currency: str) -> None:
    Rate.objects.create(currency=currency, since=timezone.now().date() + timedelta(days=Rate.objects.count()), rate=1)


@instance_job(attempts=3)
def stumble_once(currency: str) -> None:
    add_rate(currency)
    if "stumbled" not in SEEN:
        SEEN.append("stumbled")
        raise OnceOnly


def count_the_day() -> None:
    """Made a nightly job by the tests of nights only, so that no other test has nights."""
    SEEN.append(f"{current().slug} night")


def strike() -> None:
    """Made a schedule by the tests of the clock."""
    SEEN.append("strike")

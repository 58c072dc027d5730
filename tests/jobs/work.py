"""Jobs for the tests of jobs. They leave marks: ours in the control database, a customer's in the instance's."""

import os
import time
from datetime import timedelta

from django.utils import timezone

from pivotino.instance.members.models import Rate
from pivotino.jobs import GiveUp, Retry, instance_job, job, nightly
from pivotino.jobs.models import Tick

SEEN: list[str] = []


class Odd(ValueError):
    """An error of somebody else's."""


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


@job(whole=True, attempts=3)
def mark_whole(name: str, seconds: float = 0) -> None:
    Tick.objects.create(name=f"{name} {os.getpid()} {time.time_ns()}", last_at=timezone.now())
    time.sleep(seconds)


@instance_job()
def mark(currency: str, seconds: float = 0) -> None:
    Rate.objects.create(currency=currency, since=timezone.now().date() + timedelta(days=Rate.objects.count()), rate=1)
    SEEN.append(currency)
    time.sleep(seconds)


@nightly(at="00:10")
def count_the_day() -> None:
    SEEN.append("night")

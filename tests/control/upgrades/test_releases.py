"""A release over many: rehearsed on copies, brought to a cohort, to all, and at a start."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from pivotino.control.upgrades import asking, bringing, jobs
from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.control.upgrades.starting import bring_all_at_start
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.tenancy import provision
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.carried import can_write, now_at
from tests.control.upgrades import release
from tests.control.upgrades.test_bringing import is_as_it_was


@pytest.fixture
def alone(kedai: Person) -> Person:
    """The others have the newest version whatever it is."""
    Instance.objects.exclude(pk=kedai.instance.pk).update(erased_at="2026-01-01T00:00Z")
    return kedai


def command(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("new_release")
def test_a_release_is_rehearsed_and_then_brought_to_all(alone: Person) -> None:
    with pytest.raises(CommandError, match="not rehearsed"):
        command("upgrade", "--all", "--by", "ops", "--why", "0.2")
    assert "well" in command("rehearse_release") and now_at(alone).generation == 1

    assert "well" in command("upgrade", "--all", "--by", "ops", "--why", "0.2")

    assert now_at(alone).generation == 2 and can_write(alone)
    assert "No database is behind" in command("rehearse_release")


@pytest.mark.usefixtures("bad_release")
def test_a_rehearsal_finds_who_would_not_come_through(alone: Person) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="1 databases would not come through"):
        call_command("rehearse_release", stdout=out)

    assert "FAILED" in out.getvalue() and "pipeline_note" in out.getvalue()
    assert not Trial.objects.standing().exists() and [alert.kind for alert in Alert.objects.all()] == [
        "rehearsal failed"
    ]
    is_as_it_was(alone)


@pytest.mark.usefixtures("new_release")
def test_a_start_brings_everybody_over(alone: Person) -> None:
    assert bring_all_at_start() == []

    assert now_at(alone).schema_version == provision.schema_version() and can_write(alone)
    assert bring_all_at_start() == [] and Upgrade.objects.count() == 1


@pytest.mark.usefixtures("new_release")
def test_two_starts_of_two_versions_on_one_day_bring_everybody_twice(alone: Person) -> None:
    bring_all_at_start()
    Instance.objects.filter(pk=alone.instance.pk).update(schema_version="the one before the next")

    assert bring_all_at_start() == []

    assert (now_at(alone).generation, now_at(alone).schema_version) == (3, provision.schema_version())
    assert can_write(alone)


@pytest.mark.usefixtures("bad_release")
def test_a_start_leaves_who_does_not_come_through_as_it_was(alone: Person) -> None:
    failed = bring_all_at_start()

    assert [upgrade.instance for upgrade in failed] == [alone.instance]
    is_as_it_was(alone)


@pytest.mark.usefixtures("new_release")
def test_a_start_leaves_everybody_alone_where_it_was_told_to(alone: Person, settings: Any) -> None:
    settings.UPGRADE_AT_START = False

    assert bring_all_at_start() == [] and not Upgrade.objects.exists()


def test_a_worker_of_another_release_leaves_it_alone_and_takes_back_what_was_left(
    alone: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIGRATION_MODULES = release.GOOD
    upgrade = asking.bring(alone.instance, by="ops")
    bringing.STEPS[0].work(upgrade)
    bringing.STEPS[1].work(upgrade)
    settings.MIGRATION_MODULES = {}
    run_all()
    assert Upgrade.objects.get().to_generation is None and Upgrade.objects.get().failed_at is None

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        jobs.pick_up()
        run_all()

    assert Upgrade.objects.get().trouble == "The release it was for is no longer here."
    is_as_it_was(alone)

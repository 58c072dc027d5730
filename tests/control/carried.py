"""A database that is carried elsewhere, as tests look at it: where it is, whether people write, who wrote meanwhile."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pivotino.instance.contacts.models import Contact
from pivotino.jobs import carrying, steps
from pivotino.tenancy import inside, registry, scratch
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.killing import ROOT, environment, wait_for
from tests.tenancy.test_freezing import typed

written = itertools.count()


def now_at(kedai: Person) -> Instance:
    """Its row in the register, as it is now."""
    return Instance.objects.get(pk=kedai.instance.pk)


def can_write(kedai: Person) -> bool:
    """Whether what somebody sends by a form is there afterwards."""
    registry.forget()
    name = f"Written {next(written)}"
    kedai.browser.post(kedai.url("people/new/"), {**typed(), "name": name})
    with inside(now_at(kedai)):
        return Contact.objects.filter(name=name).exists()


def nothing_open_lies_about() -> bool:
    """No open text of a customer's database is left where copies are made, nor half of one in a folder of files."""
    folders = [Path(str(urls["url"]).removeprefix("sqlite:///")) for urls in settings.INSTANCE_BUCKETS.values()]
    half = [path for folder in folders for path in folder.glob("*/*.draft*")]
    return not [*scratch.home().iterdir(), *half]


def fails_at(monkeypatch: pytest.MonkeyPatch, module: Any, step: str, error: Exception | None = None) -> None:
    """From now on this step of `module.STEPS` fails, for good unless `error` says otherwise."""

    def fail(work: Any) -> None:
        raise error or carrying.NotTheSame("Something is not as it was.")

    broken = (steps.Kind(name=one.name, says="", work=fail if one.name == step else one.work) for one in module.STEPS)
    monkeypatch.setattr(module, "STEPS", tuple(broken))


# Reads and writes all the time, as fast as it is let, and notes what it was told is saved; a reading that fails is noted.
WRITER = """
import json, sys, time, pathlib, django
from django.conf import settings
settings.INSTANCE_BUCKETS = json.loads(sys.argv[4])
django.setup()
from django.db import DatabaseError
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.tenancy import fencing, inside, registry
slug, notes, stop = sys.argv[1], open(sys.argv[2], "a", buffering=1), pathlib.Path(sys.argv[3])
number = 0
while not stop.exists():
    number += 1
    name = f"{notes.name[-5]}-{number}"
    try:
        with inside(registry.find(slug)):
            Contact.objects.count()
    except Exception as error:
        notes.write(f"cannot read {error!r}\\n")
    try:
        with inside(registry.find(slug)):
            Contact.add(name, by=Member.objects.get(role="owner"))
    except DatabaseError as error:
        if not fencing.refused(error):
            notes.write(f"failed {error!r}\\n")
        time.sleep(0.02)
        continue
    notes.write(name + "\\n")
"""


class Writers:
    """Two processes that write into a database; `told` is what they were told is saved."""

    def __init__(self, kedai: Person, folder: Path) -> None:
        self.kedai, self.notes, self._stop = kedai, [folder / f"{name}.txt" for name in "ab"], folder / "stop"
        command = [sys.executable, "-c", WRITER, kedai.instance.slug]
        rooms = json.dumps(settings.INSTANCE_BUCKETS)
        self._running = [
            subprocess.Popen([*command, str(note), str(self._stop), rooms], env=environment(), cwd=ROOT) for note in self.notes
        ]  # fmt: skip

    def write_some_more(self) -> None:
        """Come back when each of them has written again, after whatever happened."""
        lengths = [len(note.read_text()) if note.exists() else 0 for note in self.notes]
        wait_for(
            lambda: all(
                note.exists() and len(note.read_text()) > length + 20
                for note, length in zip(self.notes, lengths, strict=True)
            )
        )

    @property
    def told(self) -> set[str]:
        return {line for note in self.notes for line in note.read_text().splitlines()}

    @property
    def saved(self) -> set[str]:
        """What of theirs is in the database as it is now."""
        with inside(now_at(self.kedai)):
            return set(Contact.objects.filter(name__regex="^[ab]-[0-9]+$").values_list("name", flat=True))

    def stop(self) -> None:
        self._stop.touch()
        for writer in self._running:
            writer.wait(timeout=30)

    def end(self) -> None:
        for writer in self._running:
            writer.kill()
            writer.wait()


@contextmanager
def writing(kedai: Person, folder: Path) -> Iterator[Writers]:
    """Within the block people write into the database; they have begun. They are stopped at its end."""
    writers = Writers(kedai, folder)
    try:
        writers.write_some_more()
        yield writers
    finally:
        writers.end()

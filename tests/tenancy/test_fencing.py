"""People write from several processes while the fence goes up: every write that was told "saved" is there, and none after."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from pivotino.jobs.errands.models import Errand
from pivotino.kit.ids import uuid7
from pivotino.tenancy import atomic, fencing, inside
from pivotino.tenancy.models import Instance

ROOT = Path(__file__).resolve().parents[2]

# Writes as fast as it can, in a transaction and outside of one by turns; notes each write after it was told that it is in.
WRITER = """
import sys, pathlib, django
django.setup()
from django.db import DatabaseError
from pivotino.jobs.errands.models import Errand
from pivotino.tenancy import atomic, fencing, inside
from pivotino.tenancy.models import Instance
name, notes = sys.argv[1], open(sys.argv[2], "a", buffering=1)
place = Instance.objects.get(slug="atap-suria").place
for turn in range(100_000):
    key = f"{name}-{turn}"
    try:
        with inside(place):
            if turn % 2:
                with atomic():
                    Errand.objects.create(path="first", args=[], key="")
                    Errand.objects.create(path=key, args=[])
            else:
                Errand.objects.create(path=key, args=[])
    except DatabaseError as error:
        notes.write("refused kindly\\n" if fencing.refused(error) else f"failed {error!r}\\n")
        break
    notes.write(key + "\\n")
"""


@pytest.fixture(autouse=True)
def _no_fence_stays(atap: Instance) -> Iterator[None]:
    yield
    fencing.unfence(atap.place)


def written(instance: Instance) -> set[str]:
    with inside(instance):
        return set(Errand.objects.exclude(path="first").values_list("path", flat=True))


def test_no_write_is_lost_and_none_comes_after_the_fence(atap: Instance, tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    notes = [tmp_path / f"{name}.txt" for name in ("a", "b", "c")]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, note.stem, str(note)], env=environment, cwd=ROOT)
        for note in notes
    ]
    try:
        end = time.monotonic() + 60
        while not all(note.exists() and note.read_text().count("\n") > 20 for note in notes):
            assert time.monotonic() < end, "the writers never began"
            time.sleep(0.02)

        fencing.fence(atap.place)
        at_the_fence = written(atap)

        for writer in writers:
            writer.wait(timeout=30)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()

    told = {line for note in notes for line in note.read_text().splitlines()}
    assert written(atap) == at_the_fence == told - {"refused kindly"}
    assert [note.read_text().splitlines()[-1] for note in notes] == ["refused kindly"] * 3
    with inside(atap):
        assert Errand.objects.filter(path="first").count() == sum(int(one.split("-")[1]) % 2 for one in at_the_fence)


@pytest.mark.engine("sqlite")
def test_a_write_that_returns_rows_is_in_when_its_turn_is_over(atap: Instance) -> None:
    """Else it would be committed by whoever reads the rows, and a fence could go up before."""
    insert = "INSERT INTO errands_errand (id, path, args, key) VALUES (%s, %s, '[]', '') RETURNING path"
    with inside(atap), connections["instance"].cursor() as cursor, closing(sqlite3.connect(atap.place.path)) as other:
        cursor.execute(insert, [uuid7().hex, "first row"])

        assert other.execute("SELECT path FROM errands_errand").fetchall() == [("first row",)]
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        assert (cursor.fetchone(), cursor.fetchone()) == (("first row",), None)
        cursor.execute(insert, [uuid7().hex, "second"])
        assert list(cursor) == [("second",)]
        cursor.execute(insert, [uuid7().hex, "third"])
        assert (cursor.fetchmany(5), cursor.fetchall()) == ([("third",)], [])
        cursor.execute("SELECT count(*) FROM errands_errand")
        assert cursor.fetchall() == [(3,)]


def test_a_fence_waits_for_whoever_is_writing_and_gives_up_with_everything_as_it_was(atap: Instance) -> None:
    with inside(atap), atomic():
        Errand.objects.create(path="slow", args=[])
        with pytest.raises(fencing.StillWriting):
            fencing.fence(atap.place, patience=timedelta(seconds=0.1))

    assert not fencing.is_fenced(atap.place)
    with inside(atap):
        Errand.objects.create(path="after", args=[])
    assert written(atap) == {"slow", "after"}


def test_it_goes_up_and_down_as_often_as_one_likes(atap: Instance) -> None:
    for _ in range(2):
        fencing.fence(atap.place)
        assert fencing.is_fenced(atap.place)
        with inside(atap), pytest.raises(DatabaseError) as refused:
            Errand.objects.update(path="x")
        assert fencing.refused(refused.value)
        with inside(atap), pytest.raises(DatabaseError), atomic():
            Errand.objects.create(path="x", args=[])
    fencing.unfence(atap.place)
    fencing.unfence(atap.place)

    assert not fencing.is_fenced(atap.place)
    with inside(atap):
        Errand.objects.create(path="y", args=[])
    assert written(atap) == {"y"}


def test_reading_does_not_mind(atap: Instance) -> None:
    with inside(atap):
        Errand.objects.create(path="y", args=[])
    fencing.fence(atap.place)

    assert written(atap) == {"y"}

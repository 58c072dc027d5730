"""What was committed is brought from the log into the file by a quiet thread, and no request waits for it."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.tenancy import atomic, checkpoints
from pivotino.tenancy.models import Instance

pytestmark = pytest.mark.engine("sqlite")  # only files have a log of their own


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(checkpoints, "_thread", threading.current_thread())
    monkeypatch.setattr(checkpoints, "_changed", {})
    yield


def in_the_file_alone(path: Path, copy: Path) -> int:
    """How many contacts the file holds without its log."""
    copy.write_bytes(path.read_bytes())
    raw = sqlite3.connect(f"file:{copy}?immutable=1", uri=True)
    try:
        return int(raw.execute("SELECT COUNT(*) FROM contacts_contact").fetchone()[0])
    finally:
        raw.close()


def test_a_committed_row_is_brought_home_when_its_time_has_come(
    in_atap: Instance, noting: None, tmp_path: Path
) -> None:
    path = in_atap.place.path
    before = in_the_file_alone(path, tmp_path / "before")
    with atomic():
        Contact.objects.create(name="Rumah Teh", folded="rumah teh")

    since = next(iter(checkpoints._changed.values()))
    assert checkpoints.due(since) == []
    assert checkpoints.due(since + checkpoints.AFTER_SECONDS) == [path]
    assert in_the_file_alone(path, tmp_path / "waiting") == before
    checkpoints.bring_home(path)
    assert in_the_file_alone(path, tmp_path / "after") == before + 1


def test_a_large_log_does_not_wait(in_atap: Instance, noting: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LARGE", 1)
    with atomic():
        Contact.objects.create(name="Rumah Teh", folded="rumah teh")

    assert checkpoints.due(0.0) == [in_atap.place.path]


def test_an_erased_file_is_never_made_again(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        checkpoints.bring_home(tmp_path / "gone.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_without_the_thread_nothing_is_noted(in_atap: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "_changed", {})
    with atomic():
        Contact.objects.create(name="Rumah Teh", folded="rumah teh")

    assert checkpoints._changed == {}

"""Trying out to leave: it goes in elsewhere, comes out equal, and nothing is left."""

from typing import Any

import pytest

from pivotino.control.exports import rehearsing, storing
from pivotino.control.exports.models import Rehearsal
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.tenancy import provision
from tests.cast import Person
from tests.control.exports.conftest import exported, home
from tests.tenancy.packed import folder_of


def rehearsed(anna: Person, export: Any) -> Rehearsal:
    assert anna.browser.post(home(anna, f"{export.pk}/rehearsals/")).status_code == 302
    run_all()
    return Rehearsal.objects.select_related("export__instance").latest("asked_at")


@pytest.mark.promise("P34")
def test_it_comes_out_as_it_went_in_and_the_scratch_is_destroyed(busy_anna: Person) -> None:
    export = exported(busy_anna)

    tried = rehearsed(busy_anna, export)
    page = busy_anna.browser.get(home(busy_anna)).content.decode()

    assert (tried.equal, tried.different, tried.contents) == (True, [], export.contents)
    assert tried.counts == export.counts
    assert not provision.exists(tried.scratch)
    assert [*folder_of(tried.scratch).rglob("*")] == [] != [*folder_of(busy_anna.instance.place).rglob("*")]
    assert "came out again equal" in page


def test_a_worker_that_dies_in_it_is_followed_by_another(busy_anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    export = exported(busy_anna)
    busy_anna.browser.post(home(busy_anna, f"{export.pk}/rehearsals/"))

    monkeypatch.setattr(rehearsing, "clear", lambda rehearsal: None)
    with crash_after("pivotino.tenancy.packing.unpack"), pytest.raises(Crash):
        run_all()
    monkeypatch.undo()
    tried = Rehearsal.objects.select_related("export__instance").get()
    assert provision.exists(tried.scratch) and tried.ended_at is None
    rehearsing.rehearse(tried)

    assert tried.equal
    assert not provision.exists(tried.scratch)


def test_a_damaged_file_is_said_to_be_damaged(busy_anna: Person) -> None:
    export = exported(busy_anna)
    path = storing.path_of(export.instance_id, export.pk)
    raw = bytearray(path.read_bytes())
    raw[-100] ^= 1
    path.write_bytes(raw)

    tried = rehearsed(busy_anna, export)

    assert (tried.equal, tried.problem) == (False, rehearsing.BROKEN)
    assert not provision.exists(tried.scratch)

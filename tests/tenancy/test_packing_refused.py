"""Archives that are damaged, too new, or built like an attack: refused with a sentence, and nothing written."""

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pivotino.instance.members.models import Company
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside, packing
from pivotino.tenancy.models import Instance
from pivotino.tenancy.packing import checking, shape
from pivotino.tenancy.packing.manifest import PATH, Listed, Manifest
from tests.tenancy import packed as world

Parts = dict[str, bytes]


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def archive(atap: Instance) -> io.BytesIO:
    with inside(atap):
        for number in range(3):
            Opportunity.open(f"Roof {number}", by=None)
    world.give_a_file(atap.place)
    return world.packed(atap.place)[0]


def refuses(archive: io.BytesIO, refusal: type[packing.Refused], word: str) -> None:
    """It is refused with this word in the sentence, by a look and by unpacking, and nothing is there afterwards."""
    with pytest.raises(refusal, match=word):
        packing.look(archive)
    with world.empty() as place:
        with pytest.raises(refusal, match=word):
            packing.unpack(archive, place)
        with inside(place):
            assert not Company.objects.exists()
        assert not world.folder_of(place).exists()


def changed(archive: io.BytesIO, change: Callable[[Parts], object]) -> io.BytesIO:
    return world.rewritten(archive, lambda new, parts: change(parts))


def relisted(parts: Parts, path: str) -> None:
    """Let the list of contents agree with a file that was changed."""
    import hashlib

    def agree(manifest: Manifest) -> None:
        manifest.files[path] = Listed(len(parts[path]), hashlib.sha256(parts[path]).hexdigest())

    world.reseal(parts, agree)


STAGES = "data/pipeline.stage.jsonl"


def test_some_other_file(archive: io.BytesIO) -> None:
    refuses(io.BytesIO(b"not a zip at all"), packing.NotAnExport, "not a file that Pivotino took out")
    refuses(changed(archive, lambda parts: parts.pop(PATH)), packing.NotAnExport, "not a file that Pivotino")
    refuses(
        changed(archive, lambda parts: parts.update({PATH: b'{"format": "other"}'})), packing.NotAnExport, "not a file"
    )


def test_a_newer_format(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        parts[PATH] = json.dumps({**json.loads(parts[PATH]), "version": 2}).encode()

    refuses(changed(archive, change), packing.NewerFormat, "newer Pivotino")


def test_a_changed_file(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        parts[STAGES] = parts[STAGES].replace(b"Won", b"Wow")

    refuses(changed(archive, change), packing.Damaged, "pipeline.stage.jsonl is not what it was")


def test_a_changed_list_of_contents(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        told = json.loads(parts[PATH])
        told["files"][STAGES]["bytes"] += 0
        told["files"][STAGES]["sha256"] = "0" * 64
        parts[PATH] = json.dumps(told).encode()

    refuses(changed(archive, change), packing.Damaged, "list of contents was changed")


@pytest.mark.parametrize("path", ["files/extra.csv", "data/x.csv"])
def test_a_file_too_many_or_too_few(archive: io.BytesIO, path: str) -> None:
    refuses(changed(archive, lambda parts: parts.update({path: b"x"})), packing.Damaged, "not in its list")
    refuses(changed(archive, lambda parts: parts.pop(STAGES)), packing.Damaged, "missing")


@pytest.mark.parametrize("path", [
    "../evil", "files/../../evil", "/etc/passwd", "files//x", "files/./x", "C:/x", "files/a\\b", "files/..", "elsewhere/x",
    "files/" + "x" * 300, "top.txt", "files/\u0001",
])  # fmt: skip
def test_a_path_that_leads_elsewhere(archive: io.BytesIO, path: str) -> None:
    def change(parts: Parts) -> None:
        parts[path] = b"x"
        relisted(parts, path)

    refuses(changed(archive, change), packing.Unsafe, "leads elsewhere")


def test_a_link_a_folder_and_a_double(archive: io.BytesIO) -> None:
    def link(new: zipfile.ZipFile, parts: Parts) -> None:
        info = zipfile.ZipInfo("files/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        new.writestr(info, "/etc/passwd")

    refuses(world.rewritten(archive, link), packing.Unsafe, "leads elsewhere")
    refuses(world.rewritten(archive, lambda new, parts: new.mkdir("files/x")), packing.Unsafe, "leads elsewhere")
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = world.rewritten(archive, lambda new, parts: new.writestr(STAGES, b"{}"))
    refuses(twice, packing.Unsafe, "twice")


def test_a_bomb(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        parts["files/zeros"] = bytes(30 << 20)
        relisted(parts, "files/zeros")

    refuses(changed(archive, change), packing.Unsafe, "beyond all measure")


def test_a_bomb_of_many_files(archive: io.BytesIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_FILES", 10)
    refuses(archive, packing.Unsafe, "files")
    monkeypatch.undo()
    monkeypatch.setattr(checking, "MOST_BYTES", 1000)
    refuses(archive, packing.Unsafe, "fill the disk")


@pytest.mark.parametrize("row", [
    "[]", "{", '{"id": 1}', '{"id":"x","name":"a"}', "[" * 100_000,
])  # fmt: skip
def test_a_careful_forgery_of_rows(archive: io.BytesIO, row: str) -> None:
    def change(parts: Parts) -> None:
        parts["data/contacts.label.jsonl"] = row.encode() + b"\n"

        def count(manifest: Manifest) -> None:
            table = manifest.entities["contacts.label"]
            manifest.entities["contacts.label"] = type(table)(table.file, 1, table.columns)

        world.reseal(parts, count)
        relisted(parts, "data/contacts.label.jsonl")

    forged = changed(archive, change)

    packing.look(forged)  # its fingerprints are right; the rows are not
    with world.empty() as place:
        with pytest.raises(packing.Damaged):
            packing.unpack(forged, place)
        with inside(place):
            assert not Company.objects.exists()


def test_rows_that_point_at_nothing(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        cards = "data/pipeline.opportunity.jsonl"
        [stage] = [json.loads(parts[STAGES].splitlines()[0])["id"]]
        parts[cards] = parts[cards].replace(stage.encode(), b"00000000-0000-7000-8000-000000000000")
        relisted(parts, cards)

    with world.empty() as place:
        with pytest.raises(packing.Damaged, match="do not belong together"):
            packing.unpack(changed(archive, change), place)
        with inside(place):
            assert not Company.objects.exists()


def test_more_rows_than_listed(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        def count(manifest: Manifest) -> None:
            table = manifest.entities["pipeline.stage"]
            manifest.entities["pipeline.stage"] = type(table)(table.file, table.rows + 1, table.columns)

        world.reseal(parts, count)

    with world.empty() as place, pytest.raises(packing.Damaged, match="rows instead of"):
        packing.unpack(changed(archive, change), place)


def test_a_database_with_something_in_it(archive: io.BytesIO, atap: Instance) -> None:
    with pytest.raises(packing.NotEmpty, match="in use already"):
        packing.unpack(archive, atap.place)

    with inside(atap):
        assert Opportunity.objects.count() == 3


def test_it_may_be_told_to_replace_what_is_there(archive: io.BytesIO, zenit: Instance) -> None:
    packing.unpack(archive, zenit.place, replace=True)

    with inside(zenit):
        assert Company.objects.get().name == "Atap Suria Sdn Bhd"
        assert Opportunity.objects.count() == 3


def test_an_older_one_lacks_what_came_since(archive: io.BytesIO) -> None:
    def change(parts: Parts) -> None:
        path = "data/pipeline.opportunity.jsonl"
        rows = [json.loads(line) for line in parts[path].splitlines()]
        for row in rows:
            del row["stars"], row["days_to_win"]
        parts[path] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

        def older(manifest: Manifest) -> None:
            manifest.schema = "an older one"
            table = manifest.entities["pipeline.opportunity"]
            columns = {name: kind for name, kind in table.columns.items() if name not in ("stars", "days_to_win")}
            manifest.entities["pipeline.opportunity"] = type(table)(table.file, table.rows, columns)
            del manifest.entities["lifecycle.samplemark"]
            for gone in ("data/lifecycle.samplemark.jsonl", "data/lifecycle.samplemark.csv"):
                del manifest.files[gone], parts[gone]
            manifest.migrations["pipeline"] = manifest.migrations["pipeline"][:1]

        world.reseal(parts, older)
        relisted(parts, path)

    older = changed(archive, change)

    with world.empty() as place:
        packing.unpack(older, place)
        with inside(place):
            assert set(Opportunity.objects.values_list("stars", "days_to_win")) == {(0, None)}


@pytest.mark.parametrize(("change", "word"), [
    (lambda told: told.migrations["pipeline"].append("0099_later"), "later version"),
    (lambda told: told.entities.update({"old.thing": told.entities["pipeline.tag"]}), "old.thing|missing"),
    (lambda told: told.entities["pipeline.tag"].columns.update({"weight": "int"}), "another weight"),
    (lambda told: told.entities["pipeline.tag"].columns.pop("name"), "nothing about name"),
])  # fmt: skip
def test_one_of_another_schema(archive: io.BytesIO, change: Callable[[Manifest], None], word: str) -> None:
    def other(parts: Parts) -> None:
        def both(manifest: Manifest) -> None:
            manifest.schema = "another"
            change(manifest)

        world.reseal(parts, both)

    with pytest.raises(packing.Refused, match=word):
        packing.look(changed(archive, other))


def test_no_model_has_a_column_the_format_does_not_know() -> None:
    assert all(entity.columns for entity in shape.everything())

"""The instance in one file: taken out, taken in again, and equal."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import search
from pivotino.instance.history.models import Outbox
from pivotino.instance.mailing.models import Password
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside, packing
from pivotino.tenancy.models import Instance
from pivotino.tenancy.packing import shape
from tests.cast import Person
from tests.tenancy import packed as world


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def rich(atap: Instance, anna: Person, bruno: Person) -> Instance:
    """Atap Suria with a bit of everything."""
    with inside(atap):
        world.fill(anna.member, bruno.member)
    world.give_a_file(atap.place)
    return atap


def rows(archive: io.BytesIO, label: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(archive) as open_:
        return [json.loads(line) for line in open_.read(f"data/{label}.jsonl").splitlines()]


@pytest.mark.promise("P34")
def test_taken_in_and_taken_out_again_it_is_equal(rich: Instance) -> None:
    archive, before = world.packed(rich.place)

    with world.empty() as place:
        taken_in = packing.unpack(archive, place)
        after = packing.contents(place)

        with inside(place):
            assert totals.differences() == []
        assert (world.folder_of(place) / "imports/one.csv").read_bytes() == b"a,b\r\n\x00\xff"
    assert taken_in.counts == before.counts == after.counts
    assert after.files == before.files
    assert after.contents == before.contents
    assert (after.schema, after.migrations, after.entities) == (before.schema, before.migrations, before.entities)
    assert min(count for label, count in before.counts.items() if label != "errands.errand") > 0


@pytest.mark.engine("postgres")
def test_it_goes_from_one_engine_to_the_other_and_back(rich: Instance, tmp_path: Path) -> None:
    archive, before = world.packed(rich.place)

    with world.empty(world.files_bucket(tmp_path / "bucket")) as on_files:
        packing.unpack(archive, on_files)
        from_files, there = world.packed(on_files)
    with world.empty() as back:
        packing.unpack(from_files, back)
        again = packing.contents(back)

    assert there.taken["engine"] == "sqlite"
    assert there.files == before.files
    assert again.files == before.files


def test_what_was_taken_in_is_found_and_goes_on(rich: Instance, anna: Person) -> None:
    archive, _ = world.packed(rich.place)

    with world.empty() as place:
        packing.unpack(archive, place)
        with inside(place):
            found = search.find(anna.member, "dächer", ["contact"])
            one = Opportunity.open("A new one", by=None)
            one.win(by=None)

            assert found
            assert totals.differences() == []
            assert Outbox.objects.count() > 0


def test_every_table_is_packed_or_made_anew(rich: Instance) -> None:
    _, manifest = world.packed(rich.place)

    left_out = {one.label for one in shape.everything()} - manifest.entities.keys()

    assert left_out == {
        "history.searchdoc", "history.outbox", "history.trailhead", "subjects.due", "pipeline.stagetotal", "pipeline.stagedue", "errands.errand",
        "mailing.password",
    }  # fmt: skip


def test_who_moves_takes_along_what_passes(rich: Instance) -> None:
    out = io.BytesIO()
    manifest = packing.pack(rich.place, out, moving=True)

    with world.empty() as place:
        packing.unpack(out, place)
        with inside(place):
            assert Outbox.objects.count() == manifest.counts["history.outbox"] > 0
            assert Password.objects.exclude(sealed="").count() == 1
            before = Outbox.objects.latest("id").id
            Opportunity.open("After the move", by=None)
            assert Outbox.objects.latest("id").id > before


def test_types_are_exact(rich: Instance) -> None:
    archive, _ = world.packed(rich.place)

    [usd] = [row for row in rows(archive, "members.rate") if row["currency"] == "USD"]
    [odd] = [row for row in rows(archive, "history.event") if row["verb"] == "thing.happened"]

    assert usd["rate"] == "4.4712345678"
    assert odd["at"] == "2026-02-28T00:00:00.000000Z"
    assert json.dumps(odd["data"]) == '{"a": [1.0, 1000000000000000], "b": 2}'
    assert all(
        re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", row["id"])
        for row in rows(archive, "pipeline.opportunity")
    )
    assert {type(row["manual_closing"]) for row in rows(archive, "pipeline.opportunity")} == {bool}
    assert {row["due_time"] for row in rows(archive, "activities.activity")} >= {None, "14:30:00", "09:05:07"}


def test_the_csv_twin_names_what_ids_point_at_and_runs_nothing(rich: Instance) -> None:
    archive, manifest = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        raw = open_.read("data/pipeline.opportunity.csv").decode()
    table = list(csv.DictReader(io.StringIO(raw.removeprefix("\ufeff"))))

    assert raw.startswith("\ufeff")
    assert len(table) == manifest.counts["pipeline.opportunity"]
    assert {line["stage"] for line in table} >= {"Won", "Lost"}
    rupiah = next(line for line in table if line["currency"] == "IDR" and line["amount_minor"] == "123456789012")
    assert rupiah["amount"] == "1234567890.12"
    assert not [cell for line in table for cell in line.values() if cell.startswith(("=", "@"))]


def test_the_address_book_reads_in_another_program(rich: Instance) -> None:
    archive, _ = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        raw = open_.read("contacts.vcf").decode()
    cards = list(vobject.readComponents(raw))

    with inside(rich):
        kept = {contact.name for contact in Contact.objects.kept()}
    assert {card.fn.value for card in cards} == kept
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    person = next(card for card in cards if card.fn.value.startswith("Dächer & Söhne; GmbH, Köln person"))
    assert person.tel.value == "tel:+60123456789"
    assert person.adr.value.city == "Köln"


def test_the_calendar_reads_in_another_program(rich: Instance) -> None:
    archive, _ = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        read = icalendar.Calendar.from_ical(open_.read("calendar.ics"))
    planned = [row for row in rows(archive, "activities.activity") if row["cancelled_at"] is None]

    events = list(read.walk("VEVENT"))
    assert read.errors == []
    assert {str(event["UID"]) for event in events} == {f"{row['id']}@pivotino" for row in planned}
    assert any(
        world.LONG in str(event.get("DESCRIPTION", "")).replace("\t", "\t")
        or "ü" * 300 in str(event.get("DESCRIPTION", ""))
        for event in events
    )


def test_the_pages_read_without_a_network_and_run_nothing(rich: Instance) -> None:
    archive, manifest = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        pages = {name: open_.read(name).decode() for name in open_.namelist() if name.endswith(".html")}
    everything = "".join(pages.values())

    assert {
        "index.html",
        "pages/pipeline.html",
        "pages/contacts.html",
        "pages/activities.html",
        "pages/history.html",
    } <= pages.keys()
    assert "<script" not in everything
    assert not re.search(r'(src|href)="(https?:)?//', everything)
    assert "&lt;script&gt;" in pages["pages/contacts.html"]
    links = {link for page in ("index.html",) for link in re.findall(r'href="([^"]+)"', pages[page])}
    assert all(
        link in {*manifest.files, "manifest.json"}
        or any(path.startswith(link) for path in manifest.files)
        or link in ("files/",)
        for link in links
    )


def test_long_lists_go_on_on_the_next_page(rich: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pivotino.tenancy.packing.reading_pages.LINES", 10)

    archive, manifest = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        pages = [open_.read(name).decode() for name in open_.namelist() if name.startswith("pages/pipeline")]
    kept = "".join(pages).count("<tr><td")
    with inside(rich):
        assert kept == Opportunity.objects.kept().count()
    assert len(pages) == -(-kept // 10)
    assert all(page.count("<table>") == page.count("</table>") for page in pages)


def test_the_story_reads(rich: Instance) -> None:
    archive, manifest = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        lines = open_.read("history/timeline.txt").decode().splitlines()

    assert len(lines) == manifest.counts["history.event"]
    assert any(line.endswith("won it [x" + "x" * 179 + " 12]") or " won it [" in line for line in lines)


def test_the_settings_are_in_one_file(rich: Instance) -> None:
    archive, _ = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        told = json.loads(open_.read("settings.json"))

    assert told["company"]["name"] == "Atap Suria Sdn Bhd"
    assert [stage["name"] for stage in told["stages"]][-2:]
    assert "account_uuid" not in told["people"][0]


def test_the_format_is_described_column_by_column(rich: Instance) -> None:
    archive, manifest = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        text = open_.read("FORMAT.md").decode()

    assert all(f"### {label}\n" in text for label in manifest.entities)
    assert all(
        f"| `{name}` | `{kind}`" in text for table in manifest.entities.values() for name, kind in table.columns.items()
    )


def test_people_go_on_working_while_it_is_packed(rich: Instance) -> None:
    def work(done: int, of: int) -> None:
        if not made:
            with inside(rich):
                made.append(Opportunity.open("Meanwhile", by=None))

    made: list[Opportunity] = []
    out = io.BytesIO()
    manifest = packing.pack(rich.place, out, told=work)

    assert made
    with inside(rich):
        assert manifest.counts["pipeline.opportunity"] == Opportunity.objects.count() - 1
    assert all(row["title"] != "Meanwhile" for row in rows(out, "pipeline.opportunity"))


def test_a_frozen_instance_is_packed_as_any_other(rich: Instance) -> None:
    from pivotino.tenancy import freezing

    freezing.freeze(rich, freezing.Reason.UNPAID)

    _, manifest = world.packed(Instance.objects.get(pk=rich.pk).place)

    assert manifest.counts["pipeline.opportunity"] > 0


def test_nothing_of_a_neighbour_is_in_it(rich: Instance, zenit: Instance) -> None:
    archive, _ = world.packed(rich.place)

    with zipfile.ZipFile(archive) as open_:
        assert not [name for name in open_.namelist() if b"rivalsecret" in open_.read(name).lower()]

"""The trail as its owner reads it, takes it out, and has it checked by somebody who has nothing but the file."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from pivotino.instance.history import trail
from pivotino.instance.history.models import Trail
from pivotino.tenancy import inside
from tests.cast import Browser, Person

CODE = Path("pivotino/instance/history/templates/history/verify_trail.txt")
PAGES = ("settings/trail/", "settings/trail.csv", "settings/trail.jsonl")


@pytest.fixture
def told(anna: Person) -> Person:
    with inside(anna.instance):
        trail.write("member.signed_in", by="Nurul Anna", by_id=anna.member_id, facts={"how": "passkey"})
        trail.write("support.saw", by="Sofia", staff=True, on_behalf="Nurul Anna", where="/settings/company/", ticket="T-1042",
                    purpose="Letters do not arrive.")  # fmt: skip
        trail.write("export.asked", by="=HYPERLINK(1)", subject_id=anna.member_id, facts={"file": "日光"})
    return anna


def read(person: Person, path: str = "settings/trail/") -> str:
    return str(person.browser.get(person.url(path)).content.decode())


def file(person: Person, path: str) -> str:
    answer: Any = person.browser.get(person.url(path))
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content).decode()


def test_an_owner_reads_who_did_what_where_why_and_for_which_ticket(told: Person) -> None:
    page = read(told)

    for word in (
        "Sofia",
        "Our staff",
        "Nurul Anna",
        "/settings/company/",
        "T-1042",
        "Letters do not arrive.",
        "passkey",
    ):
        assert word in page


@pytest.mark.parametrize(("asked", "there", "gone"), [
    ("who=sof", "T-1042", "passkey"), ("what=member.", "passkey", "T-1042"), ("staff=on", "T-1042", "passkey"),
    ("since=2020-01-01", "T-1042", "No line is like that"), ("until=2020-01-01", "No line is like that", "T-1042"),
])  # fmt: skip
def test_it_can_be_narrowed_down(told: Person, asked: str, there: str, gone: str) -> None:
    page = read(told, f"settings/trail/?{asked}")

    assert there in page
    assert gone not in page


def test_days_that_make_no_sense_come_back_as_typed(told: Person) -> None:
    answer = told.browser.get(told.url("settings/trail/?since=2026-12-02&until=2026-12-01"))

    assert answer.status_code == 422
    assert "2026-12-02" in answer.content.decode()
    assert "This day is before the first one." in answer.content.decode()


def test_fifty_are_on_a_page(anna: Person) -> None:
    with inside(anna.instance):
        for number in range(51):
            trail.write(f"thing.n{number}", by="Anna")

    assert read(anna).count("trail__line") == 50
    assert read(anna, "settings/trail/?page=2").count("trail__line") == 1
    assert "?who=Anna&amp;page=2" in read(anna, "settings/trail/?who=Anna")


def test_reading_it_again_names_the_place(told: Person) -> None:
    assert "3 lines read again. All are as they were written." in read(told, "settings/trail/?check=1")
    with inside(told.instance), connections["instance"].cursor() as cursor:
        cursor.execute("DELETE FROM history_trail WHERE number = 2")

    assert "Line 2 is missing." in read(told, "settings/trail/?check=1")


def test_the_table_runs_nothing_in_a_spreadsheet(told: Person) -> None:
    rows = list(csv.DictReader(io.StringIO(file(told, "settings/trail.csv").lstrip("\ufeff"))))

    assert [row["what"] for row in rows] == ["member.signed_in", "support.saw", "export.asked", "trail.taken_out"]
    assert rows[2]["by"] == "'=HYPERLINK(1)"
    assert rows[2]["facts"] == '{"file": "日光"}'


@pytest.mark.promise("A60")
def test_an_outsider_checks_the_file_with_nothing_but_it(told: Person, tmp_path: Path) -> None:
    lines = file(told, "settings/trail.jsonl").splitlines()
    assert len(CODE.read_text().splitlines()) <= 20
    with inside(told.instance):
        last = Trail.objects.order_by("-number")[0]

    assert checked(lines, tmp_path) == (0, f"{told.instance.pk}: 4 lines, the last one sealed {last.seal}.")
    assert checked([lines[0], *lines[2:]], tmp_path) == (1, f"Line 2 of {told.instance.pk} is missing.")
    changed = lines[1].replace("Sofia", "Nobody")
    says = f"Line 2 of {told.instance.pk} does not read as it was written."
    assert checked([lines[0], changed, *lines[2:]], tmp_path) == (1, says)


def test_the_file_has_what_a_key_opens_beside_what_is_sealed(told: Person) -> None:
    line = json.loads(file(told, "settings/trail.jsonl").splitlines()[2])

    assert line["read"] == {"file": "日光"}
    assert line["facts"] == {}
    assert "日光" not in line["closed"]


def test_what_the_documentation_shows_is_what_the_page_shows() -> None:
    assert CODE.read_text().strip() in Path("docs/trail.md").read_text()


@pytest.mark.parametrize("path", PAGES)
def test_it_is_for_owners(bruno: Person, rita: Person, stranger: Browser, told: Person, path: str) -> None:
    assert bruno.browser.get(bruno.url(path)).status_code == 403
    assert rita.browser.get(told.url(path)).status_code == 404
    assert "/sign-in/" in stranger.get(told.url(path))["Location"]


def checked(lines: list[str], folder: Path) -> tuple[int, str]:
    given = folder / "trail.jsonl"
    given.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run([sys.executable, CODE, given], capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()

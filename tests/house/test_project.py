"""The project keeps its own word: what is written matches what is there, and nothing in it waits for a clock."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import engines
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "pivotino").glob("**/templates/**/*.*"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
TESTS = sorted((ROOT / "tests").glob("**/*.py"))
ROOMS = sorted(
    folder
    for plane in ("control", "instance")
    for folder in (ROOT / "pivotino" / plane).iterdir()
    if (folder / "__init__.py").exists()
)
# Tests that start real processes have to wait for them; benches measure elsewhere.
MAY_WAIT = (
    "tests/journeys/",
    "tests/jobs/",
    "tests/control/killing.py",
    "tests/control/carried.py",
    "tests/test_serving.py",
    "tests/live/",
    "tests/control/exports/test_making.py",
    "tests/control/exports/test_opening.py",
    "tests/control/hosting/test_wheel.py",
    "tests/tenancy/",
    "tests/plugins/",
    "tests/house/test_lint.py",
)
LONGEST_SLEEP = 0.5
CLOCKS = {"perf_counter", "monotonic", "process_time", "perf_counter_ns", "monotonic_ns"}


def test_the_readme_shows_and_says_how_to_start_on_its_first_screen() -> None:
    page = (ROOT / "README.md").read_text().splitlines()
    first = "\n".join(page[:60])
    pictures = re.findall(r"!\[[^\]]*\]\(([^)\s]+)|<img[^>]*\ssrc=\"([^\"]+)", first)

    assert "bin/dev" in first
    assert "bin/test" in first
    assert pictures
    assert [path for pair in pictures for path in pair if path and not (ROOT / path).exists()] == []


def test_every_local_link_in_the_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
    ]

    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_map_shows_every_room(room: Path) -> None:
    assert f"`{room.name}`" in (ROOT / "docs" / "map.md").read_text()


def test_the_map_fits_on_a_walk() -> None:
    assert len((ROOT / "docs" / "map.md").read_text().splitlines()) <= 150


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_says_what_was_chosen_and_what_was_turned_down(page: Path) -> None:
    text = page.read_text()

    assert "**Chosen" in text
    assert "**Turned down" in text


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def jinja() -> Environment:
    found = next(iter(engines.all()))
    env: Environment = found.env
    return env


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "pivotino")))
def test_every_template_compiles(path: Path) -> None:
    jinja().get_template(str(path).partition("/templates/")[2])


def test_no_two_templates_share_a_name() -> None:
    names = [str(path).partition("/templates/")[2] for path in TEMPLATES]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_change_of_a_model_has_its_migration(control: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PIVOTINO_WEB_THREADS", "many"),
        ("PIVOTINO_HTTPS", "perhaps"),
        ("PIVOTINO_HOSTS", "not a list"),
        ("PIVOTINO_BASE_URL", "example.org"),
        ("PIVOTINO_INSTANCES_PER_BUCKET", "-"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(name: str, value: str) -> None:
    code = "from config.settings.environment import Environment; Environment()"
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, name: value}, capture_output=True, text=True
    )

    assert started.returncode != 0
    assert name.removeprefix("PIVOTINO_").lower() in started.stderr.lower()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "-"))]

    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_every_dependency_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {
        line.split("==")[0].split("[")[0].strip()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    }
    asked = {re.split(r"[\[<>=~! ]", one)[0] for one in project["dependencies"]}

    assert asked - locked == set()


def is_long(call: ast.Call) -> bool:
    """True unless the call says itself that it is short."""
    said = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    return not isinstance(said, int | float) or said > LONGEST_SLEEP


def clock_words(tree: ast.AST) -> list[str]:
    """Calls that wait too long or measure, as they are written."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if (name == "sleep" and is_long(call)) or name in CLOCKS:
            found.append(f"{call.lineno}: {ast.unparse(call)}")
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in TESTS if not str(path.relative_to(ROOT)).startswith(MAY_WAIT)],
    ids=lambda path: str(path.relative_to(ROOT / "tests")),
)
def test_no_test_waits_or_measures_time(path: Path) -> None:
    assert clock_words(ast.parse(path.read_text())) == []


def test_the_rule_about_time_would_notice() -> None:
    wrong = ast.parse("time.sleep(1)\nsleep(delay)\nbegan = perf_counter()\ntime.sleep(0.1)")

    assert len(clock_words(wrong)) == 3

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pivotino.control.privacy import promises
from pivotino.control.privacy.promise_tests import CarryingTest, carrying_tests, sentence
from pivotino.control.privacy.promises import Promise, Register, Result, faults, register
from tests.control.website.pages import read
from tests.plugins.promises import Collector

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def promise(id_: str, state: Any = "kept", **more: Any) -> Promise:
    return Promise(**{"id": id_, "section": "use", "says": "We do.", "state": state, "where": "There.", **more})


def result(id_: str, outcome: Any = "passed", name: str = "test_it_holds") -> Result:
    nodeid = f"tests/test_a.py::{name}"
    return Result(nodeid=nodeid, engine="sqlite", promises=(id_,), outcome=outcome, at=NOON, build="abc")


def known(*rows: Promise, results: tuple[Result, ...] = ()) -> Register:
    return Register(promises=rows, sections={"use": "Use"}, results=results)


def carrying(*ids: str) -> list[CarryingTest]:
    return [CarryingTest(Path("test_a.py"), "test_it_holds", frozenset(ids))]


@pytest.mark.promise("A66")
def test_we_say_only_what_is_true() -> None:
    assert faults(register(), carrying_tests(settings.BASE_DIR / "tests"), with_results=False) == []


def test_all_promises_of_the_policy_are_listed_in_order() -> None:
    assert [row.id for row in register().promises] == [f"P{number:02}" for number in range(1, 66)]


@pytest.mark.parametrize(
    ("rows", "tests", "said"),
    [
        ([promise("P01")], [], "P01 says kept, but no test carries it."),
        ([promise("P01", "partly", note="No.")], [], "P01 says partly, but no test carries it."),
        ([promise("P01", "partly")], carrying("P01"), "P01 says partly, but its note does not say what is missing."),
        ([promise("P01", "not yet")], carrying("P99"), "P99 is carried by a test but is no promise."),
        ([promise("P01", "not yet")] * 2, [], "P01 stands twice in docs/promises.toml."),
        ([promise("P01", "not yet", section="love")], [], "P01 stands in the section “love”, which does not exist."),
    ],
)
def test_a_register_that_claims_too_much_is_refused(rows: list[Promise], tests: list[CarryingTest], said: str) -> None:
    assert faults(known(*rows), tests, with_results=False) == [said]


@pytest.mark.promise("A66")
@pytest.mark.parametrize(
    "results", [(), (result("P01", "failed"),), (result("P01"), result("P01", "failed")), (result("P01", "skipped"),)]
)
def test_after_a_run_a_kept_promise_needs_tests_that_passed(results: tuple[Result, ...]) -> None:
    claimed = known(promise("P01"), results=results)

    assert faults(claimed, carrying("P01"), with_results=False) == []
    assert faults(claimed, carrying("P01"), with_results=True) == ["P01 says kept, but its tests did not all pass."]


def test_a_promise_whose_tests_passed_is_believed() -> None:
    assert faults(known(promise("P01"), results=(result("P01"),)), carrying("P01"), with_results=True) == []


def test_tests_are_found_by_function_by_class_and_by_file(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(
        "pytestmark = [pytest.mark.django_db, pytest.mark.promise('P01')]\n"
        "@pytest.mark.promise('P02', 'P03')\n"
        "def test_one(): ...\n"
        "@pytest.mark.promise('P04')\n"
        "class TestTwo:\n"
        "    def test_three(self): ...\n"
    )

    found = {test.name: set(test.promises) for test in carrying_tests(tmp_path)}

    assert found == {"test_one": {"P01", "P02", "P03"}, "test_three": {"P01", "P04"}}


def test_a_test_reads_as_a_sentence() -> None:
    assert sentence("tests/a/test_b.py::TestC::test_a_card_returns[chromium]") == "A card returns"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the register with a place for results of its own."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "promises.toml").write_bytes((settings.BASE_DIR / "docs" / "promises.toml").read_bytes())
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_it_holds(): ...\ndef test_it_still_holds(): ...\n")
    monkeypatch.setattr(promises, "_root", lambda: tmp_path)
    return tmp_path


def run(root: Path, engine: str, outcomes: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.plugins.promises.ENGINE", engine)
    collector = Collector(root)
    for name, outcome in outcomes.items():
        for when in ("setup", "call", "teardown"):
            ended: Any = outcome if when == "call" else "passed"
            collector.pytest_runtest_logreport(
                pytest.TestReport(
                    f"tests/test_a.py::{name}", ("", 0, ""), {}, ended, None, when, user_properties=[("promise", "P06")]
                )
            )
    collector.pytest_sessionfinish()


def test_results_add_up_over_runs_and_engines(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(build, "sqlite", {"test_it_holds": "failed", "test_it_still_holds": "passed"}, monkeypatch)
    run(build, "sqlite", {"test_it_holds": "passed"}, monkeypatch)
    run(build, "postgres", {"test_it_holds": "skipped"}, monkeypatch)

    ended = {(each.engine, each.nodeid.split("::")[1]): each.outcome for each in register().results}

    assert ended == {
        ("sqlite", "test_it_holds"): "passed",
        ("sqlite", "test_it_still_holds"): "passed",
        ("postgres", "test_it_holds"): "skipped",
    }


def test_a_test_that_is_gone_proves_nothing_any_more(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(build, "sqlite", {"test_it_holds": "passed", "test_it_still_holds": "passed"}, monkeypatch)
    (build / "tests" / "test_a.py").write_text("def test_it_still_holds(): ...\n")

    run(build, "sqlite", {"test_it_still_holds": "passed"}, monkeypatch)

    assert [each.nodeid for each in register().results] == ["tests/test_a.py::test_it_still_holds"]


def test_a_torn_results_file_is_begun_anew(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (build / "build").mkdir()
    (build / "build" / "promises.json").write_text('{"engines":')

    run(build, "sqlite", {"test_it_holds": "passed"}, monkeypatch)

    assert list(json.loads((build / "build" / "promises.json").read_text())["engines"]) == ["sqlite"]


def test_the_page_shows_every_promise_and_counts_the_open_ones_too() -> None:
    page = read("/promises/")

    assert {f"P{number:02}" for number in range(1, 66)} <= page.ids
    tally = next(tag for tag in page.every("ul") if tag.get("class") == "tally")
    assert sum(int(number) for number in re.findall(r"\d+", tally.text)) == 65


@pytest.mark.promise("A66")
def test_the_page_shows_each_test_with_its_last_result(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(build, "sqlite", {"test_it_holds": "passed", "test_it_still_holds": "failed"}, monkeypatch)

    shown = next(tag for tag in read("/promises/").every("li") if tag.get("id") == "P06").text

    assert "It holds" in shown
    assert "It still holds" in shown
    assert "test failing" in shown


def test_without_results_the_page_says_that_it_has_none(build: Path) -> None:
    assert "No test results are stored with this build" in read("/promises/").every("main")[0].text


def test_the_page_is_narrowed_to_a_section_and_a_state_without_a_script() -> None:
    page = read("/promises/?section=mail&state=kept")

    shown = {id_ for id_ in page.ids if id_.startswith("P")}
    assert shown
    assert shown == {row.id for row in register().promises if row.section == "mail" and row.state == "kept"}


def test_a_section_that_does_not_exist_is_not_found() -> None:
    assert Client().get("/promises/?section=love").status_code == 404


def test_the_check_answers_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert promises.main(["check"]) == 0
    assert capsys.readouterr().out.startswith("65 promises: ")


def test_the_bar_of_states_has_no_gap() -> None:
    states = known(promise("P01"), promise("P02", "not yet"), promise("P03", "not yet"), promise("P04", "partly"))

    assert states.counts == {"kept": 1, "partly": 1, "not yet": 2}
    assert states.starts == {"kept": 0, "partly": 1, "not yet": 2}

"""Every promise of the policy, its state, the tests that carry its id, and how they ended last.

`python -m pivotino.control.privacy.promises check` reads the source: ids known, and whoever says kept or partly names a
test. With `--results` each of those tests must also have passed in the last run.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal, get_args

from django.conf import settings

from pivotino.control.privacy.promise_tests import CarryingTest, carrying_tests, sentence

State = Literal["kept", "partly", "not yet"]
Outcome = Literal["passed", "failed", "skipped"]

STATES: Final[tuple[State, ...]] = get_args(State)
WORST_FIRST: Final[tuple[Outcome, ...]] = ("failed", "passed", "skipped")
HERE: Final = Path(__file__).resolve().parents[3]
BUILT: Final = Path(__file__).resolve().parent / "built"
# Tests may also carry the number of an acceptance point, A1 to A68: several of those make a promise.
POINT = re.compile(r"A\d{1,2}")


@dataclass(frozen=True, kw_only=True)
class Promise:
    id: str
    section: str
    says: str
    state: State
    where: str
    note: str = ""
    by: Literal["software", "people"] = "software"


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one test ended on one engine."""

    nodeid: str
    engine: str
    promises: tuple[str, ...]
    outcome: Outcome
    at: datetime
    build: str


@dataclass(frozen=True)
class Evidence:
    """One test as the sentence it is named by, with all its cases on every engine."""

    sentence: str
    results: tuple[Result, ...]

    @property
    def outcome(self) -> Outcome:
        outcomes = {result.outcome for result in self.results}
        return next(outcome for outcome in WORST_FIRST if outcome in outcomes)

    @property
    def engines(self) -> list[str]:
        return sorted({result.engine for result in self.results})

    @property
    def cases(self) -> int:
        return len({result.nodeid for result in self.results})

    @property
    def build(self) -> str:
        return max(self.results, key=lambda result: result.at).build


@dataclass(frozen=True)
class Proof:
    """A promise beside the tests that watch it."""

    promise: Promise
    results: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        return any(result.outcome == "passed" for result in self.results) and not self.broken

    @property
    def broken(self) -> bool:
        return any(result.outcome == "failed" for result in self.results)

    @property
    def last(self) -> datetime | None:
        return max((result.at for result in self.results), default=None)

    @property
    def evidence(self) -> list[Evidence]:
        told: dict[str, list[Result]] = {}
        for result in self.results:
            told.setdefault(sentence(result.nodeid), []).append(result)
        return [Evidence(text, tuple(results)) for text, results in sorted(told.items())]


@dataclass(frozen=True)
class Register:
    promises: tuple[Promise, ...]
    sections: Mapping[str, str]
    results: tuple[Result, ...]

    @cached_property
    def proofs(self) -> tuple[Proof, ...]:
        return tuple(Proof(promise, tuple(self._results_for(promise))) for promise in self.promises)

    @property
    def counts(self) -> dict[State, int]:
        counted = Counter(promise.state for promise in self.promises)
        return {state: counted[state] for state in STATES}

    @property
    def starts(self) -> dict[State, int]:
        """Where each state begins when all promises lie in one line, for the bar that shows their shares."""
        before = accumulate(self.counts.values(), initial=0)
        return dict(zip(STATES, before, strict=False))

    def proof(self, promise_id: str) -> Proof:
        return next(proof for proof in self.proofs if proof.promise.id == promise_id)

    @cached_property
    def last(self) -> Result | None:
        """The youngest result of all."""
        return max(self.results, key=lambda result: result.at, default=None)

    def in_section(self, section: str, *, state: str = "") -> list[Proof]:
        of_section = [proof for proof in self.proofs if proof.promise.section == section]
        return [proof for proof in of_section if state in ("", proof.promise.state)]

    def _results_for(self, promise: Promise) -> list[Result]:
        return [result for result in self.results if promise.id in result.promises]


def register() -> Register:
    """As the two files stand now; read again only when one of them changed."""
    root = _root()
    table, results = root / "docs" / "promises.toml", root / "build" / "promises.json"
    if not table.exists():  # installed: bin/wheel brings both along
        table, results = BUILT / "promises.toml", BUILT / "promises.json"
    return _read(table, results, _stamp(table), _stamp(results))


@lru_cache(maxsize=1)
def _read(table: Path, results: Path, *stamps: int) -> Register:
    rows = tomllib.loads(table.read_text(encoding="utf-8"))
    return Register(
        promises=tuple(Promise(**row) for row in rows["promise"]),
        sections=rows["sections"],
        results=tuple(_results(results)),
    )


def _stamp(file: Path) -> int:
    return file.stat().st_mtime_ns if file.is_file() else 0


def _results(path: Path) -> Iterator[Result]:
    if not path.is_file():
        return
    for engine, run in sorted(json.loads(path.read_text(encoding="utf-8"))["engines"].items()):
        for nodeid, row in sorted(run["tests"].items()):
            yield Result(
                nodeid=nodeid,
                engine=engine,
                promises=tuple(row["promises"]),
                outcome=row["outcome"],
                at=datetime.fromisoformat(row["at"]),
                build=row.get("build", ""),
            )


def _root() -> Path:
    return Path(settings.BASE_DIR) if settings.configured else HERE


def faults(known: Register, tests: Iterable[CarryingTest], *, with_results: bool) -> list[str]:
    """Everything that makes the page untrue, in sentences."""
    ids = [promise.id for promise in known.promises]
    carried = {promise for test in tests for promise in test.promises}
    said = [f"{promise_id} stands twice in docs/promises.toml." for promise_id, n in Counter(ids).items() if n > 1]
    said += [
        f"{unknown} is carried by a test but is no promise."
        for unknown in sorted(carried - set(ids))
        if not POINT.fullmatch(unknown)
    ]
    for proof in known.proofs:
        promise = proof.promise
        if promise.state not in STATES:
            said.append(f"{promise.id} has the state “{promise.state}”, which is none of {', '.join(STATES)}.")
        if promise.section not in known.sections:
            said.append(f"{promise.id} stands in the section “{promise.section}”, which does not exist.")
        if promise.state == "not yet":
            continue
        if promise.id not in carried:
            said.append(f"{promise.id} says {promise.state}, but no test carries it.")
        elif promise.state == "partly" and not promise.note:
            said.append(f"{promise.id} says partly, but its note does not say what is missing.")
        elif with_results and not proof.holds:
            said.append(f"{promise.id} says {promise.state}, but its tests did not all pass.")
    return said


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="promises", description="Do we say only what is true?")
    parser.add_argument("verb", choices=["check"])
    parser.add_argument("--results", action="store_true", help="the tests must also have passed")
    asked = parser.parse_args(argv)
    known = register()
    said = faults(known, carrying_tests(_root() / "tests"), with_results=asked.results)
    for sentence_ in said:
        print(sentence_, file=sys.stderr)
    counts = ", ".join(f"{n} {state}" for state, n in known.counts.items())
    print(f"{len(known.promises)} promises: {counts}.")
    return 1 if said else 0


if __name__ == "__main__":
    raise SystemExit(main())

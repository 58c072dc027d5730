"""Finds the tests that carry a promise by reading the source, without running or importing any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CarryingTest:
    file: Path
    name: str
    promises: frozenset[str]


def carrying_tests(folder: Path) -> list[CarryingTest]:
    return [test for file in sorted(folder.rglob("test_*.py")) for test in _in_file(file)]


def sentence(nodeid: str) -> str:
    """`tests/a.py::test_a_card_returns[chromium]` → `A card returns`. Its cases share the sentence."""
    name = nodeid.rpartition("::")[2].partition("[")[0]
    words = name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _in_file(file: Path) -> Iterator[CarryingTest]:
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    marked = [node.value for node in tree.body if isinstance(node, ast.Assign) and _assigns_pytestmark(node)]
    yield from _in_body(file, tree.body, inherited=_promises(marked))


def _assigns_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _in_body(file: Path, body: list[ast.stmt], *, inherited: frozenset[str]) -> Iterator[CarryingTest]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _in_body(file, node.body, inherited=inherited | _promises(node.decorator_list))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            promises = inherited | _promises(node.decorator_list)
            if promises:
                yield CarryingTest(file, node.name, promises)


def _promises(marks: list[ast.expr]) -> frozenset[str]:
    calls = (call for mark in marks for call in ast.walk(mark) if isinstance(call, ast.Call))
    return frozenset(
        word.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "promise"
        for word in call.args
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    )

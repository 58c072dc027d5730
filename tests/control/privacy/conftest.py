from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pivotino.control.privacy import documents

OLD = """# Privacy policy

We keep your address. {#P07}

## Questions

Write to us at any hour.

## Gone

We dance.
"""
NEW = """# Privacy policy

We keep your shortened address. {#P07}

## Questions

Write to us at any hour.
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shelf with two versions of a small policy, in the place of the real one."""
    lines = []
    (tmp_path / "policy").mkdir()
    for day, text in (("2026-01-01", OLD), ("2026-06-01", NEW)):
        file = tmp_path / "policy" / f"{day}.en.md"
        file.write_text(text)
        lines.append(f"{sha256(text.encode()).hexdigest()}  policy/{file.name}\n")
    (tmp_path / "documents.lock").write_text("".join(lines))
    monkeypatch.setattr(documents, "SHELF", tmp_path)
    documents.versions.cache_clear()
    yield tmp_path
    documents.versions.cache_clear()

"""The list of contents of an archive: what is in it, how much, and the fingerprint of each file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pivotino.tenancy.packing.refusals import Damaged, NewerFormat, NotAnExport

FORMAT, VERSION = "pivotino-export", 1
PATH = "manifest.json"


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of the archive. `rows` is how many things it holds, -1 where that means nothing."""

    bytes: int
    sha256: str
    rows: int = -1


@dataclass(frozen=True, slots=True)
class Table:
    """One entity: the file of its rows, how many, and how each column is written."""

    file: str
    rows: int
    columns: Mapping[str, str]


@dataclass(kw_only=True)
class Manifest:
    """What an archive says of itself. Two archives of the same data differ only in `instance` and `taken`."""

    instance: dict[str, str]
    taken: dict[str, str]
    schema: str
    migrations: dict[str, list[str]]
    entities: dict[str, Table] = field(default_factory=dict)
    files: dict[str, Listed] = field(default_factory=dict)

    @property
    def contents(self) -> str:
        """One fingerprint of everything in it but the moment and the instance it was taken from."""
        told = "".join(f"{listed.sha256}  {path}\n" for path, listed in sorted(self.files.items()))
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each entity."""
        return {label: table.rows for label, table in self.entities.items()}

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.taken["at"])

    def written(self) -> bytes:
        told: dict[str, Any] = {
            "format": FORMAT, "version": VERSION, "instance": self.instance, "taken": self.taken,
            "schema": {"version": self.schema, "migrations": self.migrations},
            "entities": {
                label: {"file": table.file, "rows": table.rows, "columns": dict(table.columns)}
                for label, table in self.entities.items()
            },
            "files": {
                path: {"bytes": one.bytes, "sha256": one.sha256} | ({"rows": one.rows} if one.rows >= 0 else {})
                for path, one in self.files.items()
            },
            "contents": self.contents,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, raw: bytes) -> "Manifest":
        """The manifest as somebody brought it. Raises NotAnExport, NewerFormat, Damaged."""
        try:
            told = json.loads(raw)
            if told["format"] != FORMAT:
                raise NotAnExport
            if told["version"] > VERSION:
                raise NewerFormat
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            if isinstance(error, NotAnExport | NewerFormat):
                raise
            raise NotAnExport from error
        try:
            found = cls(
                instance={key: str(told["instance"][key]) for key in ("id", "slug", "name")},
                taken={key: str(told["taken"][key]) for key in ("at", "engine", "software")},
                schema=str(told["schema"]["version"]),
                migrations={str(app): [str(name) for name in names] for app, names in told["schema"]["migrations"].items()},
                entities={
                    str(label): Table(str(one["file"]), int(one["rows"]), {str(k): str(v) for k, v in one["columns"].items()})
                    for label, one in told["entities"].items()
                },
                files={
                    str(path): Listed(int(one["bytes"]), str(one["sha256"]), int(one.get("rows", -1)))
                    for path, one in told["files"].items()
                },
            )  # fmt: skip
            datetime.fromisoformat(found.taken["at"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Damaged("its list of contents cannot be read") from error
        if found.contents != told.get("contents"):
            raise Damaged("its list of contents was changed")
        return found

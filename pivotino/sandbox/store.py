"""Everything the sandbox remembers, in one SQLite file: things as the API shows them, messages to deliver, its clock."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# A thing is what the API answers: a JSON object with `id`, `object`, `created`. Keys that begin with "_" are never shown.
Thing = dict[str, Any]

TABLES = """
CREATE TABLE IF NOT EXISTS thing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, customer TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS thing_kind ON thing (kind, customer, seq);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, kind TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_state ON delivery (state, due);
CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, asked TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Missing(LookupError):
    """There is no such thing."""


class Store:
    """One file, one writer at a time. `with store.work():` is one transaction; whatever raises in it leaves nothing."""

    def __init__(self, file: Path | str) -> None:
        self._lock = threading.RLock()
        self._deep = 0
        self._db = sqlite3.connect(str(file), check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(TABLES)
        self._moment: int | None = None

    @contextmanager
    def work(self) -> Iterator[None]:
        with self._lock:
            name = f"deep{self._deep}"
            self._db.execute("BEGIN IMMEDIATE" if not self._deep else f"SAVEPOINT {name}")
            self._deep += 1
            try:
                yield
            except BaseException:
                self._deep -= 1
                self._db.execute("ROLLBACK" if not self._deep else f"ROLLBACK TO {name}")
                raise
            self._deep -= 1
            self._db.execute("COMMIT" if not self._deep else f"RELEASE {name}")

    # The clock

    @property
    def now(self) -> int:
        """Seconds since 1970 by the sandbox's own clock, which may run ahead; inside `at`, that moment."""
        with self._lock:
            return self._moment if self._moment is not None else int(time.time()) + int(self.setting("ahead", 0))

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """What happens inside happens at this moment."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before

    # Things

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"

    def put(self, thing: Thing) -> Thing:
        """Keep a thing, new or changed."""
        self._db.execute(
            "INSERT INTO thing (id, kind, customer, created, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, customer = excluded.customer",
            (thing["id"], thing["object"], thing.get("customer") or "", thing["created"], json.dumps(thing)),
        )
        return thing

    def find(self, id: str, kind: str) -> Thing:
        row = self._db.execute("SELECT body FROM thing WHERE id = ? AND kind = ?", (id, kind)).fetchone()
        if row is None:
            raise Missing(f"No such {kind}: '{id}'")
        found: Thing = json.loads(row[0])
        return found

    def all(self, kind: str, *, customer: str = "") -> list[Thing]:
        """All things of a kind, newest first."""
        rows = self._db.execute(
            "SELECT body FROM thing WHERE kind = ? AND (? = '' OR customer = ?) ORDER BY seq DESC",
            (kind, customer, customer),
        )
        return [json.loads(row[0]) for row in rows]

    # Messages

    def line_up(self, event: Thing, *, due: float, state: str = "waiting") -> None:
        self._db.execute(
            "INSERT INTO delivery (event, kind, due, state) VALUES (?, ?, ?, ?)",
            (event["id"], event["type"], due, state),
        )

    def deliveries(self, *, state: str = "", until: float | None = None, newest: bool = False) -> list[dict[str, Any]]:
        order = "DESC" if newest else "ASC"
        asked = f"SELECT id, event, kind, due, tries, state, answer FROM delivery WHERE (? = '' OR state = ?) AND (? IS NULL OR due <= ?) ORDER BY id {order} LIMIT 500"  # noqa: S608 - one of two words
        rows = self._db.execute(asked, (state, state, until, until))
        names = ("id", "event", "kind", "due", "tries", "state", "answer")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def note_delivery(self, id: int, *, state: str, answer: str, due: float = 0.0) -> None:
        self._db.execute(
            "UPDATE delivery SET state = ?, answer = ?, due = ?, tries = tries + 1 WHERE id = ?",
            (state, answer, due, id),
        )

    # What was said before under a key

    def said(self, key: str) -> tuple[str, int, str] | None:
        row: tuple[str, int, str] | None
        row = self._db.execute("SELECT asked, status, answer FROM said WHERE key = ?", (key,)).fetchone()
        return row

    def say(self, key: str, asked: str, status: int, answer: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?)", (key, asked, status, answer))

    # Settings

    def setting(self, name: str, default: Any = "") -> Any:
        with self._lock:
            row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def set(self, name: str, value: Any) -> None:
        with self._lock:
            self._db.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )

    def forget_everything(self) -> None:
        """As on the first day; where the messages go to stays."""
        for table in ("thing", "delivery", "said"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - three names of ours
        self._db.execute("DELETE FROM setting WHERE name NOT IN ('hook', 'secret')")

    def close(self) -> None:
        self._db.close()


def shown(thing: Any) -> Any:
    """A thing without what is ours alone."""
    if isinstance(thing, dict):
        return {name: shown(value) for name, value in thing.items() if not name.startswith("_")}
    if isinstance(thing, list):
        return [shown(value) for value in thing]
    return thing

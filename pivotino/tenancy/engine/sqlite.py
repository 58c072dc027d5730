"""An instance as one SQLite file."""

import fcntl
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.utils import OperationalError

from pivotino.tenancy import checkpoints, veils
from pivotino.tenancy.places import Place

# FULL makes a commit survive a power cut. Checkpoints belong to the background (`tenancy.checkpoints`);
# the automatic one stays as a net, far above what a quiet minute writes.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000;"
    "PRAGMA cache_size=-4000; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY"
)


# Opening a file costs more than a page of the board, and closing the last one checkpoints on the spot. A minute is also
# how long the room of an erased file may stay taken by a thread that was in it.
KEPT_SECONDS = 60


NOT_WRITING = frozenset(
    {"SELECT", "PRAGMA", "EXPLAIN", "VALUES", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "VACUUM"}
)
WRITING = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


class InstanceGone(OperationalError):
    """The file of an instance is not where the register says. Nothing was written."""


class Fenced(OperationalError):
    """Nobody may write into this database any more: it is being taken elsewhere. Nothing was written."""

    counted = False


class Cursor(SQLiteCursorWrapper):
    """A statement that writes outside of any transaction waits for its turn and minds the fence as a transaction does.

    One that returns rows is not committed before the last of them was read, so they are read while it still is its turn.
    """

    connection: Any
    writer: "Connection"
    _kept: "deque[Any] | None" = None

    def execute(self, query: str, params: Any = None) -> Any:
        self._kept = None
        if self.connection.in_transaction or not writes(query):
            return super().execute(query, params)
        with self.writer.my_turn():
            answer = super().execute(query, params)
            if self.description is not None:
                self._kept = deque(super().fetchall())
        return answer

    def executemany(self, query: str, param_list: Any) -> Any:
        self._kept = None
        if self.connection.in_transaction or not writes(query):
            return super().executemany(query, param_list)
        with self.writer.my_turn():
            return super().executemany(query, param_list)

    def fetchone(self) -> Any:
        return super().fetchone() if self._kept is None else (self._kept.popleft() if self._kept else None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        size = self.arraysize if size is None else size
        return (
            super().fetchmany(size)
            if self._kept is None
            else [self._kept.popleft() for _ in range(min(size, len(self._kept)))]
        )

    def fetchall(self) -> list[Any]:
        if self._kept is None:
            return super().fetchall()
        rows, self._kept = list(self._kept), deque()
        return rows

    def __next__(self) -> Any:
        if self._kept is None:
            return super().__next__()
        if not self._kept:
            raise StopIteration
        return self._kept.popleft()


class Connection(SQLite):
    """One instance's file. Writers queue at a lock beside it, so that eight at once wait in turn instead of failing."""

    place: Place
    _turn: int | None = None
    _read_only = False
    _file: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._file = _file_at(self.place)
        if self._file is None:
            raise InstanceGone(f"The database of {self.place.slug} is missing.")
        raw = super().get_new_connection(conn_params)
        if self.place.veiled:
            veils.hang_in_file(raw)
        if self._read_only:
            raw.execute("PRAGMA query_only=1")
        return raw

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.writer = self
        return cursor

    def be(self, place: Place) -> None:
        """The same database as its place is now: a frozen one can only be read."""
        self.place = place
        if place.frozen != self._read_only:
            self._read_only = place.frozen
            if self.connection is not None:
                self.connection.execute(f"PRAGMA query_only={int(place.frozen)}")

    def is_lost(self) -> bool:
        """Whether the open file is no longer the one in its place: what is written into it would be lost."""
        return self.connection is not None and self._file != _file_at(self.place)

    def ask(self, statement: str, params: Sequence[Any]) -> Any:
        """The cursor of one statement whose values are as SQLite keeps them, without the layers of Django's cursor.

        Where somebody watches the statements, or the transaction is broken, it takes the long way.
        """
        raw: Any = self.connection
        outside = raw is not None and not raw.in_transaction and writes(statement)
        if raw is None or outside or self.execute_wrappers or self.needs_rollback or self.queries_logged:
            cursor = self.cursor()
            cursor.execute(statement, params)
            return cursor
        with self.wrap_database_errors:
            return raw.execute(_with_question_marks(statement), params)

    def _start_transaction_under_autocommit(self) -> None:
        self._wait_for_my_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_the_next_one_in()
            raise

    # The next writer is let in as soon as the transaction is over, before anything that waits for the commit runs.

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._let_the_next_one_in()
        checkpoints.note(self.place.path)

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._let_the_next_one_in()

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        if autocommit:
            self._let_the_next_one_in()
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)

    def close(self) -> None:
        super().close()
        if self.connection is None:
            self._let_the_next_one_in()

    @contextmanager
    def my_turn(self) -> Iterator[None]:
        """Within the block nobody else writes. Raises Fenced where nobody may."""
        mine = self._turn is None
        self._wait_for_my_turn()
        try:
            yield
        finally:
            if mine:
                self._let_the_next_one_in()

    def _wait_for_my_turn(self) -> None:
        if self._turn is None:
            turn = os.open(f"{self.place.path}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(turn, fcntl.LOCK_EX)
            if os.fstat(turn).st_size:  # see `tenancy.fencing`
                os.close(turn)
                raise Fenced(f"The database of {self.place.slug} takes no more writes.")
            self._turn = turn

    def _let_the_next_one_in(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None


@lru_cache(1_000)
def _with_question_marks(statement: str) -> str:
    return statement.replace("%%", "\0").replace("%s", "?").replace("\0", "%")


@lru_cache(2_000)
def writes(statement: str) -> bool:
    """Whether a statement changes rows or tables."""
    verb = statement.lstrip("( \n\t")[:9].split(None, 1)[0].upper()
    return WRITING.search(statement) is not None if verb == "WITH" else verb not in NOT_WRITING


def _file_at(place: Place) -> tuple[int, int] | None:
    try:
        there = os.stat(place.path)
    except FileNotFoundError:
        return None
    return there.st_dev, there.st_ino


def connect(place: Place, template: dict[str, Any], alias: str) -> Connection:
    """A connection to the file of `place`. It opens at the first query and never creates a missing file."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS}
    name = f"file:{place.path}?mode=rw"
    connection = Connection(
        {
            **template,
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": options,
            "CONN_MAX_AGE": KEPT_SECONDS,
        },
        alias,
    )
    connection.be(place)
    return connection

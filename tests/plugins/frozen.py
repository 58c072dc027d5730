"""A database as it was at one moment, brought back in a few milliseconds."""

import os
import shutil
import sqlite3
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql

TABLES = """SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'
            AND relname <> 'django_migrations' ORDER BY relname"""
SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = %s ORDER BY sequencename"


class FrozenFile:
    """One SQLite file, copied back."""

    def __init__(self, alias: str, path: Path) -> None:
        self.alias, self.path = alias, path
        self.kept = Path(os.environ["PIVOTINO_VAR"]) / f"{path.name}.frozen"

    def freeze(self) -> None:
        for database in connections.all(initialized_only=True):
            database.close()
        raw = sqlite3.connect(self.path)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        shutil.copyfile(self.path, self.kept)

    def thaw(self) -> None:
        connections[self.alias].close()
        for tail in ("", "-wal", "-shm"):
            Path(f"{self.path}{tail}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.path)


class FrozenSchema:
    """One schema of PostgreSQL. Only tables in which another version of any row stands are emptied and filled again.

    Where a row stands and who wrote it (`ctid`, `xmin`) is new after every change of it, so a table whose rows have all of them
    as they were is untouched. What is emptied is vacuumed before it is filled: its rows stand in the same order every time.
    A connection of the cluster's owner does it, without the product's layers and without its triggers.
    """

    def __init__(self, folder: Path, database: str, schema: str) -> None:
        self.raw = psycopg.connect(host=str(folder), user="postgres", dbname=database, autocommit=True)
        self.schema = schema
        self.raw.execute("SELECT set_config('search_path', %s, false)", [f'"{schema}", public'])
        self.raw.execute("SET session_replication_role = replica")

    def freeze(self) -> None:
        tables = [name for (name,) in self.raw.execute(TABLES, [f'"{self.schema}"'])]
        sequences = [name for (name,) in self.raw.execute(SEQUENCES, [self.schema])]
        self.tables = [sql.Identifier(self.schema, name) for name in tables]
        self.asked = sql.SQL(" UNION ALL ").join([
            *(sql.SQL("SELECT {}, count(*), sum(hashtextextended(ctid::text || xmin::text, 0)) FROM {}").format(number, table)
              for number, table in enumerate(self.tables)),
            *(sql.SQL("SELECT {}, last_value, is_called::int FROM {}").format(-1 - number, sql.Identifier(self.schema, name))
              for number, name in enumerate(sequences)),
        ])  # fmt: skip
        self.sequences = sequences
        self.rows = {
            number: b"".join(self._copied(number))
            for number, (count, _) in self._signs().items()
            if number >= 0 and count
        }
        self.kept = self._signs()

    def thaw(self) -> None:
        now = self._signs()
        touched = [number for number, sign in now.items() if sign != self.kept[number]]
        tables = sorted(number for number in touched if number >= 0)
        if tables:
            names = [self.tables[number] for number in tables]
            self.raw.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(name) for name in names))
            self.raw.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(sql.SQL(",").join(names)))
            for number in tables:
                if number in self.rows:
                    self._fill(number)
        for number in touched:
            if number < 0:
                name = sql.Identifier(self.schema, self.sequences[-1 - number]).as_string()
                value, called = self.kept[number]
                self.raw.execute("SELECT setval(%s::regclass, %s, %s)", [name, value, bool(called)])
        if tables:
            self.kept = self._signs()

    def _signs(self) -> dict[int, tuple[int, int]]:
        return {number: (one, two) for number, one, two in self.raw.execute(self.asked, prepare=True)}

    def _copied(self, number: int) -> list[bytes]:
        with self.raw.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(self.tables[number])) as copy:
            return [bytes(piece) for piece in copy]

    def _fill(self, number: int) -> None:
        with self.raw.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(self.tables[number])) as copy:
            copy.write(self.rows[number])

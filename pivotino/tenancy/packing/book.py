"""One instance read as it was at one moment, row by row, while people go on working in it.

A connection of its own holds the moment: a read transaction on the file, or a repeatable one on the schema. It keeps no
writer waiting and never holds more than a few thousand rows.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import sql as psql

from pivotino.tenancy.engine.sqlite import InstanceGone
from pivotino.tenancy.packing import shape, values
from pivotino.tenancy.packing.shape import Column, Entity
from pivotino.tenancy.places import Place

AT_ONCE = 500
Told = Callable[[int], None]
Row = dict[str, Any]


class Book:
    """The rows of an instance at one moment. Values are as the archive writes them: see `shape`."""

    def __init__(self, place: Place, raw: Any, told: Told | None = None) -> None:
        self.place, self._raw, self._told = place, raw, told
        self.engine = place.bucket.engine

    def rows(
        self, label: str, *, plus: Mapping[str, str] | None = None, joins: str = "", where: str = "", order: str = "",
    ) -> Iterator[Row]:  # fmt: skip
        """The rows of an entity, `t` in SQL. `plus` adds columns of text by an expression each, over what `joins` joins.

        Everything here is written by rooms and holds no value from outside.
        """
        entity = shape.entity(label)
        columns = ", ".join(f't."{column.column}"' for column in entity.columns)
        more = "".join(f", {expression}" for expression in (plus or {}).values())
        by = order or ", ".join(f't."{name}"' for name in entity.order)
        condition = f" WHERE {where}" if where else ""
        statement = f'SELECT {columns}{more} FROM "{entity.table}" t {joins}{condition} ORDER BY {by}'  # noqa: S608
        names = [column.name for column in entity.columns] + list(plus or {})
        readers = [values.reader(column, self.engine) for column in entity.columns] + [None] * len(plus or {})
        touched = [(at, read) for at, read in enumerate(readers) if read is not None]
        for batch in self._batches(statement):
            for line in batch:
                row = list(line)
                for at, read in touched:
                    if row[at] is not None:
                        row[at] = read(row[at])
                yield dict(zip(names, row, strict=True))
            if self._told:
                self._told(len(batch))

    def named(self, entity: Entity) -> Iterator[Row]:
        """The rows of an entity with the names of what they point at beside the ids, for people."""
        plus, joins = names_of(entity)
        return self.rows(entity.label, plus=plus, joins=joins)

    def count(self, label: str, where: str = "") -> int:
        condition = f" WHERE {where}" if where else ""
        [(count,)] = self.ask(f'SELECT COUNT(*) FROM "{shape.entity(label).table}" t{condition}')  # noqa: S608
        return int(count)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """All lines of a small question, as the engine has them."""
        if isinstance(self._raw, sqlite3.Connection):
            return self._raw.execute(statement).fetchall()
        with self._raw.cursor() as cursor:
            found: list[tuple[Any, ...]] = cursor.execute(statement).fetchall()
            return found

    def one(self, label: str) -> Row:
        """The first row of an entity; an empty one where there is none."""
        return next(self.rows(label), {})

    def many(self, label: str, *, key: str, plus: Mapping[str, str] | None = None, joins: str = "") -> "Companions":
        """Rows that tie others together, in the order of `key`, to be fetched as one walks."""
        return Companions(self.rows(label, plus=plus, joins=joins, order=f't."{key}"'), key)

    def _batches(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        with closing(self._cursor()) as cursor:
            cursor.execute(statement)
            while batch := cursor.fetchmany(AT_ONCE):
                yield batch

    def _cursor(self) -> Any:
        if isinstance(self._raw, sqlite3.Connection):
            return self._raw.cursor()
        self._made = getattr(self, "_made", 0) + 1
        return self._raw.cursor(name=f"book_{self._made}")


class Companions:
    """A sorted stream beside a sorted stream: what belongs to each id, without holding all of it.

    Ask for ids in rising order.
    """

    def __init__(self, rows: Iterator[Row], key: str) -> None:
        self._rows, self._key = rows, key
        self._next = next(rows, None)

    def of(self, id: str) -> list[Row]:
        found = []
        while self._next is not None and self._next[self._key] <= id:
            if self._next[self._key] == id:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


@contextmanager
def opened(place: Place, told: Told | None = None) -> Iterator[Book]:
    """The book of `place` as it is at this moment. Raises InstanceGone where there is no database."""
    with _file(place) if place.bucket.engine == "sqlite" else _schema(place) as raw:
        yield Book(place, raw, told)


@contextmanager
def _file(place: Place) -> Iterator[sqlite3.Connection]:
    if not place.path.exists():
        raise InstanceGone(f"The database of {place.slug} is missing.")
    with closing(sqlite3.connect(f"{place.path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=20)) as raw:
        raw.execute("PRAGMA query_only=1")
        raw.execute("PRAGMA cache_size=-4000")
        raw.execute("BEGIN")
        raw.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the moment begins with the first look
        yield raw
        raw.execute("ROLLBACK")


@contextmanager
def _schema(place: Place) -> Iterator["psycopg.Connection[Any]"]:
    login = place.bucket.login()
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    chosen: dict[str, Any] = {word: login[key] for word, key in words.items() if login[key]}
    with psycopg.connect(**chosen, autocommit=True, connect_timeout=10, options="-c jit=off -c timezone=UTC") as raw:
        try:
            raw.execute(psql.SQL("SET ROLE {}").format(psql.Identifier(place.schema)))
        except psycopg.errors.InvalidParameterValue as error:
            raise InstanceGone(f"The schema of {place.slug} is missing.") from error
        raw.execute(psql.SQL("SET search_path TO {}, public").format(psql.Identifier(place.schema)))
        raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        raw.execute("SELECT COUNT(*) FROM django_migrations")
        yield raw
        raw.execute("ROLLBACK")


def names_of(entity: Entity) -> tuple[dict[str, str], str]:
    """What `Book.rows` adds to an entity so that ids have names: `stage` beside `stage_id`."""
    plus, joins = {}, ""
    taken = {column.name for column in entity.columns}
    for column in entity.columns:
        name, target = named_by(column)
        if name and name not in taken and target is not None:
            plus[name] = f'{name}_."{target.called}"'
            joins += f' LEFT JOIN "{target.table}" {name}_ ON {name}_."id" = t."{column.column}"'
    return plus, joins


def named_by(column: Column) -> tuple[str, Entity | None]:
    """The name a foreign key gives beside its id, and where it is found; nothing for what has no name."""
    target = shape.entity(column.to) if column.to else None
    if target is None or not target.called:
        return "", None
    return column.name.removesuffix("_id"), target

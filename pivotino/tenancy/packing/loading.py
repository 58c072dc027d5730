"""Filling a database from an archive: one transaction, and every fingerprint compared before it begins and while it runs."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import DatabaseError, IntegrityError, transaction

from pivotino.tenancy.context import atomic, inside
from pivotino.tenancy.packing import checking, files, registry, shape, values
from pivotino.tenancy.packing.checking import Source
from pivotino.tenancy.packing.manifest import Listed, Manifest, Table
from pivotino.tenancy.packing.refusals import Damaged, NotEmpty
from pivotino.tenancy.packing.shape import Entity
from pivotino.tenancy.places import Place

AT_ONCE = 500
LONGEST_LINE = 32 << 20
Progress = Callable[[int, int], None]


def unpack(
    source: Source,
    place: Place,
    *,
    replace: bool = False,
    told: Progress | None = None,
    then: Callable[[], None] | None = None,
) -> Manifest:
    """Fill the database of `place`, which was made before, with everything in the archive; or change nothing.

    Raises Refused with a sentence for people: an archive that is damaged, too new or built like an attack, and NotEmpty for
    a database that holds rows, unless `replace` says that they go. `told(done, of)` hears about rows written. What `then`
    does belongs to the same transaction. Whether work there may be replaced is for the caller to ask (`registry.use`).
    """
    manifest = checking.look(source)
    with checking.opened(source) as (archive, _), inside(place):
        draft = files.Draft(place)
        try:
            with atomic():
                _make_room(replace=replace)
                _load(archive, manifest, place, told)
                for _, rebuild in sorted(registry.rebuilding, key=lambda pair: pair[0]):
                    rebuild()
                for path in manifest.files:
                    if path.startswith(files.START):
                        with checking.part(archive, path) as file:
                            draft.put(path, file)
                if then:
                    then()
            draft.settle()
        except IntegrityError as error:
            raise Damaged("its rows do not belong together") from error
        finally:
            draft.drop()
    return manifest


def _make_room(*, replace: bool) -> None:
    connection = transaction.get_connection("instance")
    with connection.cursor() as cursor:
        for entity in reversed(shape.everything()):
            if replace and entity.label in registry.standing:
                continue
            if replace:
                cursor.execute(f'DELETE FROM "{entity.table}"')  # noqa: S608 - our own table
                continue
            cursor.execute(f'SELECT 1 FROM "{entity.table}" LIMIT 1')  # noqa: S608
            if cursor.fetchone():
                raise NotEmpty(f"it has rows in {entity.label}")


def _load(archive: zipfile.ZipFile, manifest: Manifest, place: Place, told: Progress | None) -> None:
    done, of = 0, sum(manifest.counts.values()) or 1
    for entity in shape.everything():
        table = manifest.entities.get(entity.label)
        if table is None:
            continue
        written, passed_over = 0, [0]
        for count in _write(archive, entity, table, manifest.files[table.file], place.bucket.engine, passed_over):
            written += count
            if told:
                told(done + written, of)
        written += passed_over[0]
        if written != table.rows:
            raise Damaged(f"{entity.label} has {written:,} rows instead of {table.rows:,}")
        done += written
    _count_on([shape.entity(label) for label, table in manifest.entities.items() if table.rows])


def _write(
    archive: zipfile.ZipFile, entity: Entity, table: Table, listed: Listed, engine: str, passed_over: list[int]
) -> Iterator[int]:
    """Write the rows of one table and say how many at a time; those the room does not take are counted in `passed_over`."""
    is_new = registry.standing.get(entity.label, _all)()
    given = set(table.columns)
    columns = [column for column in entity.columns if column.name in given or not column.field.has_db_default()]
    writers = [
        (column.name, values.writer(column, engine), column.name in given, _default(column)) for column in columns
    ]
    names = ", ".join(f'"{column.column}"' for column in columns)

    def ready() -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(_rows(archive, table, listed), start=1):
            if row.keys() != given:
                raise Damaged(f"row {number} of {entity.label} has other columns")
            if not is_new(row):
                passed_over[0] += 1
                continue
            try:
                yield tuple(write(row[name]) if there else default for name, write, there, default in writers)
            except values.Misfit as error:
                raise Damaged(f"row {number} of {entity.label} does not fit ({error})") from error

    rows = ready()
    try:
        with transaction.get_connection("instance").cursor() as cursor:
            if engine == "postgres":
                yield from _copy(cursor, f'COPY "{entity.table}" ({names}) FROM STDIN', rows)
                return
            marks = ", ".join(["%s"] * len(columns))
            statement = f'INSERT INTO "{entity.table}" ({names}) VALUES ({marks})'  # noqa: S608 - our own columns
            while some := list(islice(rows, AT_ONCE)):
                cursor.executemany(statement, some)
                yield len(some)
    except IntegrityError:
        raise
    except DatabaseError as error:
        if isinstance(error.__cause__, Damaged):
            raise error.__cause__ from error
        if _is_of_the_data(error):
            raise Damaged(f"a row of {entity.label} does not fit") from error
        raise


def _all() -> Callable[[dict[str, Any]], bool]:
    return lambda row: True


def _copy(cursor: Any, statement: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[int]:
    while some := list(islice(rows, AT_ONCE * 20)):
        with cursor.copy(statement) as copy:
            for row in some:
                copy.write_row(row)
        yield len(some)


def _is_of_the_data(error: DatabaseError) -> bool:
    from django.db import DataError

    return isinstance(error, DataError) or "constraint" in str(error).lower()


def _rows(archive: zipfile.ZipFile, table: Table, listed: Listed) -> Iterator[dict[str, Any]]:
    sha = hashlib.sha256()
    with checking.part(archive, table.file) as file:
        while line := file.readline(LONGEST_LINE):
            sha.update(line)
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Damaged(f"{table.file} holds a line that cannot be read") from error
            if not isinstance(row, dict):
                raise Damaged(f"{table.file} holds a line that is no row")
            yield row
    if sha.hexdigest() != listed.sha256:
        raise Damaged(f"{table.file} changed while it was read")


def _default(column: shape.Column) -> Any:
    """What a row of an older archive has where it says nothing."""
    field = column.field
    if not field.has_default():
        return None if column.null else ""
    return field.get_db_prep_save(field.get_default(), transaction.get_connection("instance"))


def _count_on(filled: list[Entity]) -> None:
    """Numbers that the database gives go on behind the highest one that came."""
    connection = transaction.get_connection("instance")
    statements = connection.ops.sequence_reset_sql(no_style(), [one.model for one in filled])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

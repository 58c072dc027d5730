"""What files add to an export: a list that says which of `files/` belongs to what. The bytes go along by themselves."""

from collections.abc import Iterator
from uuid import UUID

from pivotino.instance.files.models import File, named
from pivotino.tenancy.erasing import erases
from pivotino.tenancy.filing import names_files
from pivotino.tenancy.packing.book import Book
from pivotino.tenancy.packing.registry import Group, in_use, page

names_files(named)


@page(
    "files",
    "Files",
    of="files.file",
    order=40,
    columns=("Name", "In the folder", "Size", "Added"),
    numbers=frozenset({2}),
)
def files(book: Book) -> Iterator[Group]:
    """By sort of record, the newest first."""
    for kind in [row[0] for row in book.ask("SELECT DISTINCT subject_kind FROM files_file ORDER BY 1")]:
        # A kind is a word of ours.
        where = f"t.removed_at IS NULL AND t.subject_kind = '{kind}'"
        lines = (
            (row["name"], f"files/{row['sha256']}.{row['ending']}" if row["sha256"] else row["state"], f"{row['size']:,}", row["at"][:10])
            for row in book.rows("files.file", where=where, order="t.id DESC")
        )  # fmt: skip
        yield Group(kind.capitalize(), f"{book.count('files.file', where):,}", lines)


@in_use
def work_there_is() -> str:
    count = File.objects.kept().count()
    return f"it has {count:,} file{'s' if count != 1 else ''}" if count else ""


@erases("files.File")
def forget(ids: list[UUID]) -> int:
    """Rows and bytes, for good."""
    from pivotino.instance.files.jobs import forget as gone

    return gone(ids)

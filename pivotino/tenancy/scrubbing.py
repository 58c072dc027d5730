"""Deleting so that no byte of it stays in a file: SQLite otherwise leaves what was deleted until the room is used again.

    with thoroughly():          # outside of a transaction; what is deleted inside is overwritten
        ...

On PostgreSQL the server's own vacuum does that.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pivotino.tenancy import checkpoints
from pivotino.tenancy.context import current
from pivotino.tenancy.rows import ask, in_files


@contextmanager
def thoroughly() -> Iterator[None]:
    """Overwrite what is deleted inside, and cut the file's log off behind it as far as nobody still reads it."""
    if not in_files():
        yield
        return
    ask("PRAGMA secure_delete = ON").fetchall()
    try:
        yield
    finally:
        ask("PRAGMA secure_delete = OFF").fetchall()
    checkpoints.empty(current().path)

"""Taking in a file: stored whole or not at all, one row for one upload, and read at once where that is quick."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from pivotino.instance.exchange import jobs, plans
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.storage import path_of, remove, store
from pivotino.instance.members.models import Member
from pivotino.kit.sensitive import mask
from pivotino.tenancy import atomic

READ_AT_ONCE = 2_000_000


def take_in(file: Any, *, id: UUID, by: Member) -> Import:
    """Keep a file somebody chose; the same `id` twice is one. Raises NoSpace, and then nothing is kept."""
    made = Import.objects.filter(pk=id).first()
    if made is not None:
        return made
    name = _tidy(file.name)
    ending = "xlsx" if name.lower().endswith(".xlsx") else "csv"
    stored = store(file.chunks(), path_of(id, ending))
    try:
        with atomic():
            one = Import.objects.create(
                id=id, name=name, ending=ending, size=stored.size, sha256=stored.sha256, uploaded_by=by
            )
            if stored.size > READ_AT_ONCE or ending == "xlsx":
                jobs.read.later(str(one.pk))
    except IntegrityError:
        # The second of two clicks at the same moment: the first one's row and file stand.
        return Import.objects.get(pk=id)
    except BaseException:
        remove(path_of(id, ending))
        raise
    one.refresh_from_db()
    if stored.size <= READ_AT_ONCE and ending == "csv":
        plans.look(one)
        one.refresh_from_db()
    return one


def _tidy(name: str) -> str:
    """The file's own name without a path, control signs and overlength; only ever shown."""
    bare = PurePath(name.replace("\\", "/")).name
    bare = mask("".join(letter for letter in bare if letter.isprintable()))
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:180]}{dot}{ending[:10]}" if dot else bare[:190] or "sheet"

"""Anchoring the trails of both planes, and reading all of them again.

An anchor goes where the owner of the databases does not reach it alone: a line in a file, a line in the journal of the
server, and the public page `/anchors/`, which whoever doubts us may keep a copy of.
"""

import logging
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from pivotino.control.staff.models import Anchor, AnchoredEnd, Deed, DeedEnd
from pivotino.control.staff.models.deed import BOOK
from pivotino.jobs.alerts import rise
from pivotino.kit import chains
from pivotino.kit.chains import Broken, End
from pivotino.tenancy import provision, trails
from pivotino.tenancy.engine.sqlite import InstanceGone
from pivotino.tenancy.models import Instance

log = logging.getLogger("pivotino.anchors")


def anchor() -> Anchor:
    """Seal where every trail ends now into the root of today; a second one on a day is the first one. Written outside too."""
    day = timezone.now().date()
    if (found := Anchor.objects.filter(day=day).first()) is None:
        ends = [one for one in _ends() if not AnchoredEnd.objects.filter(book=one.book, number=one.number).exists()]
        with transaction.atomic():
            last = Anchor.objects.select_for_update().order_by("-number").first()
            root = chains.root(last.root if last else "", [one.line for one in ends])
            found = Anchor.objects.create(number=last.number + 1 if last else 1, day=day, at=timezone.now(), root=root)
            for one in ends:
                one.anchor = found
            AnchoredEnd.objects.bulk_create(ends, batch_size=500)
    _write_outside(found)
    return found


def known(book: UUID) -> list[End]:
    """Every end of a trail that was anchored."""
    return [End(*row) for row in AnchoredEnd.objects.filter(book=book).order_by("number").values_list("number", "seal")]


def verify_own() -> int:
    """The control trail: how many deeds; raises Broken at the first wrong place."""
    return Deed.objects.verify(known(BOOK))


def verify_instance(instance: Instance) -> int:
    """The trail of an instance: how many lines; raises Broken at the first wrong place."""
    return trails.verify(instance, known(instance.pk)).number


def mark_anew() -> int:
    """After `SECRET_KEY` was changed: mark the end of every trail with the new one, if it is otherwise as it was written."""
    Deed.objects.mark_anew(known(BOOK))
    found = readable()
    for instance in found:
        trails.mark_anew(instance, known(instance.pk))
    return len(found)


def verify_anchors() -> int:
    """Every root again, in the database and in the file; raises Broken at the first wrong day."""
    before, written = "", _written()
    for number, one in enumerate(Anchor.objects.order_by("number"), start=1):
        if one.number != number:
            raise Broken(f"Anchor {number} is missing.", number)
        if chains.root(before, [end.line for end in one.ends.all()]) != one.root:
            raise Broken(f"The anchor of {one.day} does not read as it was written.", number)
        if written.pop(str(one.day), one.root) != one.root:
            raise Broken(f"The anchor of {one.day} is another one than in the file.", number)
        before = one.root
    if written:
        raise Broken(f"The anchor of {min(written)} is in the file and not in the database.", 0)
    return Anchor.objects.count()


def _ends() -> list[AnchoredEnd]:
    own = DeedEnd.objects.filter(pk=BOOK).first()
    found = [AnchoredEnd(book=BOOK, number=own.number, seal=own.seal)] if own else []
    for instance in readable():
        try:
            end = trails.end(instance)
        except (InstanceGone, OperationalError) as error:
            # One database that does not answer keeps the others from nothing.
            rise("trail", instance.slug, f"The trail of {instance.slug} could not be anchored: {type(error).__name__}.")
            continue
        if end.number:
            found.append(AnchoredEnd(book=instance.pk, number=end.number, seal=end.seal))
    return found


def readable() -> list[Instance]:
    """Living instances whose database this version of the program can read."""
    return list(Instance.objects.living().filter(schema_version=provision.schema_version()).order_by("slug"))


def _file() -> Path:
    return Path(settings.VAR_DIR) / "anchors" / "anchors.txt"


def _written() -> dict[str, str]:
    if not _file().exists():
        return {}
    lines = (line.split() for line in _file().read_text(encoding="utf-8").splitlines())
    return {line[0]: line[1] for line in lines if len(line) == 2}


def _write_outside(one: Anchor) -> None:
    if str(one.day) in _written():
        return
    _file().parent.mkdir(parents=True, exist_ok=True)
    out = os.open(_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(out, f"{one}\n".encode())
        os.fsync(out)
    finally:
        os.close(out)
    log.info("Anchor of the trails: %s", one)

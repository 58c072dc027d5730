"""Handing data to an authority: prepared by one, approved by another, who alone may take the package away, once.

There is no other way in which staff take out somebody else's data.
"""

import hashlib
import json
import zipfile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.exports.sealing import new_key, sealed, unsealed
from pivotino.control.exports.storing import draft_of, drop_drafts
from pivotino.control.matters import letters, reaching
from pivotino.control.matters.models import Disclosure, Item, Matter
from pivotino.control.matters.models.disclosure import TAKEN
from pivotino.control.matters.people import GoneOn, NotPossible, two
from pivotino.kit.csvs import csv_lines
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

PIECE = 1 << 16


def begin(matter: Matter, *, by: SignedIn, instance: Instance | None = None, email: str = "") -> Disclosure:
    """Begin to say what an order reaches: in one database, or about one person in our own books."""
    if (instance is None) == (not email):
        raise NotPossible("Say one database or one person, not both.")
    return Disclosure.objects.create(
        matter=matter, instance_id=instance.pk if instance else None, slug=instance.slug if instance else "",
        email=email.strip().lower(), prepared_id=by.id, prepared_by=by.name,
    )  # fmt: skip


def choose(disclosure: Disclosure, *, by: SignedIn, **said: Any) -> Item:
    """Add some fields of some records, as long as nobody said that this is all of it."""
    with transaction.atomic():
        _being_prepared(disclosure)
        item = disclosure.items.create(**said)
        disclosure.note("chosen", by=by.name, says=str(item))
    return item


def take_out(disclosure: Disclosure, item_id: Any, *, by: SignedIn) -> None:
    """Not these after all."""
    with transaction.atomic():
        _being_prepared(disclosure)
        for item in disclosure.items.filter(pk=item_id):
            disclosure.note("taken out", by=by.name, says=str(item))
            item.delete()


def prepare(disclosure: Disclosure, *, by: SignedIn) -> None:
    """This is all of it: from here on another has to decide. Raises NotPossible for an empty one."""
    with transaction.atomic():
        _being_prepared(disclosure)
        if not disclosure.items.exists():
            raise NotPossible("Nothing is chosen yet. Add what the order reaches.")
        Disclosure.objects.filter(pk=disclosure.pk).update(
            prepared_id=by.id, prepared_by=by.name, prepared_at=timezone.now()
        )
        disclosure.note("prepared", by=by.name, says=f"Sorts of records: {disclosure.items.count()}")


def reopen(disclosure: Disclosure, *, by: SignedIn) -> None:
    """Back to choosing: the scope was wrong, or the package got lost on its way. Two people decide again."""
    blank: dict[str, Any] = dict.fromkeys(("prepared_at", "approved_id", "approved_at", "made_at", "taken_at"))
    with transaction.atomic():
        still = _at(disclosure, prepared_at__isnull=False, handed_at__isnull=True, refused_at__isnull=True)
        _go_on(still, **blank, approved_by="", key="")
        disclosure.note("taken back", by=by.name)
    disclosure.path.unlink(missing_ok=True)


def approve(disclosure: Disclosure, *, by: SignedIn, seen: str | None = None) -> None:
    """The second person says yes to what they read (`seen`, see `Disclosure.contents`); a job makes the package. Raises NeedsAnother."""
    from pivotino.control.matters.jobs import make

    two(by, disclosure.prepared_id, "approve it")
    with transaction.atomic():
        still = _at(
            disclosure, prepared_id=disclosure.prepared_id, prepared_at__isnull=False, approved_at__isnull=True,
            refused_at__isnull=True,
        )  # fmt: skip
        _go_on(
            still, approved_id=by.id, approved_by=by.name, approved_at=timezone.now(), package=disclosure.package + 1
        )
        if seen not in (None, disclosure.contents):
            raise NotPossible("It reaches something else than what you read. Go back and read it again.")
        disclosure.note("approved", by=by.name)
        make.later(str(disclosure.pk), key=f"disclose:{disclosure.pk}:{disclosure.package + 1}")


def refuse(disclosure: Disclosure, why: str, *, by: SignedIn) -> None:
    """We do not obey, because …. Counted in public like the others; one person is enough, as long as nothing left."""
    with transaction.atomic():
        still = _at(disclosure, refused_at__isnull=True, taken_at__isnull=True)
        _go_on(still, refused_at=timezone.now(), refused_why=why, key="")
        disclosure.note("refused", by=by.name, says=why)
    disclosure.path.unlink(missing_ok=True)


def make(disclosure: Disclosure) -> None:
    """Write the sealed package; repeating it writes it anew until it is noted as made."""
    if disclosure.approved_at is None or disclosure.made_at or disclosure.refused_at:
        return
    key, draft = new_key(), draft_of(disclosure.path)
    with sealed(draft, key) as out:
        rows = _write(disclosure, out)
    with transaction.atomic():
        fresh = Disclosure.objects.select_for_update().get(pk=disclosure.pk)
        if fresh.made_at or fresh.refused_at or fresh.approved_at is None or fresh.package != disclosure.package:
            draft.unlink(missing_ok=True)
            return
        draft.replace(disclosure.path)
        drop_drafts(disclosure.path)
        Disclosure.objects.filter(pk=disclosure.pk).update(
            key=key, made_at=timezone.now(), bytes=out.size, sha256=out.sha256, rows=rows
        )
        disclosure.note("made", by="Pivotino", says=f"{rows} rows, SHA-256 {out.sha256}")


def take(disclosure: Disclosure, *, by: SignedIn) -> IO[bytes]:
    """The open package, once, for whoever approved it. The sealed file is gone with this, and whom it concerns is told."""
    if disclosure.approved_id is None or str(by.id) != str(disclosure.approved_id):
        raise NotPossible("Only whoever approved it may take it away.")
    with transaction.atomic():
        mine = Disclosure.objects.filter(pk=disclosure.pk, made_at__isnull=False, taken_at__isnull=True)
        if not mine.update(taken_at=timezone.now(), told_at=None, key=""):
            raise NotPossible("It was taken away already, or is not made yet.")
        file = unsealed(disclosure.path, disclosure.key)
        disclosure.note(TAKEN, by=by.name)
        disclosure.refresh_from_db()
        tell(disclosure)
    # What is open can be read to its end.
    disclosure.path.unlink(missing_ok=True)
    return file


def hand_over(disclosure: Disclosure, to: str, how: str, *, by: SignedIn) -> None:
    """It is with them. Raises NotPossible before it was taken away."""
    with transaction.atomic():
        still = _at(disclosure, taken_at__isnull=False, handed_at__isnull=True)
        _go_on(still, handed_at=timezone.now(), handed_to=to, handed_how=how)
        disclosure.note("handed over", by=by.name, says=f"To {to}, {how}")


def tell(disclosure: Disclosure) -> bool:
    """Tell whom it concerns, once, unless a gag forbids it today. True where it was told now."""
    if disclosure.matter.is_gagged or disclosure.told_at or not disclosure.left_at:
        return False
    with transaction.atomic():
        mine = Disclosure.objects.filter(pk=disclosure.pk, told_at__isnull=True)
        if mine.update(told_at=timezone.now()):
            letters.tell(disclosure)
            disclosure.note("told", by="Pivotino", says="whom it concerns")
    return True


def tell_those_who_may_know() -> None:
    """Every night, and when a gag is lifted: who was not told and may be told now."""
    for disclosure in Disclosure.objects.untold().select_related("matter"):
        tell(disclosure)


def _at(disclosure: Disclosure, **stage: Any) -> "QuerySet[Disclosure]":
    return Disclosure.objects.filter(pk=disclosure.pk, **stage)


def _go_on(still: "QuerySet[Disclosure]", **said: Any) -> None:
    """Only one of two who press at once gets on; the other one reads why not."""
    if not still.update(**said):
        raise GoneOn


def _being_prepared(disclosure: Disclosure) -> None:
    """Nobody says that this is all of it while somebody chooses."""
    if not _at(disclosure, prepared_at__isnull=True, refused_at__isnull=True).select_for_update().first():
        raise GoneOn


# --- the package ---


def _write(disclosure: Disclosure, out: Any) -> int:
    """One zip: the rows of each item twice, a cover, what it is and through whose hands, and the fingerprint of each file.

    Whoever gets it checks it with `sha256sum -c SHA256SUMS`, without us. Says how many rows.
    """
    watermark = f"{disclosure.matter} · {disclosure.matter.authority}"
    listed: list[dict[str, Any]] = []
    rows = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, item in enumerate(disclosure.items.all(), start=1):
            found = list(reaching.read(item))
            rows += len(found)
            stem = f"data/{number:02}-{item.kind}"
            told = {
                "matter": watermark,
                "kind": item.kind,
                "fields": item.fields,
                "reached": item.condition,
                "rows": found,
            }
            _put(
                archive,
                listed,
                f"{stem}.json",
                json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1),
                len(found),
            )
            lines = csv_lines(
                ["matter", *item.fields], ([watermark, *(_cell(row[name]) for name in item.fields)] for row in found)
            )
            _put(archive, listed, f"{stem}.csv", "".join(_text(line) for line in lines), len(found))
        _put(archive, listed, "COVER.txt", letters.cover(disclosure, rows))
        manifest = {
            "matter": str(disclosure.matter), "authority": disclosure.matter.authority, "instrument": disclosure.matter.instrument,
            "about": str(disclosure), "made_at": timezone.now().isoformat(timespec="seconds"), "package": disclosure.package,
            "prepared_by": disclosure.prepared_by, "approved_by": disclosure.approved_by, "files": list(listed),
            "custody": [
                {"at": one.at.isoformat(timespec="seconds"), "what": one.what, "by": one.by, "says": one.says}
                for one in disclosure.custody.all()
            ],
        }  # fmt: skip
        _put(archive, listed, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.writestr("SHA256SUMS", "".join(f"{one['sha256']}  {one['path']}\n" for one in listed))
    return rows


def _put(archive: zipfile.ZipFile, listed: list[dict[str, Any]], path: str, text: str, rows: int = 0) -> None:
    data = text.encode()
    archive.writestr(path, data)
    listed.append({"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "rows": rows})


def _cell(value: Any) -> Any:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False) if isinstance(value, dict | list) else value


def _text(line: Any) -> str:
    return line.decode() if isinstance(line, bytes) else str(line)


def pieces(file: IO[bytes]) -> Any:
    """An open package as it goes over the wire."""
    with file:
        yield from iter(lambda: file.read(PIECE), b"")

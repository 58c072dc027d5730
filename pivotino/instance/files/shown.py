"""The files of a record as its page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from pivotino.instance.files.carriers import Carrier
from pivotino.instance.files.models import File, State
from pivotino.instance.members.queries import zone
from pivotino.kit.days import time_phrase
from pivotino.kit.uploads import ACCEPT, LARGEST, kinds
from pivotino.tenancy import limits

MOST = 200
NEARLY = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One file as it stands in the list."""

    file: File
    about: str
    href: str
    picture: str
    removal: str
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The list, and where more go. `full` is a sentence while the plan's room is nearly used up."""

    carrier: Carrier
    rows: list[Row]
    to: str
    full: str

    accept: str = ACCEPT
    photos: str = ",".join(sorted(kind.type for kind in kinds.PICTURES if kind.ending == "jpg"))
    largest: int = LARGEST


def files_of(carrier: Carrier) -> Files:
    """Everything that belongs to a record; whoever asks has asked before whether it may be seen."""
    found = File.objects.kept().of(carrier.kind, carrier.pk).select_related("by")[:MOST]
    now, here = timezone.now(), zone()
    rows = []
    for file in found:
        who = f"{file.by.name}, " if file.by else ""
        about = f"{file.kind.called} · {file.size_said} · {who}{time_phrase(file.at, now, here)}"
        ready = file.state == State.READY
        rows.append(
            Row(
                file=file, about=about, href=reverse("files:show", args=[file.pk]) if ready else "", when=file.at,
                picture=reverse("files:small", args=[file.pk]) if ready and file.small else "",
                removal=reverse("files:removal", args=[file.pk]),
            )
        )  # fmt: skip
    return Files(
        carrier=carrier, rows=rows, to=reverse("files:of", args=[carrier.kind, carrier.pk]), full=_nearly_full()
    )


def _nearly_full() -> str:
    limit = limits.people()
    if not limit.bytes_at_most:
        return ""
    percent = File.objects.kept().bytes() * 100 // limit.bytes_at_most
    return f"{min(percent, 100)} % of the room for files is used ({limit.plan})." if percent >= NEARLY else ""

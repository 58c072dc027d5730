"""The register of third parties over time: the file says what is meant, announcements say from when on it counts.

A new row, or one that sees more than before, counts thirty days after it was published; one that leaves is gone at once.
Until then neither the page nor the guard of outgoing calls knows it.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pivotino.control.privacy.models import Announcement
from pivotino.control.privacy.processors import Processor, processors
from pivotino.kit import egress
from pivotino.tenancy.places import postgres_login

NOTICE = timedelta(days=30)
REMEMBERED_SECONDS = 30.0
# Changes of these let a third party see or do more; a new link or a better sentence needs no notice.
WEIGHTY = ("purpose", "shares", "categories", "region", "hosts", "scripts", "cookies", "retention", "role", "when")
_remembered: tuple[float, frozenset[str]] | None = None


def publish(rows: Iterable[Processor] | None = None) -> list[Announcement]:
    """Take in what the file says. Rows that read differently are announced, once; the first register ever counts at once."""
    with transaction.atomic():
        latest = _latest()
        wanted = {row.name: row for row in (processors() if rows is None else rows)}
        first = not latest
        made = [_announce(row, latest.get(name), first=first) for name, row in wanted.items()]
        gone = [_leave(known) for name, known in latest.items() if name not in wanted and known.row]
    forget()
    return [one for one in (*made, *gone) if one is not None]


def in_force() -> list[Processor]:
    """Those who may see something now, in the order of the file; what only sits in the file yet is not among them."""
    known: dict[str, dict[str, Any]] = {}
    for one in Announcement.objects.in_effect().filter(kind="register").order_by("effective_at", "announced_at", "id"):
        known[one.name] = one.row
    if not known and not Announcement.objects.filter(kind="register").exists():
        return list(processors())
    order = {row.name: place for place, row in enumerate(processors())}
    return sorted((_row(row) for row in known.values() if row), key=lambda row: order.get(row.name, len(order)))


def measuring() -> list[Processor]:
    """Services that measure our audience: none, unless the operator names one."""
    return [row for row in in_force() if "analytics" in row.role.lower()]


def hosts() -> frozenset[str]:
    """The hosts that may be called now, remembered for thirty seconds."""
    global _remembered
    now = time.monotonic()
    if _remembered is None or _remembered[0] < now:
        _remembered = now + REMEMBERED_SECONDS, frozenset(host for row in in_force() for host in row.hosts)
    return _remembered[1]


def named_by_operator() -> dict[str, str]:
    """The servers that the settings name, by host, with what they are for: the operator answers for them."""
    named = {postgres["HOST"]: "Databases" for postgres in _databases()}
    named[settings.EMAIL_HOST if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") else ""] = "Mail"
    named[settings.MAILBOX.host if settings.MAILBOX else ""] = "Mailbox"
    named[urlsplit(getattr(settings, "PAYMENT_URL", "") or "").hostname or ""] = "Payments"
    backups = getattr(settings, "STORAGES", {}).get("backups", {}).get("OPTIONS", {})
    named[urlsplit(backups.get("endpoint_url") or "").hostname or ""] = "Backups"
    return {host: what for host, what in named.items() if host and not host.startswith("/")}


def beside_the_register() -> dict[str, str]:
    """Of those, what lies outside and belongs to nobody in the register; the policy shows them, so that it stays true."""
    known = hosts()
    return {
        host: what
        for host, what in named_by_operator().items()
        if not egress.is_ours(host) and not any(host == one or host.endswith(f".{one}") for one in known)
    }


def _databases() -> list[dict[str, Any]]:
    logins = [postgres_login(url) for bucket in settings.INSTANCE_BUCKETS.values() for url in bucket.values()]
    return [{"HOST": str(one.get("HOST") or "")} for one in (settings.DATABASES["default"], *logins)]


def forget() -> None:
    """Drop what this process remembers of the hosts."""
    global _remembered
    _remembered = None


def fingerprint(row: Processor) -> str:
    return hashlib.sha256(json.dumps(_plain(row), sort_keys=True).encode()).hexdigest()


def _latest() -> dict[str, Announcement]:
    rows = Announcement.objects.filter(kind="register").order_by("announced_at", "id")
    return {row.name: row for row in rows}


def _announce(row: Processor, known: Announcement | None, *, first: bool) -> Announcement | None:
    print_ = fingerprint(row)
    if known is not None and known.fingerprint == print_ and known.row:
        return None
    now = timezone.now()
    before = known.row if known is not None else {}
    lines = _differences(before, _plain(row)) if before else [f"{row.name}: {row.purpose}"]
    weighty = not before or any(before.get(name, []) != _plain(row)[name] for name in WEIGHTY)
    return Announcement.objects.create(
        kind="register", name=row.name, what="first" if first else "changed" if before else "added", lines=lines,
        row=_plain(row), fingerprint=print_, announced_at=now, effective_at=now + NOTICE if weighty and not first else now,
    )  # fmt: skip


def _leave(known: Announcement) -> Announcement:
    now = timezone.now()
    said = [f"{known.name} receives nothing from us any more."]
    return Announcement.objects.create(
        kind="register", name=known.name, what="left", lines=said, fingerprint="", announced_at=now, effective_at=now
    )


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    told = {field: field.replace("_", " ").capitalize() for field in after}
    return [
        f"{told[name]}: {_shown(before.get(name))} → {_shown(value)}"
        for name, value in after.items()
        if before.get(name) != value
    ]


def _shown(value: Any) -> str:
    return ", ".join(value) or "none" if isinstance(value, list) else str(value or "none")


def _plain(row: Processor) -> dict[str, Any]:
    told = asdict(row)
    return {
        name: list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
    }


def _row(row: dict[str, Any]) -> Processor:
    dates = {name: date.fromisoformat(row[name]) for name in ("since", "contract") if row.get(name)}
    lists = {name: tuple(row.get(name, ())) for name in ("hosts", "categories", "cookies", "scripts")}
    known = {field.name for field in fields(Processor)}
    return Processor(**{**{name: value for name, value in row.items() if name in known}, **dates, **lists})

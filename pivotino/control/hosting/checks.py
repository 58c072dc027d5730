"""Whether this machine is fit: storage, mail and time. Each check says what it saw and, where it is wrong, what to do."""

import os
import shutil
import smtplib
import socket
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.utils import timezone

from pivotino.kit.ids import uuid7
from pivotino.tenancy import provision
from pivotino.tenancy.places import Bucket, NetworkFileSystem, buckets, file_system_of

ENOUGH_BYTES = 1 << 30
TELLTALE = Path("/run/systemd/timesync/synchronized")
# The clock of a machine that shows an earlier day than this has never been set.
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
APART = timedelta(seconds=5)
PATIENCE_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check saw. `state` is good, so-so (it runs, with something to know) or bad (it will not do)."""

    about: str
    state: str
    says: str

    @property
    def is_bad(self) -> bool:
        return self.state == "bad"


def findings() -> list[Finding]:
    """Run every check, in the order in which people read them. Nothing is changed but a file that is written and removed."""
    return [finding for check in CHECKS for finding in check()]


def storage() -> list[Finding]:
    """Files can be written, last, and have room."""
    folder = Path(settings.VAR_DIR)
    probe = folder / f"probe-{uuid7().hex}"
    try:
        with open(probe, "wb") as file:
            file.write(b"pivotino")
            file.flush()
            os.fsync(file.fileno())
        kept = probe.read_bytes() == b"pivotino"
    except OSError as error:
        return [
            Finding(about="Files", state="bad", says=f"Nothing can be written where files are kept: {error.strerror}.")
        ]
    finally:
        probe.unlink(missing_ok=True)
    free = shutil.disk_usage(folder).free
    room = f"{free / (1 << 30):,.1f} GiB are free"
    if not kept:
        return [Finding(about="Files", state="bad", says="What is written reads differently. The disk may be failing.")]
    if free < ENOUGH_BYTES:
        return [Finding(about="Files", state="so-so", says=f"Files can be written, but only {room}. Make room soon.")]
    return [Finding(about="Files", state="good", says=f"Files can be written and last; {room}.")]


def databases() -> list[Finding]:
    """Both planes answer, and no SQLite file lies on a network."""
    found = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        version = sqlite3.sqlite_version if connection.vendor == "sqlite" else _postgres_version()
        says = f"{'SQLite' if connection.vendor == 'sqlite' else 'PostgreSQL'} {version} answers."
        found.append(Finding(about="Control database", state="good", says=says))
    except DatabaseError as error:
        says = f"It does not answer ({type(error).__name__}). Check PIVOTINO_DATABASE_URL."
        found.append(Finding(about="Control database", state="bad", says=says))
    found += [_of_files(bucket) if bucket.engine == "sqlite" else _of_a_server(bucket) for bucket in buckets().values()]
    return found


def _of_files(bucket: Bucket) -> Finding:
    try:
        kind = file_system_of(bucket.folder)
    except NetworkFileSystem as refusal:
        return Finding(about=f"Bucket {bucket.name}", state="bad", says=str(refusal))
    says = f"SQLite files on a local disk{f' ({kind})' if kind else ''}."
    return Finding(about=f"Bucket {bucket.name}", state="good", says=says)


def _of_a_server(bucket: Bucket) -> Finding:
    """The server answers, and its two logins may what docs/deploy.md gives them, and no more."""
    login = str(bucket.login()["USER"])
    wrong = []
    try:
        with provision.administrator(bucket) as admin:
            version = str(admin.execute("SHOW server_version").fetchall()[0][0])
            roles = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
            if not admin.execute(roles).fetchall()[0][0]:
                wrong.append("The admin may not create roles; ALTER ROLE … CREATEROLE.")
            if not admin.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'").fetchall():
                wrong.append("CREATE EXTENSION pg_trgm is missing.")
            inherits = admin.execute(
                "SELECT rolinherit OR rolsuper FROM pg_roles WHERE rolname = %s", [login]
            ).fetchall()
            if not inherits:
                wrong.append(f"There is no login {login}.")
            elif inherits[0][0]:
                wrong.append(
                    f"{login} has more than its customers' roles by itself: ALTER ROLE {login} NOINHERIT NOSUPERUSER."
                )
    except DatabaseError as error:
        return Finding(about=f"Bucket {bucket.name}", state="bad", says=f"{error} Look at PIVOTINO_INSTANCE_BUCKETS.")
    says = " ".join(wrong) or f"PostgreSQL {version} answers, and its logins may what they should."
    return Finding(about=f"Bucket {bucket.name}", state="bad" if wrong else "good", says=says)


def mail() -> list[Finding]:
    """Letters can leave."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        says = "No mail server is named, so letters are kept and do not leave. Set PIVOTINO_EMAIL_URL."
        return [Finding(about="Mail", state="so-so", says=says)]
    try:
        server = get_connection(timeout=PATIENCE_SECONDS)
        server.open()
        server.close()
    except smtplib.SMTPAuthenticationError:
        says = f"{settings.EMAIL_HOST} answers and refuses the name or the password in PIVOTINO_EMAIL_URL."
        return [Finding(about="Mail", state="bad", says=says)]
    except (OSError, smtplib.SMTPException) as error:
        says = f"{settings.EMAIL_HOST} does not take mail ({_short(error)})."
        return [Finding(about="Mail", state="bad", says=says)]
    return [Finding(about="Mail", state="good", says=f"{settings.EMAIL_HOST} takes our letters. Send one to be sure.")]


def clock() -> list[Finding]:
    """The clock is set, somebody keeps it right, and time zones are known."""
    now = timezone.now()
    if now < BUILT:
        says = f"The clock shows {now:%-d %B %Y}. Set it, or every date will be wrong."
        return [Finding(about="Time", state="bad", says=says)]
    found = []
    if (apart := _apart_from_database(now)) > APART:
        says = (
            f"This machine and the database are {apart.total_seconds():.0f} seconds apart. Let both keep network time."
        )
        found.append(Finding(about="Time", state="bad", says=says))
    elif TELLTALE.exists():
        found.append(Finding(about="Time", state="good", says=f"{now:%H:%M} UTC, kept right by the network."))
    else:
        says = f"{now:%H:%M} UTC. Whether the network keeps it right cannot be seen from here; compare it once."
        found.append(Finding(about="Time", state="so-so", says=says))
    try:
        ZoneInfo("Asia/Kuala_Lumpur")
    except ZoneInfoNotFoundError:
        found.append(Finding(about="Time zones", state="bad", says="Time zones are unknown here. Install tzdata."))
    return found


CHECKS: tuple[Callable[[], list[Finding]], ...] = (storage, databases, mail, clock)


def _postgres_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        row = cursor.fetchone()
    return str(row[0]).split(" ", maxsplit=1)[0] if row else ""


def _apart_from_database(now: datetime) -> timedelta:
    if connection.vendor == "sqlite":
        return timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    return abs(row[0] - now) if row else timedelta(0)


def _short(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, TimeoutError):
        return f"no answer in {PATIENCE_SECONDS} seconds"
    return (getattr(error, "strerror", "") or type(error).__name__)[:120]

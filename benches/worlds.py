"""Instances of a given size, filled by bulk statements: a bench measures reading and moving, not filling."""

import itertools
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member, Role
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.kit.ids import uuid7
from pivotino.kit.rank import spread
from pivotino.tenancy import atomic, inside, provision, registry
from pivotino.tenancy.lifecycle import Founding, found
from pivotino.tenancy.models import Instance
from tests import cast

SELLERS = 30
DAYS = 60
running: dict[int, int] = {}  # the server on each port


def filled(cards: int) -> tuple[Instance, str]:
    """An instance with so many opportunities over its six stages, and a session of its owner."""
    account = Account.objects.create_user(f"owner-{uuid7().hex[-8:]}@bench.example", None, name="Bench Owner")
    row = Instance(
        slug=f"b{uuid7().hex[-14:]}", name="Bench", bucket=registry.bucket_with_room(), ready_at=timezone.now()
    )
    founding = Founding(
        company="Bench", country="MY", currency="MYR", zone="Asia/Kuala_Lumpur",
        account_id=account.id, name=account.name, email=account.email,
    )  # fmt: skip
    found(row.place, founding)
    row.schema_version = provision.schema_version()  # or the server would upgrade it at its start
    row.save(force_insert=True)
    with inside(row):
        fill(cards)
    browser = cast.Browser("owner")
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return row, f"pv_session={browser.cookies['pv_session'].value}"


def fill(cards: int) -> None:
    """Opportunities of thirty sellers for a thousand companies, half of the open ones with a next step."""
    dice = random.Random(cards)
    Member.objects.bulk_create(Member(name=f"Seller {number}", role=Role.USER) for number in range(SELLERS))
    Contact.objects.bulk_create(Contact(name=f"Company {n}", folded=f"company {n}") for n in range(min(1000, cards)))
    with atomic():
        names, rows = _rows(cards, dice)
        _insert(names, rows)
        totals.rebuild()
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.execute("ANALYZE")
        if (
            transaction.get_connection("instance").vendor == "sqlite"
        ):  # what the server does five seconds after a commit
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(cards: int, dice: random.Random) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    fields = list(Opportunity._meta.concrete_fields)
    members = list(Member.objects.values_list("id", flat=True))
    contacts = list(Contact.objects.values_list("id", flat=True))
    stages = list(Stage.objects.order_by("position"))
    positions = {stage.id: iter(spread(cards // len(stages) + 1, None, None)) for stage in stages}
    today, now = date.today(), datetime.now(UTC)  # noqa: DTZ011
    plain = {field.attname: field.get_default() for field in fields}

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(cards):
            stage, amount = stages[number % len(stages)], dice.randrange(50_000, 20_000_000, 50)
            due = (
                today + timedelta(days=dice.randrange(-DAYS // 3, DAYS))
                if stage.is_open and dice.random() < 0.5
                else None
            )
            values = {
                **plain, "id": uuid7(), "title": f"Solar roof number {number}", "contact_id": dice.choice(contacts),
                "amount_minor": amount, "base_minor": amount, "currency": "MYR", "rate": 1, "probability": stage.floor,
                "owner_id": dice.choice(members), "stage_id": stage.id, "stage_since": now - timedelta(days=dice.randrange(20)),
                "position": next(positions[stage.id]), "next_on": due, "next_kind": "call" if due else "",
                "next_summary": "Call about the roof" if due else "", "created_at": now, "closed_at": None if stage.is_open else now,
            }  # fmt: skip
            yield tuple(values[field.attname] for field in fields)

    return [field.column for field in fields], rows()


def _insert(names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with transaction.get_connection("instance").cursor() as cursor:
        if transaction.get_connection("instance").vendor == "postgresql":
            with cursor.cursor.copy(f"COPY pipeline_opportunity ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        statement = f"INSERT INTO pipeline_opportunity ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
        while some := list(itertools.islice(rows, 20_000)):
            cursor.executemany(
                statement, [tuple(value.hex if isinstance(value, UUID) else value for value in row) for row in some]
            )


@contextmanager
def served(*, workers: int = 1, worker: bool = False) -> Iterator[int]:
    """The real server on a free port, with or without its worker of jobs; stopped by its id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PIVOTINO_WEB_WORKERS": str(workers),
        "PIVOTINO_DEBUG": "0",
        "PIVOTINO_LOG_LEVEL": "ERROR",
    }
    collect_static()
    without = [] if worker else ["--no-worker"]
    server = subprocess.Popen(
        [sys.executable, "-m", "pivotino", "serve", *without, "--port", str(port)], env=environment
    )
    running[port] = server.pid
    try:
        for _ in range(600):
            try:
                urlopen(f"http://127.0.0.1:{port}/").close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.05)
        yield port
    finally:
        running.pop(port)
        server.terminate()
        server.wait()


def cpu_seconds(port: int) -> float:
    """Processor time the server on this port and its children took so far; unlike wall time it forgives a busy machine."""
    return sum(_stat(pid)[1] for pid in _family(port)) / os.sysconf("SC_CLK_TCK")


def memory(port: int) -> float:
    """MiB the server and its children hold, what they share counted once (PSS)."""
    held = 0
    for pid in _family(port):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:  # it ended meanwhile
            continue
        held += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held / 1024


def _family(port: int) -> set[int]:
    family, grown = {running[port]}, True
    parents = {int(path.name): _stat(int(path.name))[0] for path in Path("/proc").iterdir() if path.name.isdigit()}
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family, grown = family | more, bool(more)
    return family


def _stat(pid: int) -> tuple[int, int]:
    """The parent of a process and its processor time in ticks."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return 0, 0
    return int(words[1]), int(words[11]) + int(words[12])


def collect_static() -> None:
    """What a server outside of development needs: hashed static files."""
    from pivotino.ui.hashed import collect_hashed

    collect_hashed()

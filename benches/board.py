"""The board at 1,000, 100,000 and 1,000,000 opportunities: in process beside the floor, and over HTTP.

A board that was drawn is kept as long as nothing is committed, so each figure is taken twice: looked at again, and looked
at after somebody moved a card.
"""

import itertools
import os
import threading
import time
from collections.abc import Callable

from django.core.handlers.base import BaseHandler
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from benches import floor, load, worlds
from benches.report import Report, p50
from pivotino.instance.history.sql import NOBODY
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.tenancy import inside, stay
from pivotino.tenancy.models import Instance
from tests.plugins.engines import ENGINE

SIZES = tuple(int(n) for n in os.environ.get("PIVOTINO_BENCH_SIZES", "1000 100000 1000000").split())


def measure(report: Report) -> None:
    """p50 of a whole board page for each size, as a ratio to the floor and to the smallest; then eight people at once."""
    made = {size: worlds.filled(size) for size in SIZES}
    for size, (instance, cookie) in made.items():
        for moved in (False, True):
            ours, bare, ratio = in_process(instance, cookie, moved=moved)
            when = "after a card was moved" if moved else "nothing changed"
            report.add(f"{ENGINE}: board in process, {when}, {size:,} cards", ours, "ms")
            report.add(f"{ENGINE}: … over the bare floor ({bare:.2f} ms), {size:,} cards", ratio, "×", most=3.5)
    with worlds.served() as port:
        for size, spent in over_http(port, made, moved=True).items():
            report.add(
                f"{ENGINE}: board over HTTP after a card was moved, {size:,} cards, p50", spent, "ms", most=4 if ENGINE == "sqlite" else None
            )  # fmt: skip
        wires = over_http(port, made)
        for size, spent in wires.items():
            report.add(
                f"{ENGINE}: board over HTTP, {size:,} cards, p50", spent, "ms", most=4 if ENGINE == "sqlite" else None
            )
        report.add(
            f"{ENGINE}: board at 1,000,000 over board at 1,000, HTTP p50",
            wires[SIZES[-1]] / wires[SIZES[0]],
            "×",
            most=1.2,
        )
    for workers in (1, 2):
        for moved in (False, True):
            with worlds.served(workers=workers) as port:
                _many_at_once(report, port, *made[SIZES[min(1, len(SIZES) - 1)]], workers=workers, moved=moved)


def _many_at_once(report: Report, port: int, instance: Instance, cookie: str, *, workers: int, moved: bool) -> None:
    """Eight people who look, with nobody or somebody who moves ten cards a second meanwhile."""
    path = f"/@{instance.slug}/board/"
    before, stop = worlds.cpu_seconds(port), threading.Event()
    mover = threading.Thread(target=_move_now_and_then, args=(instance, stop))
    if moved:
        mover.start()
    loaded = load.run(port, cookie, lambda number, wire: lambda: wire.ask("GET", path)[0] == 200)
    stop.set()
    busy = (worlds.cpu_seconds(port) - before) * 1000 / len(loaded.spent)
    if moved:
        mover.join()
    when = f"{'ten moves a second' if moved else 'nothing changed'}, {workers} process"
    report.add(f"{ENGINE}: processor time of the server a board, 8 people, {when}", busy, "ms")
    report.add(
        f"{ENGINE}: boards a second, 8 people, {when}", loaded.per_second, "/s", least=450 if workers == 2 else None
    )
    report.add(f"{ENGINE}: … answers that were not a board", loaded.failures, "", most=0)


def _move_now_and_then(instance: Instance, stop: threading.Event) -> None:
    turns = itertools.count()
    while not stop.wait(0.1):
        move_one(instance, next(turns))
    connections.close_all()


def move_one(instance: Instance, turn: int) -> None:
    """The card on top of an open column into the next one, so that both change where people look. Its step stays late: or
    a thousand cards soon had no late one left, nothing moved, and the floor printed half a board."""
    with inside(instance):
        stages = [stage for stage in Stage.objects.order_by("position") if stage.is_open]
        here, there = stages[turn % len(stages)], stages[(turn + 1) % len(stages)]
        late = Opportunity.objects.filter(stage=here, next_on__lt=timezone.localdate()).order_by("next_on", "-id")
        card, owner = late.first(), Member.objects.exclude(account_uuid=None).get()
        if card is not None:
            late_since = card.next_on
            card.move_to(there, version=None, by=owner)
            card.plan_changed(
                next_on=late_since, next_kind="call", next_summary="Call about the roof", open_others=0, latest_due=None, by=None
            )  # fmt: skip


def in_process(instance: Instance, cookie: str, *, moved: bool) -> tuple[float, float, float]:
    """Milliseconds of the page through Django's own handler, of the floor, and their ratio, measured in turn."""
    stay()  # as the threads of the server do
    handler = BaseHandler()
    handler.load_middleware()
    path = f"/@{instance.slug}/board/"

    def page() -> None:
        request = RequestFactory().get(path, headers={"Cookie": cookie, "Host": "localhost"})
        assert handler.get_response(request).status_code == 200

    nobody = NOBODY.hex if ENGINE == "sqlite" else NOBODY

    def bare() -> None:
        with inside(instance):
            floor.board(nobody, timezone.localdate())

    page()
    bare()
    rounds = []
    for turn in range(80):
        if moved:
            move_one(instance, turn)
        # Whoever comes first finds the processor's memory cold: they take turns.
        both = {work: _once(work) for work in ((page, bare) if turn % 2 else (bare, page))}
        rounds.append((both[page], both[bare]))
    return (
        p50([ours for ours, _ in rounds]),
        p50([least for _, least in rounds]),
        p50([ours / least for ours, least in rounds]),
    )


def _once(work: Callable[[], object]) -> float:
    # All that happens with a file happens in this process: its processor time forgives a busy machine.
    clock = time.process_time if ENGINE == "sqlite" else time.perf_counter
    begun = clock()
    work()
    return (clock() - begun) * 1000


def over_http(port: int, made: dict[int, tuple[Instance, str]], *, moved: bool = False) -> dict[int, float]:
    """p50 of a page of each size, asked in turn: what else the machine does falls on all of them alike."""
    wires = {size: (load.Wire(port, cookie), instance) for size, (instance, cookie) in made.items()}
    spent: dict[int, list[float]] = {size: [] for size in made}
    for turn in range(100 if moved else 200):
        for size, (wire, instance) in wires.items():
            if moved:
                move_one(instance, turn)
            begun = time.perf_counter()
            status, body = wire.ask("GET", f"/@{instance.slug}/board/")
            spent[size].append((time.perf_counter() - begun) * 1000)
            assert status == 200 and b"card" in body
    return {size: p50(found) for size, found in spent.items()}

"""What happens by itself when time passes: trials end, periods renew, drafts become bills, payments are tried again."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from pivotino.sandbox import orders
from pivotino.sandbox.store import Store


def catch_up(store: Store, *, public: str) -> int:
    """Let everything happen that is due by the sandbox's clock, each thing at its moment; how much did."""
    target, count = store.now, 0
    while count < 10_000:
        with store.work():
            waiting = [one for one in _waiting(store, public) if one[0] <= target]
            if not waiting:
                return count
            moment, happen = min(waiting, key=lambda one: one[0])
            with store.at(moment):
                happen()
        count += 1
    raise RuntimeError("Time does not pass: something in the sandbox happens for ever.")


def advance(store: Store, seconds: int, *, public: str) -> int:
    """Move the clock on. It never goes back: what was billed was billed."""
    with store.work():
        store.set("ahead", int(store.setting("ahead", 0)) + max(0, seconds))
    return catch_up(store, public=public)


def move_to(store: Store, moment: int, *, public: str) -> int:
    """Move the clock on to a moment; a moment that is past already changes nothing."""
    return advance(store, moment - int(time.time()) - int(store.setting("ahead", 0)), public=public)


def _waiting(store: Store, public: str) -> Iterator[tuple[int, Callable[[], None]]]:
    for sub in store.all("subscription"):
        if sub["status"] not in orders.ENDED:
            yield orders.period(sub)[1], partial(orders.renew, store, sub, public=public)
    for bill in store.all("invoice"):
        moment = bill.get("_finalize_at") if bill["status"] == "draft" else bill["next_payment_attempt"]
        if moment and bill["status"] in ("draft", "open"):
            yield moment, partial(orders.collect, store, bill, public=public)

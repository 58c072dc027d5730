"""Messages to the one who listens: made with everything that happens, signed, delivered again until they are taken."""

import hashlib
import hmac
import json
import time
from typing import Any

from pivotino.sandbox.store import Store, Thing, shown

API_VERSION = "2026-10-28.endive"
# Seconds of real time until the next try; after the last one it is given up (and can still be listed by the API).
BACK_OFF = (1, 3, 10, 30, 120, 600, 3600, 3600 * 6, 3600 * 24)
# The switches on the first page. `drop`, `delay` … are about messages; `decline`, `challenge` about payments; `down` the API.
FAULTS = {
    "duplicate": "Every message is sent twice",
    "reorder": "Messages come newest first",
    "drop": "Messages are lost",
    "delay": "Messages come a minute late",
    "bad_signature": "Messages are signed with a wrong secret",
    "old_signature": "Messages carry a signature from an hour ago",
    "decline": "Every payment is declined",
    "challenge": "Every payment needs the card holder's confirmation",
    "down": "The API answers nobody",
}
DELAY, GATHER = 60.0, 1.5


def faults(store: Store) -> set[str]:
    """The switches that are on."""
    return set(store.setting("faults", []))


def happened(store: Store, type: str, thing: Thing) -> Thing:
    """Note that something happened, and line a message up for it."""
    event: Thing = {
        "id": store.new_id("evt"), "object": "event", "api_version": API_VERSION, "created": store.now, "livemode": False,
        "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "type": type,
        "data": {"object": shown(thing)},
    }  # fmt: skip
    store.put(event)
    on, due = faults(store), time.time()
    if "delay" in on:
        due += DELAY
    if "reorder" in on:
        due += GATHER
    state = "dropped" if "drop" in on else "waiting"
    for _ in range(2 if "duplicate" in on else 1):
        store.line_up(event, due=due, state=state)
    return event


def due(store: Store, *, all: bool = False) -> list[dict[str, Any]]:
    """What should be delivered now, with headers and body."""
    waiting = store.deliveries(state="waiting", until=None if all else time.time(), newest="reorder" in faults(store))
    return [{**row, **letter(store, row)} for row in waiting]


def letter(store: Store, row: dict[str, Any]) -> dict[str, Any]:
    """Body and headers of one delivery. The stamp is the sandbox's own time, so that both clocks may be moved together."""
    body = json.dumps(store.find(row["event"], "event"))
    secret, stamp, on = store.setting("secret", ""), store.now, faults(store)
    if "bad_signature" in on:
        secret = f"not {secret}"
    if "old_signature" in on:
        stamp -= 3600
    return {
        "body": body,
        "headers": {"Stripe-Signature": signature(body, secret, stamp), "Content-Type": "application/json"},
    }


def signature(body: str, secret: str, stamp: int) -> str:
    mac = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={stamp},v1={mac}"


def answered(store: Store, id: int, tries: int, answer: str) -> None:
    """Note how the listener answered: 2xx is taken, anything else comes again later."""
    if answer.startswith("2"):
        store.note_delivery(id, state="taken", answer=answer)
    elif tries < len(BACK_OFF):
        store.note_delivery(id, state="waiting", answer=answer, due=time.time() + BACK_OFF[tries])
    else:
        store.note_delivery(id, state="given up", answer=answer)

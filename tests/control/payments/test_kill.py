"""A process that is killed for real, between claiming a message and its effect, and right after it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from pivotino.control.payments.models import Notice, Watermark
from tests.control.payments.conftest import Buyer, Listener
from tests.sandbox.playing import Sandbox

ROOT = Path(__file__).resolve().parents[3]

# Takes one message as the web server would, and stands still for ever at one point of it.
TAKER = """
import json, sys, time, django
django.setup()
from django.test import Client
from pivotino.control.payments import stripe_client, taking
row, point = json.load(sys.stdin), sys.argv[1]
def stuck(name, before):
    real = getattr(taking, name)
    def step(*args, **kwargs):
        if not before:
            real(*args, **kwargs)
        print("here", flush=True)
        time.sleep(600)
        return real(*args, **kwargs)
    setattr(taking, name, step)
{"fetched": lambda: stuck("take_reading", True), "claimed": lambda: stuck("_have_effect", True),
 "told": lambda: stuck("_move", True), "moved": lambda: stuck("_move", False)}[point]()
Client().post("/payments/webhooks/", row["body"], content_type="application/json",
              headers={"Stripe-Signature": row["headers"]["Stripe-Signature"]})
"""


@pytest.mark.promise("A22")
@pytest.mark.parametrize("point", ["fetched", "claimed", "told", "moved"])
def test_a_killed_process_leaves_all_or_nothing(buyer: Buyer, listener: Listener, sandbox: Sandbox, point: str) -> None:
    import json

    order = buyer.buy()
    row = next(one for one in sandbox.waiting if one["kind"] == "customer.subscription.created")
    connection.close()
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT), "PIVOTINO_PAYMENT_URL": sandbox.url,
        "PIVOTINO_PAYMENT_WEBHOOK_SECRETS": json.dumps(["whsec_of_the_tests"]),
    }  # fmt: skip
    taker = subprocess.Popen(
        [sys.executable, "-c", TAKER, point],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert taker.stdin is not None
    assert taker.stdout is not None
    taker.stdin.write(json.dumps(row))
    taker.stdin.close()
    try:
        assert taker.stdout.readline() == "here\n"
    finally:
        taker.send_signal(signal.SIGKILL)
        taker.wait()

    assert (Notice.objects.count(), Watermark.objects.count()) == (0, 0)
    assert sandbox.post(row) == 200
    assert sandbox.post(row) == 200
    assert listener.kinds == ["order.changed"]
    assert buyer.known == {order.ref: "active"}

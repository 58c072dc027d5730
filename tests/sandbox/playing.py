"""The sandbox as a test plays with it: a real server of its own process on a free port, whose clock and faults it moves.

A room's conftest takes the fixtures with `from tests.sandbox.playing import sandbox, sandbox_server`.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
SECRET, OLD_SECRET = "whsec_of_the_tests", "whsec_of_last_year"
WEBHOOKS = "/payments/webhooks/"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_open = urllib.request.build_opener(_Stay).open


class Sandbox:
    """One sandbox and the verbs of a test."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, form: dict[str, Any] | None = None, *, json_: bool = True) -> tuple[int, str, Any]:
        """Status, body and headers; redirects are not followed."""
        address = path if path.startswith("http") else self.url + path
        body = urllib.parse.urlencode(form, doseq=True).encode() if form is not None else None
        headers = {"Accept": "application/json"} if json_ else {}
        try:
            answer = _open(urllib.request.Request(address, body, headers), timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return int(answer.status or 0), answer.read().decode(), answer.headers

    def tell(self, path: str, **form: Any) -> dict[str, Any]:
        status, text, _ = self.ask(path, form)
        assert status == 200, text
        found: dict[str, Any] = json.loads(text)
        return found

    def pay(self, address: str, card: str = "works", **more: str) -> tuple[int, str]:
        """Press one of the cards on a hosted page; the status and where it sends the browser, or the page."""
        status, text, headers = self.ask(address, {"card": card, **more}, json_=False)
        return status, headers.get("Location") or text

    def page(self, address: str) -> str:
        return self.ask(address, json_=False)[1]

    def faults(self, *names: str) -> None:
        self.tell("/control/faults", **{"on[]": list(names)})

    def advance(self, **span: float) -> int:
        """Move the clock on by `days` or `seconds`; how much happened."""
        return int(self.tell("/control/clock", **span)["happened"])

    @property
    def waiting(self) -> list[dict[str, Any]]:
        """The messages that are not taken, in the order in which they would be sent."""
        found: list[dict[str, Any]] = json.loads(self.ask("/control/outbox?all=1")[1])["waiting"]
        return found

    def deliver(self, *kinds: str, client: Client | None = None) -> list[int]:
        """Post what waits (of these kinds) to us, once each; our answers."""
        answers = []
        for row in self.waiting:
            if not kinds or row["kind"] in kinds:
                answers.append(self.post(row, client))
                self.tell(f"/control/outbox/{row['id']}", answer=str(answers[-1]))
        return answers

    def post(self, row: dict[str, Any], client: Client | None = None) -> int:
        """Post one message to us, as the provider would."""
        client = client or Client()
        headers = {"Stripe-Signature": row["headers"]["Stripe-Signature"]}
        answer = client.post(WEBHOOKS, row["body"], content_type="application/json", headers=headers)
        return int(answer.status_code)


def start(file: Path, *arguments: str) -> tuple["subprocess.Popen[str]", Sandbox]:
    """A sandbox of its own; it says its address as soon as it listens."""
    command = [sys.executable, "-m", "pivotino.sandbox", "--port", "0", "--file", str(file), *arguments]
    environment = {**os.environ, "PIVOTINO_SANDBOX_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = process.stdout.readline().split("(port ")[1].split(")")[0]
    return process, Sandbox(f"http://127.0.0.1:{port}")


def stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    process.communicate(timeout=20)


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    process, sandbox = start(tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3")
    yield sandbox
    stop(process)


@pytest.fixture
def sandbox(sandbox_server: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """An empty sandbox at today's time, and a Pivotino that takes it for its provider."""
    from pivotino.control.payments import stripe_client, stripes

    sandbox_server.tell("/control/reset")
    settings.PAYMENT_KEY, settings.PAYMENT_URL = "sk_test_sandbox", sandbox_server.url
    settings.PAYMENT_WEBHOOK_SECRETS = [SECRET, OLD_SECRET]
    monkeypatch.setattr(stripe_client, "REPEATS", 0)
    stripes.stripe_provider.cache_clear()
    yield sandbox_server
    stripes.stripe_provider.cache_clear()

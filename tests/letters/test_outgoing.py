"""Letters are all we send by ourselves: which programs of ours can call out at all, and that none of them pushes anything."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pivotino
from tests.cast import Browser

HOUSE = Path(pivotino.__file__).parent
# Whatever can reach another machine.
CLIENTS = {"aiohttp", "anymail", "boto3", "botocore", "ftplib", "http.client", "httpx", "imap_tools", "imaplib", "paramiko",
           "poplib", "pywebpush", "requests", "smtplib", "stripe", "telnetlib", "urllib.request", "urllib3", "websocket",
           "websockets", "xmlrpc.client"}  # fmt: skip
CALLS = {"create_connection", "open_connection", "EmailMessage", "EmailMultiAlternatives", "send_mail", "mail_admins"}
# Who may, and what for. The sandbox plays the payment provider and is no part of the product; backups go to the storage the
# settings name, by django-storages.
KNOWN = {
    "letters/handing.py": "hands letters to the mail server; each stands in the ledger",
    "letters/signing.py": "the letter itself",
    "letters/backends.py": "keeps letters here, in development",
    "letters/mailbox.py": "reads our own mailbox",
    "letters/views/inbound.py": "hears the mail provider; calls nobody",
    "kit/clamav.py": "the virus scanner the operator named, beside us or on a host of ours",
    "letters/views/reports.py": "hears the mail provider; calls nobody",
    "control/payments/": "the payment provider, in the register",
    "control/hosting/checks.py": "whether the operator's mail server answers",
    "control/visitors/measuring.py": "Google Analytics, off, in the register, of those who agreed",
    "instance/mailing/": "a customer's own letters by their own mail server",
}


def reaching() -> Iterator[tuple[str, str]]:
    """Every file of ours with a client in it, and which."""
    for file in sorted(HOUSE.rglob("*.py")):
        place = file.relative_to(HOUSE).as_posix()
        if place.startswith("sandbox/"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                if node.module.startswith("django.core.mail"):
                    names += [alias.name for alias in node.names]
            elif isinstance(node, ast.Attribute):
                names = [node.attr]
            for name in names:
                if name in CLIENTS or name.partition(".")[0] in CLIENTS or name in CALLS:
                    yield place, name


@pytest.mark.promise("A61", "P46")
def test_only_these_programs_can_call_out() -> None:
    unknown = [found for found in reaching() if not any(found[0].startswith(place) for place in KNOWN)]

    assert unknown == []


def test_nobody_in_that_list_is_gone() -> None:
    there = {place for place, _ in reaching()}

    assert [
        place for place in KNOWN if not any(one.startswith(place) for one in there) and "mailing" not in place
    ] == []


@pytest.mark.promise("P49")
def test_the_page_of_letters_says_that_nothing_else_is_sent(control: None, stranger: Browser) -> None:
    page = stranger.get("/letters/").content.decode()

    assert "Letters are all we send by ourselves" in page
    assert "we push no messages to phones" in page

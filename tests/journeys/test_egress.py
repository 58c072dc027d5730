"""Whom the product calls while it is used: the server, its worker and every client of theirs, captured before they do."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.journeys.conftest import DESK, Site, Visitor, called, open_window, running, strangers, wait_until
from tests.journeys.test_paying import go_to_pay
from tests.journeys.test_register import OWN_PASSWORD, fill_in
from tests.letters.conftest import PostOffice
from tests.letters.imap import MailStore

WISH = "From: Ali <ali@kedai.example>\nTo: support@pivotino.example\nSubject: unsubscribe\n\nunsubscribe\n"


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    taken = PostOffice()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    yield taken, port
    controller.stop()


def words(office: PostOffice, to: str, pattern: str, page: Any) -> str:
    """What stands in the letter to somebody, waited for."""
    found: list[str] = []

    def look() -> bool:
        for letter in office.letters:
            if to in str(letter["To"]):
                text = b"".join(
                    bytes(part.get_payload(decode=True) or b"") for part in letter.walk() if not part.is_multipart()
                )
                found.extend(re.findall(pattern, text.decode(errors="replace")))
        return bool(found)

    wait_until(page, look, seconds=30)
    return found[-1]


@pytest.mark.promise("A61")
def test_the_whole_way_calls_nobody_but_whom_the_register_and_the_operator_name(
    chrome: Any, office: tuple[PostOffice, int]
) -> None:
    taken, port = office
    with (
        MailStore() as store,
        running(
            "egress",
            PIVOTINO_EMAIL_URL=f"smtp+plain://smtp.carrier.example:{port}",
            PIVOTINO_MAILBOX=f"imap+plain://support:right@imap.carrier.example:{store.port}/INBOX",
        ) as site,
    ):
        store.put(WISH.encode())
        with window(chrome, site) as visitor:
            page, email = visitor.page, f"mei-{time.time_ns()}@kopi.example"
            page.goto("/")
            page.click("button[value=accept]")
            for address in ("/prices/", "/privacy/", "/cookies/", "/you/", "/promises/"):
                page.goto(address)
            fill_in(page, email, "Kedai Kopi")
            page.click("text=Make my board")
            page.wait_for_selector("text=Thank you, Mei Ling Tan")
            page.goto(words(taken, email, r"/verify/\w+/", page))
            page.click("text=Yes, make my database")
            page.wait_for_selector("text=Check your mail for the password", timeout=30_000)
            page.click("main >> text=Sign in")
            page.fill("#id_login", email)
            page.fill("#id_password", words(taken, email, r"First password: ([a-z0-9-]+)", page))
            page.click("main button:has-text('Sign in')")
            page.wait_for_selector("text=Choose your own password")
            page.fill("#id_password", OWN_PASSWORD)
            page.click("text=Use this password")
            page.wait_for_url("**/@kedai-kopi**")
        with window(chrome, site) as payer:
            go_to_pay(payer)
            payer.page.get_by_role("button", name="A card that works", exact=True).click()
            payer.page.wait_for_url(f"{site.url}/payments/return/*")
            payer.foreign.clear()
        assert site.do("read_our_mailbox") == [["marketing", "reply"]]
        assert called(site.environment) == {"smtp.carrier.example", "imap.carrier.example"}


@contextmanager
def window(chrome: Any, site: Site) -> Iterator[Any]:
    yield from open_window(chrome, site, DESK)


@pytest.mark.promise("A61")
def test_a_call_to_a_stranger_is_captured_and_named_and_never_made(site: Site, tmp_path: Path) -> None:
    environment = {**site.environment, "CAPTURED_CALLS": str(tmp_path / "calls")}
    code = "import urllib.request, django; django.setup(); urllib.request.urlopen('http://tracker.invalid/')"

    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)

    assert "tracker.invalid is in no register, so nothing is sent there" in told.stderr
    assert strangers(called(environment)) == {"tracker.invalid"}


@pytest.mark.promise("P10", "P09")
def test_on_a_phone_the_app_speaks_to_us_alone_and_asks_for_nothing(phone: Visitor) -> None:
    page, site, asked = phone.page, phone.site, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(
        """window.prompts = []
        const note = (of, name) => { if (of && of[name]) of[name] = () => { window.prompts.push(name); return new Promise(() => {}) } }
        note(navigator.mediaDevices, "getUserMedia"); note(navigator.mediaDevices, "getDisplayMedia")
        note(navigator.geolocation, "getCurrentPosition"); note(navigator.geolocation, "watchPosition")
        note(window.Notification, "requestPermission"); note(navigator.storage, "persist")"""
    )
    mine = site.do("cast_of_two")["anna"]
    phone.sign_in(mine["session"])

    for place in ("board/", "people/", "settings/", "more/"):
        page.goto(f"{mine['url']}{place}", wait_until="load")
        assert page.evaluate("window.prompts") == []

    assert asked and all(url.startswith((site.url, "data:", "blob:")) for url in asked)

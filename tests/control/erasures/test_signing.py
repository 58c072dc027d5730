"""Certificates are signed; a stranger with the two files and two commands finds out without us whether one is ours."""

import base64
import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pivotino.control.erasures import jobs, signing
from pivotino.control.erasures.models import Erasure
from pivotino.kit import signatures
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("control")
GOOD = "Signature Verified Successfully"


@pytest.fixture
def erasure() -> Erasure:
    """One that is done: of somebody whose rooms had names outside of ASCII."""
    made = Erasure.objects.begin_person("mei@roofs.example")
    made.note("rooms", [{"what": "Briefe, Akten – 信", "count": 3}])
    Erasure.objects.filter(pk=made.pk).update(done_at=made.asked_at, address="")
    made.refresh_from_db()
    signing.seal(made)
    made.refresh_from_db()
    return made


def taken(folder: Path, erasure: Erasure) -> tuple[list[str], dict[str, Any]]:
    """What a stranger fetches; and the two commands, word for word as the page shows them."""
    browser = Browser()
    page = browser.get(f"/certificates/{erasure.pk}/").content.decode()
    fetched = re.search(r"curl -o key.pem https?://[^/]+(\S+)", page)
    assert fetched
    file = browser.get(f"/certificates/{erasure.pk}.json")
    assert 'filename="certificate.json"' in file["Content-Disposition"]
    (folder / "certificate.json").write_bytes(file.content)
    (folder / "key.pem").write_bytes(browser.get(fetched[1].partition("<")[0]).content)
    shown = [unescape(one) for one in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    return [one for one in shown if not one.startswith("curl")], file.json()


def check(folder: Path, commands: list[str]) -> str:
    """Both commands, typed by somebody with a shell, in this folder."""
    assert len(commands) == 2
    said = ""
    for command in commands:
        ran = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
        said = ran.stdout + ran.stderr
    return said


@pytest.mark.promise("A49")
@pytest.mark.promise("P32")
def test_two_commands_show_a_stranger_that_a_certificate_is_ours(erasure: Erasure, tmp_path: Path) -> None:
    commands, told = taken(tmp_path, erasure)

    assert GOOD in check(tmp_path, commands)
    assert told["signed"]["certificate"]["erased"][0]["count"] == 3


def test_a_changed_number_another_key_or_another_certificate_does_not_pass(erasure: Erasure, tmp_path: Path) -> None:
    commands, told = taken(tmp_path, erasure)
    genuine = (tmp_path / "certificate.json").read_text()

    for part in ("signed_at", "sha256", "key"):
        changed = {**told, "signed": {**told["signed"], part: "x"}}
        (tmp_path / "certificate.json").write_text(json.dumps(changed))
        assert GOOD not in check(tmp_path, commands)
    (tmp_path / "certificate.json").write_text(genuine.replace('"count": 3', '"count": 4'))
    assert GOOD not in check(tmp_path, commands)
    (tmp_path / "certificate.json").write_text(genuine)
    (tmp_path / "key.pem").write_text(signatures.pem(signatures.public_of(b"another installation")))
    assert GOOD not in check(tmp_path, commands)


def test_after_a_change_of_keys_old_certificates_still_check_and_every_key_is_named(
    erasure: Erasure, settings: Any, tmp_path: Path, stranger: Browser
) -> None:
    settings.BACKUP_KEYS = [b"the new key of this installation"]
    later = Erasure.objects.begin_person("bo@roofs.example")
    Erasure.objects.filter(pk=later.pk).update(done_at=later.asked_at, address="")
    later.refresh_from_db()
    signing.seal(later)

    assert later.signed["key"] != erasure.signed["key"]
    for one in (erasure, later):
        folder = tmp_path / one.signed["key"]
        folder.mkdir()
        commands, _ = taken(folder, one)
        assert GOOD in check(folder, commands)
    page = stranger.get("/certificates/keys/").content.decode()
    assert page.index(later.signed["key"]) < page.index(erasure.signed["key"])
    assert stranger.get("/certificates/keys/nobody.pem").status_code == 404


def test_a_certificate_from_before_gets_its_signature_by_night_and_says_of_which_day(
    erasure: Erasure, stranger: Browser
) -> None:
    Erasure.objects.filter(pk=erasure.pk).update(signed={})
    page = f"/certificates/{erasure.pk}/"
    assert "not signed yet" in stranger.get(page).content.decode()
    assert stranger.get(f"/certificates/{erasure.pk}.json").json()["signature"] == ""
    erasure.refresh_from_db()
    assert erasure.signed == {}  # to look changes nothing

    jobs.sign_by_night()

    erasure.refresh_from_db()
    assert signing.is_genuine(erasure)
    assert "Signed on" in stranger.get(page).content.decode()


def test_what_was_changed_in_the_books_is_said_and_never_signed(erasure: Erasure, stranger: Browser) -> None:
    page, facts = f"/certificates/{erasure.pk}/", erasure.facts
    Erasure.objects.filter(pk=erasure.pk).update(facts={"rooms": []}, signed={})
    jobs.sign_by_night()
    erasure.refresh_from_db()
    assert erasure.signed == {}

    Erasure.objects.filter(pk=erasure.pk).update(facts=facts)
    jobs.sign_by_night()
    erasure.refresh_from_db()
    forged = {**erasure.signed, "signature": base64.b64encode(bytes(64)).decode()}
    Erasure.objects.filter(pk=erasure.pk).update(signed=forged)
    assert "does not match" in stranger.get(page).content.decode()


def test_the_key_that_signs_is_not_one_that_opens_backups(erasure: Erasure) -> None:
    public = base64.b64decode(erasure.signed["public"])
    assert all(public != master and master not in public for master in settings.BACKUP_KEYS)

"""Signed letters, as a mail server gets them and another one checks them."""

import base64
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from config.settings.environment import Dkim, Environment
from pivotino.jobs.testing import run_all
from pivotino.letters import send, send_sealed
from tests.letters.conftest import PostOffice
from tests.letters.some import leaflet, verification


@pytest.fixture(scope="module")
def pair() -> tuple[str, bytes]:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


@pytest.fixture
def signed(settings: Any, pair: tuple[str, bytes]) -> bytes:
    settings.DKIM = Dkim(pair[0], "letters", "pivotino.example")
    return pair[1]


def holds(raw: bytes, record: bytes) -> bool:
    asked: list[bytes] = []

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    right: bool = dkim.verify(raw, dnsfunc=look_up)
    assert asked == [b"letters._domainkey.pivotino.example."]
    return right


@pytest.mark.promise("P47", "A26")
def test_both_headers_of_unsubscribing_lie_inside_the_signature(
    control: None, post_office: PostOffice, signed: bytes
) -> None:
    send(leaflet(), key="m:1")
    run_all()

    raw, letter = post_office.raw[0], post_office.letters[0]
    covered = (
        letter["DKIM-Signature"].replace("\r\n", "").partition("h=")[2].partition(";")[0].replace(" ", "").split(":")
    )
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "to", "subject", "list-id"} <= set(covered)
    assert holds(raw, signed)
    assert leaflet().unsubscribe in "".join(str(part.get_payload(decode=True)) for part in letter.walk())


@pytest.mark.parametrize("word", [b"One-Click", b"Kedai"])
def test_who_changes_a_header_or_the_body_breaks_it(
    control: None, post_office: PostOffice, signed: bytes, word: bytes
) -> None:
    send(leaflet(), key="m:1")
    run_all()

    assert word in post_office.raw[0]
    assert not holds(post_office.raw[0].replace(word, word[::-1]), signed)


def test_a_letter_with_other_scripts_and_long_lines_is_signed_as_it_leaves(
    control: None, post_office: PostOffice, signed: bytes
) -> None:
    send(verification(company="Kedai Böhm 商店 " + "lang " * 300, name="." * 1200), key="v:1")
    send_sealed(verification(secret="korek-api"), key="v:2")
    run_all()

    assert [holds(raw, signed) for raw in post_office.raw] == [True, True]


def test_without_a_key_nothing_is_signed(control: None, post_office: PostOffice) -> None:
    send(verification(), key="v:1")
    run_all()

    assert post_office.letters[0]["DKIM-Signature"] is None


def test_the_key_may_stand_in_the_setting_or_in_a_file(tmp_path: Any, pair: tuple[str, bytes]) -> None:
    (tmp_path / "key.pem").write_text(pair[0])
    given: Any = {"dkim_selector": "letters", "dkim_domain": "pivotino.example"}

    assert Environment(dkim_key=pair[0].replace("\n", "\\n"), **given).dkim() == Dkim(pair[0], *given.values())
    assert Environment(dkim_key=str(tmp_path / "key.pem"), **given).dkim() == Dkim(pair[0], *given.values())
    assert Environment().dkim() is None
    with pytest.raises(ValueError, match="go together"):
        Environment(dkim_key=pair[0]).dkim()

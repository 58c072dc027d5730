"""The customer's own mail server: proven by a letter, its password sealed, and nothing behind our walls within reach."""

import socket
from typing import Any

import pytest

from pivotino.instance.history.models import Event
from pivotino.instance.mailing import sealing, way
from pivotino.instance.mailing.models import Mailing, Password, Sender
from pivotino.instance.mailing.sending import ENGINE
from pivotino.instance.mailing.way import NotHandedOver, is_outside, named_by_customer, road
from pivotino.kit import egress
from pivotino.tenancy import inside
from pivotino.tenancy.neutralising import neutralise
from tests.cast import Person
from tests.instance.mailing.offices import Office

TYPED = {"name": "Atap Suria", "address": "news@atap-suria.example", "postal": "12 Jalan Satu, Ipoh", "host": "smtp.atap-suria.example",
         "port": "587", "security": "starttls", "user": "news", "password": "a long secret"}  # fmt: skip


def post(person: Person, **other: str) -> Any:
    return person.browser.post(person.url("mailing/sender/"), {**TYPED, **other})


def ours(person: Person) -> Sender:
    with inside(person.instance):
        return Sender.ours()


def test_the_password_is_sealed_and_never_shown(anna: Person) -> None:
    assert post(anna).status_code == 302

    page = anna.browser.get(anna.url("mailing/sender/")).content.decode()
    assert "a long secret" not in page and "One is kept, sealed" in page
    with inside(anna.instance):
        kept = Password.objects.get()
        assert "secret" not in kept.sealed
        assert Sender.ours().password() == "a long secret"
        assert "secret" not in str(list(Event.objects.values_list("data", flat=True)))


def test_what_is_sealed_opens_in_no_other_instance(anna: Person, rita: Person) -> None:
    with inside(anna.instance):
        sealed = sealing.seal("a long secret")
    with inside(rita.instance), pytest.raises(sealing.CannotOpen, match="typed again"):
        sealing.unseal(sealed)


def test_another_key_of_the_house_opens_what_the_one_before_sealed(anna: Person, settings: Any) -> None:
    with inside(anna.instance):
        sealed = sealing.seal("a long secret")
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
        assert sealing.unseal(sealed) == "a long secret"


def test_another_server_never_gets_the_password_of_the_one_before(anna: Person) -> None:
    post(anna)
    refused = post(anna, host="mx.other.example", password="")

    assert refused.status_code == 422 and "Type the password of this user." in refused.content.decode()
    assert post(anna, name="Atap Suria Shop", password="").status_code == 302
    assert post(anna, host="mx.other.example", user="", password="").status_code == 302
    with inside(anna.instance):
        assert not Password.objects.exists()


def test_a_test_letter_proves_the_way_and_another_way_is_not_proven(anna: Person, office: Office) -> None:
    local = {"host": "127.0.0.1", "port": str(office.port), "security": "none", "user": "", "password": ""}
    post(anna, **local)
    assert ours(anna).proven_at is None

    assert anna.browser.post(anna.url("mailing/sender/test/")).status_code == 302
    assert office.to == [anna.account.email] and office.letters[0]["From"] == "Atap Suria <news@atap-suria.example>"
    assert ours(anna).is_ready

    post(anna, **local, postal="13 Jalan Dua")
    assert ours(anna).is_ready
    post(anna, **local, address="other@atap-suria.example")
    assert not ours(anna).is_ready


def test_a_server_that_is_not_there_is_said_so(anna: Person, settings: Any) -> None:
    settings.DEBUG = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    post(anna, host="127.0.0.1", port=str(port), security="none", user="", password="")

    answer = anna.browser.post(anna.url("mailing/sender/test/"))

    assert answer.status_code == 422 and "The mail server does not answer." in answer.content.decode()
    assert ours(anna).proven_at is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "required"),
        ({"name": "Pivotino Support"}, "your name and not ours"),
        ({"address": "news@"}, "valid email"),
        ({"postal": ""}, "required"),
        ({"host": "localhost"}, "not a mail server on the internet"),
        ({"host": "127.0.0.1"}, "not a mail server on the internet"),
        ({"host": "10.0.0.5"}, "not a mail server on the internet"),
        ({"host": "[::1]"}, "not a mail server on the internet"),
        ({"host": "db.internal"}, "not a mail server on the internet"),
        ({"host": "a b.example"}, "not a mail server on the internet"),
        ({"port": "5432"}, "Mail servers listen at"),
        ({"port": "0"}, "greater than"),
        ({"security": "none"}, "must be encrypted"),
        ({"security": "magic"}, "Select a valid choice"),
        ({"password": ""}, "Type the password"),
    ],
)
def test_what_cannot_be_is_explained_and_what_was_typed_stays(anna: Person, wrong: dict[str, str], said: str) -> None:
    answer = post(anna, **wrong)

    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "a long secret" not in page
    if "postal" not in wrong:
        assert "12 Jalan Satu, Ipoh" in page
    with inside(anna.instance):
        assert not Sender.objects.exists()


def test_an_address_of_ours_is_nobodys_sender(anna: Person, settings: Any) -> None:
    assert "This address is ours" in post(anna, address=settings.OPERATOR.support).content.decode()


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False), ("fe80::1", False),
        ("fd00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_what_lies_behind_our_walls_is_known_by_its_address(address: str, outside: bool) -> None:
    assert is_outside(address) is outside


@pytest.mark.parametrize("leads_to", ["127.0.0.1", "10.0.0.7", "::ffff:192.168.1.1"])
def test_a_name_that_leads_behind_our_walls_is_not_followed(
    anna: Person, monkeypatch: pytest.MonkeyPatch, leads_to: str
) -> None:
    """The guard of outgoing calls lets private networks be; this is the customer's word and not ours."""
    asked: list[Any] = []

    def look_up(host: str, port: int, **kwargs: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (leads_to, port))]

    post(anna)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "socket", lambda *args: pytest.fail("a connection was opened"))

    answer = anna.browser.post(anna.url("mailing/sender/test/"))

    assert answer.status_code == 422 and "stands in a private network" in answer.content.decode()
    assert asked == ["smtp.atap-suria.example"]


def test_the_host_may_be_called_while_letters_are_handed_over_and_not_before_or_after(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(anna)
    seen: list[Any] = []

    def opened(sender: Sender) -> Any:
        seen.append((list(named_by_customer()), egress.may_call(sender.host), egress.may_call("other.example")))
        raise NotHandedOver("Enough.", road=True)

    monkeypatch.setattr(way, "_opened", opened)
    with inside(anna.instance), pytest.raises(NotHandedOver), road(Sender.ours()):
        pass

    assert seen == [(["smtp.atap-suria.example"], True, False)]
    assert list(named_by_customer()) == [] and not egress.may_call("smtp.atap-suria.example")


def test_a_user_sees_none_of_it_a_rival_and_a_stranger_nothing(
    anna: Person, bruno: Person, rita: Person, stranger: Any
) -> None:
    for path in ("mailing/", "mailing/lists/", "mailing/stops/", "mailing/sender/"):
        assert anna.browser.get(anna.url(path)).status_code == 200
        refused = bruno.browser.get(anna.url(path))
        assert refused.status_code == 403 and "Nurul Anna" in refused.content.decode()
        assert rita.browser.get(anna.url(path)).status_code == 404
        assert stranger.get(anna.url(path)).status_code == 302
    assert "g m" in anna.browser.get(anna.url("people/")).content.decode()
    assert 'data-key="g m"' not in bruno.browser.get(anna.url("people/")).content.decode()


def test_a_copy_to_try_sends_nothing_and_has_no_password(anna: Person, letter: Mailing, office: Office) -> None:
    """The copy of an upgrade to try: the row says it is one, and neutralising emptied it of what waits to go."""
    from dataclasses import replace

    with inside(anna.instance):
        Sender.ours().change(by=anna.member, user="news", password="a long secret")
        Sender.ours().prove()
        ENGINE.schedule(letter, at=letter.made_at, zone="UTC", own_zone=False, per_minute=60)
    copy = replace(anna.instance.place, is_copy=True)

    neutralise(copy)
    neutralise(copy)

    with inside(copy):
        assert Mailing.objects.get(pk=letter.pk).stage == "stopped"
        assert not Sender.ours().has_password
        with pytest.raises(NotHandedOver, match="Nothing leaves a copy"), road(Sender.ours()):
            pytest.fail("the way was open")
    assert office.to == []

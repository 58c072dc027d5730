"""Inviting colleagues: the wizard, the letter, the answer, and what is forgotten."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle import colleagues
from pivotino.instance.members.jobs import forget_unused_invitations
from pivotino.instance.members.models import Invitation, Member, NotPossible
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.letters.models import Sent
from pivotino.letters.posting import tidy
from pivotino.tenancy import inside
from tests.cast import Browser

TOKEN = re.compile(r"/invitations/([\w-]{20,})/")


@pytest.fixture
def letters(monkeypatch):
    """The letters as they were written, since the ledger keeps no contents."""
    from pivotino.letters import posting

    written = []
    real = posting._post
    monkeypatch.setattr(
        posting, "_post", lambda letter, text, key, place: (written.append(text), real(letter, text, key, place))
    )
    return written


def invite(person, addresses="Siti Aminah <siti@atap.example>", **roles):
    data = {"addresses": addresses, "send": "1", **{f"role:{email}": role for email, role in roles.items()}}
    return person.browser.post(person.url("colleagues/invite/"), data)


def token_in(letters):
    return TOKEN.search(letters[-1].text)[1]


def account(email="siti@atap.example", name="Siti Aminah binti Osman"):
    made = Account.objects.create_user(email, None, name=name)
    browser = Browser("siti")
    browser.force_login(made, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made, browser


@pytest.mark.promise("P43", "A34")
def test_the_letter_is_read_before_it_goes_and_goes_as_it_was_read(anna, letters):
    look = anna.browser.post(
        anna.url("colleagues/invite/"), {"addresses": "Siti Aminah <siti@atap.example>", "role": "user"}
    )
    assert look.status_code == 200
    assert not Sent.objects.exists()
    shown = look.content.decode()

    invite(anna)

    letter = letters[-1]
    assert letter.to == "siti@atap.example"
    for said in ("Nurul Anna", "Atap Suria Sdn Bhd", "siti@atap.example", "/@atap-suria/", "Decline", "Report"):
        assert said in letter.text
    was_shown = letters[0].text if letters else ""
    for line in letter.text.splitlines():
        words = TOKEN.sub("", line)
        assert words.split("http")[0].strip()[:40].replace("'", "&#39;") in shown or "http" in line
    assert was_shown


@pytest.mark.promise("P43", "A34")
def test_the_address_serves_this_invitation_only_and_is_erased_when_unused(anna, letters):
    invite(anna)
    with inside(anna.instance):
        member = Member.objects.get(email="siti@atap.example")
        with time_machine.travel(timezone.now() + timedelta(days=29)):
            forget_unused_invitations()
            assert Member.objects.filter(email="siti@atap.example").exists()
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            forget_unused_invitations()
            forget_unused_invitations()
        invitation = Invitation.objects.get()
        member.refresh_from_db()
        assert (invitation.email, member.email, member.name) == ("", "", "Invited colleague")
        assert member.left_at
        assert "siti" not in str(list(Event.objects.values())).lower()


def test_two_clicks_send_one_letter(anna, letters):
    first, second = invite(anna), invite(anna)

    assert [first["Location"][-1], second["Location"][-1]] == ["1", "0"]
    run_all()
    assert Sent.objects.filter(kind="invitation").count() == 1
    with inside(anna.instance):
        assert Invitation.objects.count() == 1


def test_who_works_here_or_was_asked_gets_no_letter(anna, bruno, letters):
    invite(anna)
    look = anna.browser.post(
        anna.url("colleagues/invite/"),
        {"addresses": f"{bruno.account.email}, {anna.account.email}, siti@atap.example", "role": "user"},
    ).content.decode()

    assert "works here already" in look
    assert "is you" in look
    assert "was invited already" in look
    assert "Nobody new" in look


@pytest.mark.parametrize(
    ("typed", "said"), [("", "This field is required"), ("siti@", "cannot be an address"), ("a@b, x", "“a@b” and “x”")]
)
def test_bad_addresses_are_named_and_what_was_typed_stays(anna, typed, said):
    answer = anna.browser.post(anna.url("colleagues/invite/"), {"addresses": typed, "role": "user"})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert typed in answer.content.decode()


@pytest.mark.promise("A17")
def test_opening_the_link_changes_nothing(anna, stranger, letters):
    invite(anna)
    page = anna.url(f"invitations/{token_in(letters)}/")

    for _ in range(3):
        answer = stranger.get(page)

    assert answer.status_code == 200
    assert "Nurul Anna invites you" in answer.content.decode()
    with inside(anna.instance):
        assert Invitation.objects.get().state == "open"
        assert not Member.objects.get(email="siti@atap.example").has_joined


def test_the_invited_person_joins_with_their_account_once(anna, letters):
    invite(anna, **{"siti@atap.example": "owner"})
    made, siti = account()
    door = anna.url(f"invitations/{token_in(letters)}/accept/")

    for _ in range(2):
        assert siti.post(door).status_code == 302

    with inside(anna.instance):
        member = Member.objects.get(account_uuid=made.id)
        assert (member.name, member.role, member.email) == ("Siti Aminah binti Osman", "owner", "siti@atap.example")
        assert Event.objects.filter(verb="member.joined").count() == 1
    assert siti.get(anna.url("people/")).status_code == 200


def test_another_account_cannot_answer_for_them(anna, letters):
    invite(anna)
    _, other = account(email="other@else.example", name="Other")
    token = token_in(letters)

    assert "is for siti@atap.example" in other.get(anna.url(f"invitations/{token}/")).content.decode()
    assert other.post(anna.url(f"invitations/{token}/accept/")).status_code == 403
    assert other.get(anna.url("people/")).status_code == 404


def test_without_an_account_the_way_leads_through_joining(anna, stranger, letters):
    from django.core import signing

    invite(anna)
    token = token_in(letters)
    page = stranger.get(anna.url(f"invitations/{token}/")).content.decode()

    sealed = re.search(r"/join/\?pass=([^\"&]+)", page)[1]
    from urllib.parse import unquote

    told = signing.loads(unquote(sealed), salt="join")
    assert (told["email"], told["slug"], told["back"]) == (
        "siti@atap.example",
        "atap-suria",
        anna.url(f"invitations/{token}/"),
    )


@pytest.mark.promise("P43")
def test_the_recipient_declines_or_reports_and_gets_no_more(anna, stranger, letters):
    invite(anna)
    page = anna.url(f"invitations/{token_in(letters)}/")

    answer = stranger.post(f"{page}decline/", {"report": "1"})

    assert "You declined" in answer.content.decode()
    with inside(anna.instance):
        assert Invitation.objects.get().state == "declined"
    assert invite(anna)["Location"].endswith("sent=0")
    assert (
        "asked us not to be invited"
        in anna.browser.post(
            anna.url("colleagues/invite/"), {"addresses": "siti@atap.example", "role": "user"}
        ).content.decode()
    )


def test_an_invitation_runs_out_is_withdrawn_and_cannot_be_answered_then(anna, stranger, letters):
    invite(anna)
    page = anna.url(f"invitations/{token_in(letters)}/")
    _, siti = account()

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert "has run out" in stranger.get(page).content.decode()
    with inside(anna.instance):
        colleagues.withdraw(Invitation.objects.get(), by=anna.member)
    assert "was withdrawn" in stranger.get(page).content.decode()
    assert siti.post(f"{page}accept/").status_code in (403, 409)
    with inside(anna.instance):
        assert not Member.objects.filter(email="siti@atap.example").exists()


@pytest.mark.promise("P43", "A34")
def test_one_reminder_and_no_second(anna, letters):
    invite(anna)
    first = token_in(letters)
    with inside(anna.instance):
        colleagues.remind(Invitation.objects.get(), by=anna.member)
        assert "the one reminder" in letters[-1].text
        assert token_in(letters) != first
        with pytest.raises(NotPossible):
            colleagues.remind(Invitation.objects.get(), by=anna.member)
        assert Invitation.by_token(first) is None


@pytest.mark.promise("P43", "A34")
def test_who_ignores_it_gets_one_reminder_at_most_and_is_nowhere_after_thirty_days(anna, letters):
    invite(anna)
    with inside(anna.instance):
        colleagues.remind(Invitation.objects.get(), by=anna.member)
    run_all()
    assert Sent.objects.to_person("siti@atap.example").count() == 2

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with inside(anna.instance):
            forget_unused_invitations()
        tidy()

    assert len(letters) == 2
    assert not Sent.objects.to_person("siti@atap.example").exists()
    assert "siti" not in str(list(Sent.objects.values())).lower()
    with inside(anna.instance):
        assert "siti" not in str([*Invitation.objects.values(), *Member.objects.values()]).lower()


@pytest.mark.promise("P43", "A34")
@pytest.mark.parametrize("reminded", [True, False])
def test_withdrawing_and_inviting_anew_makes_no_third_letter(anna, letters, reminded):
    invite(anna)
    with inside(anna.instance):
        if reminded:
            colleagues.remind(Invitation.objects.get(), by=anna.member)
        colleagues.withdraw(Invitation.objects.get(), by=anna.member)
    again = invite(anna)["Location"]
    with inside(anna.instance):
        for open_one in Invitation.objects.open():
            with pytest.raises(NotPossible):
                colleagues.remind(open_one, by=anna.member)
            colleagues.withdraw(open_one, by=anna.member)

    look = anna.browser.post(anna.url("colleagues/invite/"), {"addresses": "siti@atap.example", "role": "user"})
    assert "got two letters within 30 days" in look.content.decode()
    assert invite(anna)["Location"].endswith("sent=0")
    assert again.endswith("sent=0" if reminded else "sent=1")
    run_all()
    assert Sent.objects.to_person("siti@atap.example").count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        anna.browser.force_login(anna.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert invite(anna)["Location"].endswith("sent=1")


@pytest.mark.promise("P43", "A34")
def test_a_report_reaches_our_staff_once_and_names_nobody(anna, stranger, letters):
    invite(anna)
    page = anna.url(f"invitations/{token_in(letters)}/")

    for _ in range(2):
        stranger.post(f"{page}decline/", {"report": "1"})

    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.times) == ("invitation reported", "atap-suria", 1)
    assert "siti" not in str(Alert.objects.values()).lower()


@pytest.mark.promise("P43")
def test_just_declining_is_no_report(anna, stranger, letters):
    invite(anna)

    stranger.post(anna.url(f"invitations/{token_in(letters)}/decline/"))

    assert not Alert.objects.exists()
    assert invite(anna)["Location"].endswith("sent=1")


@pytest.mark.promise("P43")
def test_a_report_holds_for_that_database_only_and_after_a_change_of_keys(anna, rita, stranger, letters, settings):
    invite(anna)
    stranger.post(anna.url(f"invitations/{token_in(letters)}/decline/"), {"report": "1"})

    with inside(rita.instance):
        assert not Invitation.reported("siti@atap.example")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another key of ours, long enough to be one",
    )
    with inside(anna.instance):
        assert Invitation.reported(" Siti@atap.example")


@pytest.mark.promise("P43", "A34")
def test_an_invitation_is_followed_by_nothing_else(anna, letters):
    invite(anna)
    for days in (1, 7, 15, 29):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            run_all()

    assert Sent.objects.to_person("siti@atap.example").count() == 1
    assert not {"unsubscribe", "offer", "try pivotino"} & set(letters[-1].text.lower().split())


def test_a_name_from_a_list_keeps_its_records_when_invited(anna, letters):
    with inside(anna.instance):
        named = Member.objects.create(name="Lim Wei Sheng")

    invite(anna, "Lim Wei Sheng <ws@atap.example>")
    made, ws = account("ws@atap.example", "WS Lim")
    ws.post(anna.url(f"invitations/{token_in(letters)}/accept/"))

    with inside(anna.instance):
        named.refresh_from_db()
        assert (named.account_uuid, named.name) == (made.id, "Lim Wei Sheng")


def test_an_unknown_token_tells_nothing(anna, stranger):
    answer = stranger.get(anna.url("invitations/not-a-token/"))

    assert answer.status_code == 404
    assert "Atap Suria" not in answer.content.decode()


def test_a_token_of_one_instance_opens_no_other(anna, rita, stranger, letters):
    invite(anna)

    assert stranger.get(f"/@zenit/invitations/{token_in(letters)}/").status_code == 404

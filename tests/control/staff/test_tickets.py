"""The tickets as staff see them."""

from typing import Any

import pytest
from django.core import mail

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.models import Macro, Message, State, Ticket
from pivotino.control.staff.models import Deed
from pivotino.control.support import calling
from pivotino.control.support.models import Scope
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.helpdesk.conftest import Ali, ali, asked, omar, said, second_desk, signed_in

__all__ = ["ali", "asked", "omar", "second_desk"]
ADDRESSES = ["/staff/tickets/", "/staff/tickets/T-1001/", "/staff/macros/", "/staff/macros/new/"]


def send(desk: Browser, body: str, *, do: str = "send", **more: Any) -> Any:
    told = {"body": body, "do": do, "version": Ticket.objects.get(number="T-1001").version, **more}
    return desk.post("/staff/tickets/T-1001/answers/", told)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_staff_with_a_second_step_may_look(asked: Ali, anna: Person, sofia: Account, address: str) -> None:
    half = Browser("half")
    half.force_login(sofia, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert asked.browser.get(address)["Location"].startswith("/sign-in/")
    assert anna.browser.get(address).status_code == 404
    assert half.get(address).status_code == 403
    for post in ("answers/", "notes/", "acts/solve/"):
        assert anna.browser.post(f"/staff/tickets/T-1001/{post}").status_code == 404


def test_a_ticket_is_answered_and_the_deed_kept(asked: Ali, desk: Browser, sofia: Account) -> None:
    answer = send(desk, "Top left.")
    run_all()

    assert (answer.status_code, answer["Location"]) == (302, "/staff/tickets/T-1001/#end")
    assert (mail.outbox[-1].to, "Top left." in str(mail.outbox[-1].body)) == (["ali@kedai.example"], True)
    assert Deed.objects.values_list("what", "ticket", "by").get() == ("ticket answer", "T-1001", "Sofia Staff")
    assert "Sofia Staff" in desk.get("/staff/tickets/T-1001/").content.decode()


def test_send_and_solve_is_one_letter(asked: Ali, desk: Browser) -> None:
    send(desk, "Top left.", do="solve")
    run_all()

    assert asked.ticket.state == State.SOLVED
    assert ["We think this is solved" in str(letter.body) for letter in mail.outbox] == [False, True]


def test_two_who_answer_at_once_do_not_both_answer(asked: Ali, desk: Browser, second_desk: Browser) -> None:
    version = asked.ticket.version
    send(desk, "Top left.", version=version)

    late = send(second_desk, "Top right.", version=version)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Top left." in page and "Top right." in page and "Somebody wrote here" in page
    assert [body for way, body in said() if way == "out"] == ["Top left."]

    # What they typed goes out at the next press, after they read.
    assert f'value="{asked.ticket.version}"' in page
    assert send(second_desk, "Top right.").status_code == 302


@pytest.mark.promise("P57")
def test_an_answer_or_a_macro_that_asks_for_a_password_is_refused(asked: Ali, desk: Browser) -> None:
    answer = send(desk, "Please send us your password.")
    macro = desk.post("/staff/macros/new/", {"name": "Bad", "category": "", "body": "Reply with your PIN."})

    assert (answer.status_code, macro.status_code) == (422, 422)
    assert "We never do" in answer.content.decode() and "send us your" in answer.content.decode()
    assert not Macro.objects.exists()
    assert len(said()) == 1


def test_what_is_kept_ready_is_put_below_what_was_typed_and_not_sent(asked: Ali, desk: Browser) -> None:
    desk.post("/staff/macros/new/", {"name": "Board", "category": "", "body": "{name}, see {number}."})
    macro = Macro.objects.get()

    page = send(desk, "Hello,", do="fill", macro=str(macro.pk)).content.decode()

    assert "Hello,\n\nAli Hassan, see T-1001." in page.replace("\r", "")
    assert len(said()) == 1
    assert (
        desk.post(f"/staff/macros/{macro.pk}/", {"name": "Board", "category": "privacy", "body": "x"}).status_code
        == 302
    )
    assert "Put in" not in desk.get("/staff/tickets/T-1001/").content.decode()
    desk.post(f"/staff/macros/{macro.pk}/remove/")
    assert not Macro.objects.exists()


@pytest.mark.parametrize("do", ["send", "solve"])
def test_an_empty_answer_is_refused(asked: Ali, desk: Browser, do: str) -> None:
    assert send(desk, "  ", do=do).status_code == 422
    assert desk.post("/staff/tickets/T-1001/notes/", {"note": ""}).status_code == 422


def test_notes_acts_and_lists(asked: Ali, desk: Browser, sofia: Account, omar: Account) -> None:
    act = "/staff/tickets/T-1001/acts/"
    desk.post("/staff/tickets/T-1001/notes/", {"note": "The old theme."})
    desk.post(f"{act}assign/", {"to": str(omar.pk)})
    desk.post(f"{act}category/", {"category": "privacy"})
    desk.post(f"{act}prove/")

    ticket = asked.ticket
    assert (ticket.assignee_id, ticket.category, ticket.is_paused) == (omar.pk, "privacy", True)
    page = desk.get("/staff/tickets/T-1001/").content.decode()
    assert "The old theme." in page and "Stands still for a proof" in page
    shown = {
        show: "Where is it" in desk.get(f"/staff/tickets/?show={show}").content.decode()
        for show in ("open", "mine", "nobody", "waiting", "solved")
    }
    assert shown == {"open": True, "mine": False, "nobody": False, "waiting": False, "solved": False}
    assert "Where is it" in desk.get("/staff/tickets/?q=t-1001").content.decode()
    assert "Where is it" not in desk.get("/staff/tickets/?category=legal").content.decode()

    desk.post(f"{act}solve/", {"version": asked.ticket.version})
    assert asked.ticket.state == State.SOLVED
    desk.post(f"{act}reopen/")
    assert asked.ticket.state == State.OPEN
    assert desk.post(f"{act}solve/", {"version": "1"}).status_code == 409
    assert desk.post(f"{act}assign/", {"to": "nobody"}).status_code == 422
    assert desk.post(f"{act}dance/").status_code == 404


def test_the_list_says_who_what_whose_turn_and_what_was_said_last(asked: Ali, desk: Browser) -> None:
    desk.post("/staff/tickets/T-1001/notes/", {"note": "Among us alone."})
    before = desk.get("/staff/tickets/").content.decode()
    send(desk, "Top left.")
    after = desk.get("/staff/tickets/?show=waiting").content.decode()

    assert all(words in before for words in ("Ali Hassan", "Where is it", "I cannot find my board.", "First answer in 23 hours", "Nobody yet"))  # fmt: skip
    assert "Among us alone." not in before + after
    assert "We: Top left." in after and "Sofia Staff" in after


def test_before_and_next_walk_the_line_of_our_turn(asked: Ali, desk: Browser) -> None:
    asked.writes("Twice.", id="<8@kedai.example>", subject="Another")
    first, second = (desk.get(f"/staff/tickets/{number}/").content.decode() for number in ("T-1001", "T-1002"))

    assert 'href="/staff/tickets/T-1002/" data-key="j"' in first and 'data-key="k"' not in first
    assert 'href="/staff/tickets/T-1001/" data-key="k"' in second and 'data-key="j"' not in second
    send(desk, "Top left.")
    assert 'href="/staff/tickets/T-1002/" data-key="j"' in desk.get("/staff/tickets/T-1001/").content.decode()


def test_a_ticket_shows_what_came_of_it(anna: Person, desk: Browser, sofia: Account) -> None:
    account = anna.take_seat().account
    verbs.open_ticket("child", "A pupil", "Look.", email=account.email, source="my", account=signed_in(account))
    call = calling.ask(anna.instance, by=signed_in(sofia), ticket="T-1001", reason="Look at the settings", scope=Scope.SETTINGS)  # fmt: skip

    page = desk.get("/staff/tickets/T-1001/").content.decode()
    assert f'href="/staff/sessions/{call.pk}/"' in page
    assert "Report about a child" in page
    assert 'href="/staff/sessions/new/?database=atap-suria&amp;ticket=T-1001"' in page


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999"])
def test_a_strange_version_is_refused(asked: Ali, desk: Browser, version: str) -> None:
    assert desk.post("/staff/tickets/T-1001/acts/solve/", {"version": version}).status_code in (409, 422)
    assert asked.ticket.state == State.OPEN


def test_merging_asks_for_the_other_number_and_refuses_two_people(asked: Ali, desk: Browser) -> None:
    asked.writes("Once more.", id="<9@kedai.example>", subject="Another")
    asked.writes("rivalsecret", sender="rita@zenit.example", id="<10@zenit.example>")
    merge = "/staff/tickets/T-1002/acts/merge/"

    assert desk.post(merge, {"into": "T-9999"}).status_code == 422
    assert desk.post("/staff/tickets/T-1003/acts/merge/", {"into": "1001"}).status_code == 409
    assert desk.post(merge, {"into": "1001"})["Location"] == "/staff/tickets/T-1001/#end"
    assert set(Message.objects.filter(ticket__number="T-1001").exclude(direction="note").values_list("body", flat=True)) == {
        "I cannot find my board.", "Once more.",
    }  # fmt: skip
    assert "Merged into" in desk.get("/staff/tickets/T-1002/").content.decode()


def test_a_customer_behind_the_address_is_one_click_away(anna: Person, desk: Browser) -> None:
    account = anna.take_seat().account
    verbs.open_ticket("support", "Board", "Where?", email=account.email, source="my", account=signed_in(account))

    page = desk.get("/staff/tickets/T-1001/").content.decode()
    assert 'href="/staff/customers/atap-suria/"' in page
    assert "Nobody has proven" not in page
    assert 'href="/staff/tickets/T-1001/"' in desk.get("/staff/customers/atap-suria/").content.decode()

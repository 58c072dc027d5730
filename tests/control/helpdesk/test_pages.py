"""The page of one ticket by its link, one's own tickets signed in, and the proof of an address."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.concerns import _hearers as hearers
from pivotino.control.helpdesk.concerns import concerns
from pivotino.control.helpdesk.models import Message, Rating, State, Ticket
from pivotino.jobs.testing import run_all
from pivotino.letters.secrets import asks_for_a_password
from pivotino.tenancy.signed_in import SignedIn
from tests.cast import Browser, Person
from tests.control.helpdesk.conftest import Ali, answered, path, said, signed_in

ROOT = Path(__file__).resolve().parents[3] / "pivotino" / "control"
ROOMS = ("helpdesk", "staff", "support", "rights", "children", "matters", "website")
TEMPLATES = sorted(
    page for room in ROOMS for page in (ROOT / room / "templates").glob("**/*.*") if page.suffix in (".html", ".txt")
)


def link_in(letter: Any) -> str:
    """The first address in a letter of ours that leads to a ticket."""
    return path(next(word for word in str(letter.body).split() if "/tickets/" in word))


def test_the_link_in_the_letter_opens_the_one_ticket(asked: Ali, staff: SignedIn) -> None:
    answered(asked.ticket, "Top left.", staff)
    page = asked.browser.get(link_in(mail.outbox[0]))

    assert page.status_code == 200
    assert "Top left." in page.content.decode() and "I cannot find my board." in page.content.decode()
    assert (page["Referrer-Policy"], page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == (
        "no-referrer",
        "noindex",
        True,
    )


@pytest.mark.parametrize("token", ["x", "ImFiYyI.abc", "0199c0de", "%00", "a.b.c"])
def test_a_made_up_link_opens_nothing(asked: Ali, token: str) -> None:
    assert asked.browser.get(f"/tickets/{token}/").status_code == 404
    assert asked.browser.post(f"/tickets/{token}/", {"body": "x"}).status_code == 404
    assert asked.browser.post(f"/tickets/{token}/rating/", {"good": "yes"}).status_code == 404
    assert asked.browser.get(f"/tickets/proof/{token}/").status_code == 404


def test_a_reply_on_the_page_joins_and_an_empty_one_is_refused(asked: Ali, staff: SignedIn) -> None:
    answered(asked.ticket, "Which browser?", staff)
    empty = asked.browser.post(asked.page, {"body": "  "})
    sent = asked.browser.post(asked.page, {"body": "Firefox."})

    assert (empty.status_code, sent.status_code, sent["Location"]) == (422, 302, f"{asked.page}#end")
    assert [body for _, body in said()] == ["I cannot find my board.", "Which browser?", "Firefox."]
    assert asked.ticket.state == State.OPEN


def test_satisfied_once_after_it_is_solved(asked: Ali, staff: SignedIn) -> None:
    assert "Are you satisfied?" not in asked.reads()
    asked.browser.post(f"{asked.page}rating/", {"good": "yes"})
    assert not Rating.objects.exists()

    answered(asked.ticket, "Top left.", staff, solve=True)
    assert "Are you satisfied?" in asked.reads()
    asked.browser.post(f"{asked.page}rating/", {"good": "no", "remark": "Too slow."})
    asked.browser.post(f"{asked.page}rating/", {"good": "yes", "remark": ""})
    assert asked.browser.post(f"{asked.page}rating/", {"good": "maybe"}).status_code == 302

    assert Rating.objects.values_list("good", "remark").get() == (False, "Too slow.")
    assert "Are you satisfied?" not in asked.reads()


def test_writing_on_a_closed_one_leads_to_the_new_one(asked: Ali, staff: SignedIn) -> None:
    verbs.solve(asked.ticket, by=staff, version=asked.ticket.version)
    old = asked.page
    verbs.close(asked.ticket)

    answer = asked.browser.post(old, {"body": "It is back."})
    assert Ticket.objects.count() == 2
    assert answer["Location"] != f"{old}#end"
    assert "It is back." in asked.browser.get(answer["Location"].split("#")[0]).content.decode()


@pytest.mark.promise("P32")
def test_looking_at_the_proof_changes_nothing_and_pressing_proves_the_address(asked: Ali, staff: SignedIn) -> None:
    verbs.ask_proof(asked.ticket, by=staff)
    run_all()
    proof = link_in(mail.outbox[-1])

    for _ in range(2):
        assert "Was it you?" in asked.browser.get(proof).content.decode()
    assert asked.ticket.proved_at is None

    heard = []
    concerns(Category.SUPPORT)(lambda ticket: heard.append(ticket.proved_at is not None))
    try:
        asked.browser.post(proof)
        asked.browser.post(proof)
    finally:
        hearers[Category.SUPPORT].pop()
    assert asked.ticket.proved_at is not None
    assert heard == [True]
    assert "The address is yours" in asked.browser.get(proof).content.decode()
    with pytest.raises(verbs.NotPossible):
        verbs.ask_proof(asked.ticket, by=staff)


def test_the_link_to_a_ticket_proves_nothing(asked: Ali, staff: SignedIn) -> None:
    verbs.ask_proof(asked.ticket, by=staff)
    token = asked.page.split("/")[-2]

    assert asked.browser.post(f"/tickets/proof/{token}/").status_code == 404
    asked.browser.post(asked.page, {"body": "It is me, I swear."})
    asked.replies("It is me, I swear.")
    assert asked.ticket.proved_at is None


def test_one_asks_and_answers_signed_in(anna: Person) -> None:
    browser = anna.take_seat().browser
    form = {"category": "support", "subject": "Board", "body": "Where?", "once": "m1"}
    assert browser.get("/my/tickets/").status_code == browser.get("/my/tickets/new/").status_code == 200
    for _ in range(2):
        assert browser.post("/my/tickets/new/", form)["Location"] == "/my/tickets/T-1001/"
    assert browser.post("/my/tickets/new/", {**form, "body": ""}).status_code == 422
    browser.post("/my/tickets/T-1001/", {"body": "Still?"})

    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.account_id, ticket.proved_at is not None) == ("my", anna.account.pk, True)
    assert [body for _, body in said()] == ["Where?", "Still?"]
    assert Message.objects.filter(account=anna.account).count() == 2
    assert "Board" in browser.get("/my/tickets/").content.decode()
    verbs.solve(ticket, by=None, version=Ticket.objects.get().version)
    assert browser.post("/my/tickets/T-1001/rating/", {"good": "yes"}).status_code == 302
    assert Rating.objects.get().good


def test_what_came_by_mail_from_ones_own_address_is_ones_own(ali: Ali, anna: Person) -> None:
    ali.writes(sender=anna.account.email.upper())

    assert "Where is it" in anna.browser.get("/my/tickets/").content.decode()


def test_nobody_sees_anothers(asked: Ali, rita: Person, stranger: Browser) -> None:
    verbs.open_ticket(
        "support", "rivalsecret", "rivalsecret", email=rita.account.email, source="my", account=signed_in(rita.account)
    )

    for address in ("/my/tickets/T-1001/", "/my/tickets/T-9999/", "/my/tickets/T-1001/rating/"):
        assert rita.browser.post(address, {"body": "x", "good": "yes"}).status_code == 404
    for address in ("/my/tickets/", "/my/tickets/new/", "/my/tickets/T-1002/"):
        assert stranger.get(address)["Location"].startswith("/sign-in/")


@pytest.mark.promise("P57")
def test_no_page_of_the_helpdesk_has_a_field_for_a_password(asked: Ali, anna: Person) -> None:
    pages = [
        asked.reads(),
        asked.browser.get("/contact/").content.decode(),
        anna.browser.get("/my/tickets/new/").content.decode(),
        anna.browser.get(anna.url("help/")).content.decode(),
    ]

    for page in pages:
        assert not re.search(r'type="password"', page)
        assert "We never ask for your password." in page


@pytest.mark.promise("P57")
@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.name)
def test_no_template_of_ours_asks_for_a_password(page: Path) -> None:
    """Pages and letters of everybody who speaks with people for us."""
    source = re.sub(r"\{[{%#].*?[}%#]\}", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert not asks_for_a_password(source)
    assert 'type="password"' not in source

"""A support session from the question to the end: who may begin it, how it ends, and what is written down."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.models import Source
from pivotino.control.helpdesk.verbs import open_ticket, solve
from pivotino.control.rights.models import Restriction
from pivotino.control.staff.models import Deed
from pivotino.control.support import calling
from pivotino.control.support.models import LASTS, End, Housecall, NoAccess, Opening, Scope, Urgency, Yes
from pivotino.instance.history.models import Event, Outbox, Trail
from pivotino.instance.members.models import Company, Member
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.jobs.testing import run_all
from pivotino.letters.marks import mark_of
from pivotino.tenancy import inside, veils, visiting
from pivotino.tenancy.engine.sqlite import InstanceGone
from tests.cast import Browser, Person
from tests.control.support.conftest import CHANGE, WHY, Guest, as_owner, of_us
from tests.house import world

GoIn = Callable[..., Housecall]
What = Opening.What
SETTINGS = "settings/company/"


def opened(call: Housecall) -> list[tuple[str, str]]:
    return [(one.what, one.path) for one in call.openings.all()]


# --- without a session ---


@pytest.mark.promise("A57", "P22", "P59")
def test_staff_without_a_session_find_nothing_anywhere(aida: Guest, owner: Person) -> None:
    ids = world.records(owner)

    for path in ("", "board/", SETTINGS, f"opportunities/{ids['opportunity']}/", "people/", "live", "guests/"):
        assert aida.get(owner.url(path)).status_code == 404, path
    assert aida.get("/my/databases/atap-suria/support-sessions/").status_code == 404
    assert aida.get("/my/databases/atap-suria/export/").status_code == 404


def test_customers_do_not_find_the_pages_of_staff(owner: Person, asked: GoIn) -> None:
    call = asked()

    for path in ("", "new/", f"{call.pk}/", f"{call.pk}/reveals/", f"{call.pk}/standing/"):
        assert owner.browser.get(f"/staff/sessions/{path}").status_code == 404
        assert Browser().get(f"/staff/sessions/{path}").status_code == 302
    assert owner.browser.post(f"/staff/sessions/{call.pk}/acts/begin/").status_code == 404


# --- asking ---


@pytest.mark.promise("P59")
@pytest.mark.parametrize("number", ["", "T-9999", "nonsense"])
def test_without_a_ticket_there_is_no_session(aida: Guest, owner: Person, number: str) -> None:
    with pytest.raises(calling.NotPossible, match="ticket"):
        calling.ask(owner.instance, by=aida.me, ticket=number, reason=WHY, scope=Scope.SETTINGS)

    assert not Housecall.objects.exists()


@pytest.mark.promise("P62")
def test_a_ticket_about_another_database_opens_nothing_here(aida: Guest, owner: Person, rita: Person) -> None:
    rita.take_seat()
    theirs = open_ticket("support", "Help", "Help us.", email=rita.account.email, source=Source.APP, instance_id=rita.instance.pk)  # fmt: skip

    with pytest.raises(calling.NotPossible, match="another database"):
        calling.ask(owner.instance, by=aida.me, ticket=theirs.number, reason=WHY, scope=Scope.SETTINGS)


def test_no_session_about_somebody_whose_data_is_kept_and_not_used(aida: Guest, owner: Person) -> None:
    theirs = open_ticket("support", "Help", "Help us.", email=owner.account.email, source=Source.APP, instance_id=owner.instance.pk)  # fmt: skip
    Restriction.objects.create(mark=mark_of(owner.account.email))

    with pytest.raises(calling.NotPossible, match="kept and not used"):
        calling.ask(owner.instance, by=aida.me, ticket=theirs.number, reason=WHY, scope=Scope.SETTINGS)


@pytest.mark.promise("P59")
def test_the_form_asks_for_ticket_reason_and_scope_and_keeps_what_was_typed(aida: Guest, owner: Person) -> None:
    typed = {
        "database": "atap-suria",
        "ticket": "T-9999",
        "reason": WHY,
        "scope": "rooms",
        "rooms": ["pipeline"],
        "urgency": "",
    }

    unknown = aida.post("/staff/sessions/new/", typed)
    empty = aida.post("/staff/sessions/new/", {"scope": "rooms"})

    assert unknown.status_code == empty.status_code == 422
    assert WHY in unknown.content.decode()
    assert "There is no open ticket" in unknown.content.decode()
    assert "Say which rooms it is about." in empty.content.decode()


def test_a_form_that_is_right_asks_the_owners_by_letter(aida: Guest, owner: Person, ticket: Any) -> None:
    run_all()
    mail.outbox.clear()

    answer = aida.post("/staff/sessions/new/", {
        "database": "atap-suria", "ticket": ticket.number, "reason": WHY, "scope": "rooms", "rooms": ["pipeline"], "urgency": "",
    })  # fmt: skip
    run_all()

    call = Housecall.objects.get()
    assert answer["Location"] == f"/staff/sessions/{call.pk}/"
    assert [letter.to for letter in mail.outbox] == [[owner.account.email]]
    assert f"/my/databases/atap-suria/support-sessions/{call.pk}/" in mail.outbox[0].body
    assert WHY in mail.outbox[0].body


def test_nobody_has_two_sessions_in_one_database(asked: GoIn) -> None:
    asked()

    with pytest.raises(calling.NotPossible, match="already"):
        asked()


def test_a_record_needs_the_address_of_one(asked: GoIn) -> None:
    for record in ("/", "/board/", "/settings/me/", "/nowhere/", "board"):
        with pytest.raises(calling.NotPossible, match="address of one record"):
            asked(Scope.RECORD, record=record)


def test_whoever_works_in_a_database_is_no_guest_there(aida: Guest, owner: Person, asked: GoIn) -> None:
    owner.instance.seats.create(account=aida.account)

    with pytest.raises(calling.NotPossible, match="work in this database"):
        asked()


@pytest.mark.promise("P60")
def test_a_colleague_who_is_staff_stays_a_colleague(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    inside_with()
    with inside(owner.instance):
        Member.objects.create(
            name="Aida", email=aida.account.email, account_uuid=aida.account.pk, joined_at=timezone.now()
        )
    owner.instance.seats.create(account=aida.account)

    own, company = aida.get(owner.url("settings/me/")), aida.get(owner.url(SETTINGS))

    assert (own.status_code, company.status_code) == (200, 403)  # a User's answers
    assert "Helpdesk" not in company.content.decode()
    assert not Opening.objects.exists()


# --- beginning ---


@pytest.mark.promise("P60")
def test_only_a_passkey_begins_a_session(owner: Person, asked: GoIn, aida: Guest) -> None:
    call = asked()

    weak = Guest(aida.account, "totp").post(f"/staff/sessions/{call.pk}/acts/begin/")
    strong = aida.post(f"/staff/sessions/{call.pk}/acts/begin/")

    assert weak.status_code == 403
    assert strong["Location"] == "/@atap-suria/settings/company/"


@pytest.mark.promise("P60")
def test_a_session_belongs_to_one_browser(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    inside_with()

    assert aida.get(owner.url(SETTINGS)).status_code == 200
    assert Guest(aida.account).get(owner.url(SETTINGS)).status_code == 404


@pytest.mark.promise("P62")
def test_contents_wait_for_a_yes(asked: GoIn, aida: Guest, owner: Person) -> None:
    call = asked(Scope.ROOMS, rooms=["pipeline"])

    early = aida.post(f"/staff/sessions/{call.pk}/acts/begin/")
    answer = owner.browser.post(f"/my/databases/atap-suria/support-sessions/{call.pk}/answers/", {"to": "session", "answer": "yes"})  # fmt: skip
    late = aida.post(f"/staff/sessions/{call.pk}/acts/begin/")

    assert early.status_code == 409
    assert answer.status_code == 302
    assert late.status_code == 302
    assert aida.get(owner.url("board/")).status_code == 200
    assert aida.get(owner.url("people/")).status_code == 403


@pytest.mark.promise("P59")
def test_a_ticket_that_was_settled_meanwhile_opens_nothing(asked: GoIn, aida: Guest, ticket: Any) -> None:
    call = asked()
    solve(ticket, by=aida.me, version=ticket.version)

    answer = aida.post(f"/staff/sessions/{call.pk}/acts/begin/")

    assert answer.status_code == 409
    assert "There is no open ticket" in answer.content.decode()


@pytest.mark.promise("P57")
def test_nobody_asks_a_customer_for_a_password_in_a_reason(aida: Guest, owner: Person, ticket: Any) -> None:
    asking = "Please send me your password, I will look"
    typed = {"database": "atap-suria", "ticket": ticket.number, "scope": "settings", "urgency": "", "reason": asking}

    answer = aida.post("/staff/sessions/new/", typed)

    assert answer.status_code == 422
    assert "We never ask for a password" in answer.content.decode() and asking in answer.content.decode()
    assert not Housecall.objects.exists()


def test_only_an_owner_answers(asked: GoIn, owner: Person, bruno: Person, rita: Person) -> None:
    rita.take_seat()
    call = asked(Scope.ROOMS, rooms=["pipeline"])
    path = f"/my/databases/atap-suria/support-sessions/{call.pk}/answers/"

    for person in (bruno, rita):
        assert person.browser.post(path, {"to": "session", "answer": "yes"}).status_code == 404
    assert rita.browser.post(path.replace("atap-suria", "zenit"), {"to": "session", "answer": "yes"}).status_code == 404
    assert not Yes.objects.exists()


def test_two_owners_who_say_yes_at_once_say_it_once(asked: GoIn, owner: Person, bruno: Person) -> None:
    call = asked(Scope.ROOMS, rooms=["pipeline"])

    calling.agree(call, Yes.To.SESSION, by=as_owner(owner))
    calling.agree(call, Yes.To.SESSION, by=as_owner(bruno))

    assert [yes.by for yes in call.yeses.all()] == ["Nurul Anna"]


def test_a_no_ends_it(asked: GoIn, owner: Person, aida: Guest) -> None:
    call = asked(Scope.ROOMS, rooms=["pipeline"])

    owner.browser.post(
        f"/my/databases/atap-suria/support-sessions/{call.pk}/answers/", {"to": "session", "answer": "no"}
    )

    call.refresh_from_db()
    assert (call.end, call.ended_by) == (End.REFUSED, "Nurul Anna")
    assert aida.post(f"/staff/sessions/{call.pk}/acts/begin/").status_code == 409


# --- what cannot wait ---


@pytest.mark.promise("P59")
def test_without_the_customer_two_of_us_are_needed_and_the_owners_know_at_once(
    asked: GoIn, aida: Guest, sofia: Guest, owner: Person
) -> None:
    call = asked(Scope.ROOMS, rooms=["pipeline"], urgency=Urgency.SECURITY)
    run_all()
    mail.outbox.clear()
    with pytest.raises(calling.NotPossible, match="Two of us"):
        calling.second(call, by=aida.me, why=WHY)
    assert aida.post(f"/staff/sessions/{call.pk}/acts/begin/").status_code == 409

    sofia.post(f"/staff/sessions/{call.pk}/acts/second/", {"why": "Somebody signs in from nowhere"})
    run_all()

    assert aida.post(f"/staff/sessions/{call.pk}/acts/begin/").status_code == 302
    assert [letter.to for letter in mail.outbox] == [[owner.account.email]]
    assert "Aida Rahman and Sofia Rahman" in mail.outbox[0].body
    assert "Sofia Rahman" in owner.browser.get(f"/my/databases/atap-suria/support-sessions/{call.pk}/").content.decode()


def test_the_second_one_comes_with_a_passkey_and_is_staff(asked: GoIn, sofia: Guest, owner: Person) -> None:
    call = asked(Scope.SETTINGS, urgency=Urgency.LEGAL)

    weak = Guest(sofia.account, "totp").post(f"/staff/sessions/{call.pk}/acts/second/", {"why": WHY})
    with pytest.raises(calling.NotPossible, match="Only our staff"):
        calling.second(call, by=as_owner(owner), why=WHY)

    assert weak.status_code == 403
    assert not Yes.objects.exists()


@pytest.mark.promise("P61")
def test_a_customer_who_switched_access_off_is_left_alone(
    aida: Guest, sofia: Guest, owner: Person, inside_with: GoIn, asked: GoIn
) -> None:
    call = inside_with()

    owner.browser.post("/my/databases/atap-suria/support-sessions/access/", {"access": "off"})

    assert aida.get(owner.url(SETTINGS)).status_code == 404
    assert Housecall.objects.get(pk=call.pk).end == End.CLOSED
    with pytest.raises(calling.NotPossible, match="switched staff access off"):
        asked()
    urgent = asked(Scope.SETTINGS, urgency=Urgency.SECURITY)
    calling.second(urgent, by=sofia.me, why=WHY)
    calling.begin(urgent, by=aida.me)
    assert aida.get(owner.url(SETTINGS)).status_code == 200
    assert (
        "only two of us together"
        in owner.browser.get("/my/databases/atap-suria/support-sessions/").content.decode().lower()
    )
    owner.browser.post("/my/databases/atap-suria/support-sessions/access/", {"access": "on"})
    assert not NoAccess.objects.exists()


@pytest.mark.promise("P36")
@pytest.mark.parametrize(
    ("address", "told"), [("60.48.1.1", "Malaysia"), ("10.0.0.1", "A country we do not know")], ids=["known", "unknown"]
)
def test_the_owner_reads_from_which_country_the_helpdesk_came(
    aida: Guest, owner: Person, asked: GoIn, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setattr(calling, "country_of", {"60.48.1.1": "MY", "10.0.0.1": "unknown"}.__getitem__)
    call = asked()
    aida.post(f"/staff/sessions/{call.pk}/acts/begin/", REMOTE_ADDR=address)

    page = owner.browser.get(f"/my/databases/atap-suria/support-sessions/{call.pk}/").content.decode()
    assert f"<dt>From</dt><dd>{told}</dd>" in page


def test_only_owners_turn_the_switch(bruno: Person, owner: Person, rita: Person) -> None:
    rita.take_seat()

    for person in (bruno, rita):
        assert (
            person.browser.post("/my/databases/atap-suria/support-sessions/access/", {"access": "off"}).status_code
            == 404
        )


# --- looking ---


@pytest.mark.promise("A59", "P61")
def test_every_page_is_written_down_in_three_books(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()

    aida.get(owner.url(SETTINGS))
    aida.get(owner.url("board/"))

    assert opened(call) == [("looked", "/settings/company/"), ("refused", "/board/")]
    deeds = [(deed.by, deed.what, deed.ticket, deed.facts.get("path")) for deed in Deed.objects.order_by("number")][-2:]
    assert deeds == [
        ("Aida Rahman", "support: looked", call.ticket, "/settings/company/"),
        ("Aida Rahman", "support: refused", call.ticket, "/board/"),
    ]
    with inside(owner.instance):
        lines = [(one.by, one.what, one.where, one.ticket, one.staff) for one in Trail.objects.order_by("number")]
    assert lines == [
        ("Helpdesk – Aida Rahman", "support.came", "", call.ticket, True),
        ("Helpdesk – Aida Rahman", "support.looked", "/settings/company/", call.ticket, True),
        ("Helpdesk – Aida Rahman", "support.refused", "/board/", call.ticket, True),
    ]


@pytest.mark.promise("A59", "P61")
def test_what_nobody_writes_down_nobody_sees(
    aida: Guest, owner: Person, inside_with: GoIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside_with()
    monkeypatch.setattr("pivotino.control.support.keeping._keepers", [])
    aida.raise_request_exception = False

    answer = aida.get(owner.url(SETTINGS))

    assert answer.status_code == 500
    assert b"Kuala" not in answer.content


@pytest.mark.promise("P62")
def test_a_page_is_uncovered_with_a_reason_and_only_that_page(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    ids, others = world.records(owner), world.records(owner)
    with inside(owner.instance):
        Opportunity.objects.filter(pk=others["opportunity"]).update(title="Gutter of the mosque")
    call = inside_with(Scope.ROOMS, rooms=["pipeline"])
    card = f"/opportunities/{ids['opportunity']}/"
    before = aida.get(owner.url(card[1:])).content

    short = aida.post(f"/staff/sessions/{call.pk}/reveals/", {"path": card, "why": "so"})
    done = aida.post(f"/staff/sessions/{call.pk}/reveals/", {"path": card, "why": "The amount is said to be wrong"})

    after = aida.get(owner.url(card[1:])).content
    assert (short.status_code, done["Location"]) == (422, owner.url(card[1:]))
    assert b"Metal deck re-roof" not in before
    assert b"Metal deck re-roof" in after
    assert b"Gutter" not in aida.get(owner.url(f"opportunities/{others['opportunity']}/")).content
    assert b"Gutter" not in aida.get(owner.url("board/")).content
    assert ("revealed", card) in opened(call)
    assert ("read", card) in opened(call)
    assert call.openings.get(what=What.REVEALED).reason == "The amount is said to be wrong"


@pytest.mark.promise("P62")
def test_nothing_is_uncovered_where_nobody_said_yes(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()

    for path in ("/colleagues/", "/settings/company/", "/board/", "/settings/me/", "/nowhere/"):
        answer = aida.post(f"/staff/sessions/{call.pk}/reveals/", {"path": path, "why": "I would like to see it"})
        assert answer.status_code == 409, path
    assert not call.openings.filter(what=What.REVEALED).exists()


@pytest.mark.promise("P62")
def test_a_session_for_one_record_shows_that_one(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    ids, others = world.records(owner), world.records(owner)
    inside_with(Scope.RECORD, record=f"/opportunities/{ids['opportunity']}/")

    assert aida.get(owner.url(f"opportunities/{ids['opportunity']}/")).status_code == 200
    assert aida.get(owner.url(f"opportunities/{others['opportunity']}/")).status_code == 403
    assert aida.get(owner.url("board/")).status_code == 403


@pytest.mark.promise("A59", "P62")
def test_what_is_never_opened_stays_closed_with_every_yes(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    inside_with(Scope.ROOMS, rooms=visiting.rooms(), changes=True)

    for path in ("settings/me/", "import/", "colleagues/invite/", "mailing/sender/", "search/?q=roof"):
        assert aida.get(owner.url(path)).status_code == 403, path
        assert aida.post(owner.url(path), {}).status_code == 403, path
    for page in ("export", "leave", "backups", "support-sessions"):
        assert aida.get(f"/my/databases/atap-suria/{page}/").status_code == 404, page


def test_an_address_nobody_sorted_is_refused(
    aida: Guest, owner: Person, inside_with: GoIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside_with()
    monkeypatch.setitem(veils.table(), "settings", [])

    assert aida.get(owner.url(SETTINGS)).status_code == 403
    assert aida.get(owner.url("nowhere/")).status_code == 403


def test_a_session_here_opens_nothing_there(aida: Guest, owner: Person, rita: Person, inside_with: GoIn) -> None:
    inside_with(Scope.ROOMS, rooms=visiting.rooms())

    assert aida.get(rita.url(SETTINGS)).status_code == 404
    assert aida.get(rita.url("board/")).status_code == 404


# --- changing ---


@pytest.mark.promise("A59", "P62")
def test_looking_changes_nothing(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    inside_with(Scope.ROOMS, rooms=visiting.rooms())

    answer = aida.post(owner.url("settings/days/"), {"days_due": "3", "days_to_lost": "9"})

    assert answer.status_code == 403
    with inside(owner.instance):
        assert Company.objects.get().days_due != 3


@pytest.mark.promise("A59", "P61", "P62")
def test_with_a_yes_of_its_own_a_change_is_made_in_the_guests_name(
    aida: Guest, owner: Person, inside_with: GoIn
) -> None:
    call = inside_with(Scope.SETTINGS, changes=True)
    typed = {"days_due": "3", "days_to_lost": "9"}
    unseen = aida.post(owner.url("settings/days/"), typed)
    aida.post(f"/staff/sessions/{call.pk}/reveals/", {"path": "/settings/days/", "why": CHANGE})

    done = aida.post(owner.url("settings/days/"), typed)

    assert (unseen.status_code, done.status_code) == (403, 302)
    assert opened(call)[-1] == ("changed", "/settings/days/")
    with inside(owner.instance):
        event = Event.objects.order_by("-at").first()
        assert event is not None and event.by is not None
        assert (event.by.name, event.by.account_uuid, event.by.has_left) == ("Helpdesk – Aida Rahman", None, True)
        assert Company.objects.get().days_due == 3
        assert {member.name for member in Member.objects.working()} == {"Nurul Anna", "Bruno Sales", "Carla User"}
    assert "Helpdesk – Aida Rahman" in owner.browser.get(owner.url("history/")).content.decode()
    assert "Helpdesk" not in owner.browser.get(owner.url("colleagues/")).content.decode()


def test_changes_are_asked_for_by_letter_and_may_be_refused(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()
    run_all()
    mail.outbox.clear()

    aida.post(f"/staff/sessions/{call.pk}/acts/changes/", {"why": CHANGE})
    run_all()
    page = owner.browser.get(f"/my/databases/atap-suria/support-sessions/{call.pk}/").content.decode()
    owner.browser.post(
        f"/my/databases/atap-suria/support-sessions/{call.pk}/answers/", {"to": "changes", "answer": "no"}
    )

    assert CHANGE in mail.outbox[0].body
    assert CHANGE in page
    assert not Housecall.objects.get(pk=call.pk).may_change
    assert aida.get(owner.url(SETTINGS)).status_code == 200


# --- the end ---


@pytest.mark.promise("A58", "P59")
def test_it_ends_after_half_an_hour_by_itself(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        call = inside_with()
        clock.shift(timedelta(minutes=29, seconds=59))
        last = aida.get(owner.url(SETTINGS)).status_code
        clock.shift(timedelta(seconds=1))

        assert (last, aida.get(owner.url(SETTINGS)).status_code) == (200, 404)
        calling.end_what_is_over()
        assert Housecall.objects.get(pk=call.pk).end == End.TIME


@pytest.mark.promise("A58")
def test_it_is_extended_once(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        call = inside_with()
        first = aida.post(f"/staff/sessions/{call.pk}/acts/extend/")
        second = aida.post(f"/staff/sessions/{call.pk}/acts/extend/")
        clock.shift(timedelta(minutes=59, seconds=59))
        last = aida.get(owner.url(SETTINGS)).status_code
        clock.shift(timedelta(seconds=1))

        assert (first.status_code, second.status_code) == (302, 409)
        assert (last, aida.get(owner.url(SETTINGS)).status_code) == (200, 404)


@pytest.mark.promise("A58")
def test_two_tabs_that_extend_it_at_once_extend_it_once(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call, me = inside_with(), aida.me
    start, told = Barrier(2), []

    def press() -> None:
        try:
            start.wait()
            calling.extend(call, by=me)
            told.append("extended")
        except calling.NotPossible:
            told.append("once already")
        finally:
            connections.close_all()

    tabs = [Thread(target=press) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(told) == ["extended", "once already"]
    until = call.until
    call.refresh_from_db()
    assert until is not None and call.until == until + LASTS


@pytest.mark.promise("A58", "P61")
def test_whoever_is_evicted_is_refused_at_the_next_click(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()
    standing = f"/staff/sessions/{call.pk}/standing/"
    assert aida.get(owner.url(SETTINGS)).status_code == 200
    assert "HX-Redirect" not in aida.get(standing).headers

    owner.browser.post(f"/my/databases/atap-suria/support-sessions/{call.pk}/ending/")

    assert aida.get(owner.url(SETTINGS)).status_code == 404
    assert aida.get(standing)["HX-Redirect"] == f"/staff/sessions/{call.pk}/"
    call.refresh_from_db()
    assert (call.end, call.ended_by) == (End.CUSTOMER, "Nurul Anna")


@pytest.mark.promise("A58")
def test_a_cookie_of_a_session_that_is_over_opens_nothing(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()
    stolen = Browser("aida")
    stolen.cookies["pv_session"] = aida.cookies["pv_session"].value

    calling.end(call, End.STAFF, by="Aida Rahman")

    assert stolen.get(owner.url(SETTINGS)).status_code == 404


@pytest.mark.promise("A58", "P60")
def test_whoever_signs_out_is_out(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    inside_with()
    assert aida.get(owner.url(SETTINGS)).status_code == 200

    aida.account.sessions.all().delete()

    assert aida.get(owner.url(SETTINGS)).status_code in (302, 404)


@pytest.mark.promise("P60")
def test_whoever_works_here_no_more_is_out(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()
    assert aida.get(owner.url(SETTINGS)).status_code == 200

    Account.objects.filter(pk=aida.account.pk).update(is_staff=False)

    assert aida.get(owner.url(SETTINGS)).status_code == 404
    calling.end_what_is_over()
    assert Housecall.objects.get(pk=call.pk).end == End.LEFT


def test_two_who_end_it_at_once_end_it_once(owner: Person, inside_with: GoIn) -> None:
    call = inside_with()
    run_all()
    mail.outbox.clear()

    assert [calling.end(call, End.CUSTOMER, by="Nurul Anna"), calling.end(call, End.STAFF, by="Aida Rahman")] == [
        True,
        False,
    ]
    run_all()

    assert Housecall.objects.get(pk=call.pk).end == End.CUSTOMER
    assert len(mail.outbox) == 1


@pytest.mark.promise("A59", "P61")
def test_after_the_end_the_owners_get_a_letter_with_what_was_opened(
    aida: Guest, owner: Person, inside_with: GoIn
) -> None:
    call = inside_with()
    aida.get(owner.url(SETTINGS))
    aida.get(owner.url("board/"))
    run_all()
    mail.outbox.clear()

    calling.end(call, End.STAFF, by="Aida Rahman")
    run_all()

    assert [letter.to for letter in mail.outbox] == [[owner.account.email]]
    assert "/settings/company/" in mail.outbox[0].body
    assert "Was refused: 1" in mail.outbox[0].body


def test_a_question_nobody_answers_is_withdrawn(asked: GoIn) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        call = asked(Scope.ROOMS, rooms=["pipeline"])
        clock.shift(timedelta(days=3))
        calling.end_what_is_over()

    assert Housecall.objects.get(pk=call.pk).end == End.UNANSWERED


@pytest.mark.promise("A58")
def test_a_guest_never_has_a_live_connection_that_could_outlast_the_session(
    aida: Guest, owner: Person, inside_with: GoIn
) -> None:
    from config.asgi import enter

    inside_with(Scope.ROOMS, rooms=visiting.rooms())

    assert enter("atap-suria", aida.me.session_key) is None
    assert enter("atap-suria", owner.browser.cookies["pv_session"].value) is not None


def test_a_session_ends_although_its_database_is_away(
    aida: Guest, owner: Person, inside_with: GoIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = inside_with()

    def gone(*_: Any) -> None:
        raise InstanceGone

    monkeypatch.setattr(visiting, "note", gone)
    assert calling.end(call, End.STAFF, by="Aida Rahman")
    assert aida.get(owner.url(SETTINGS)).status_code == 404


# --- both sides see it ---


@pytest.mark.promise("A59", "P61")
def test_everybody_inside_sees_who_is_in_and_owners_can_end_it(
    aida: Guest, owner: Person, bruno: Person, inside_with: GoIn
) -> None:
    before = owner.browser.get(owner.url("board/")).content.decode()
    with inside(owner.instance):
        last = Outbox.objects.count()

    call = inside_with()

    to_anna, to_bruno = (person.browser.get(person.url("board/")).content.decode() for person in (owner, bruno))
    assert "helpdesk is looking" not in before
    for page in (to_anna, to_bruno):
        assert f"Aida Rahman of Pivotino’s helpdesk is looking at your settings · ticket {call.ticket}" in page
    assert f"/support-sessions/{call.pk}/ending/" in to_anna
    assert f"/support-sessions/{call.pk}/ending/" not in to_bruno
    with inside(owner.instance):
        assert [row.kind for row in Outbox.objects.order_by("id")[last:]] == ["guest.came"]
    calling.end(call, End.CUSTOMER, by="Nurul Anna")
    assert "helpdesk is looking" not in owner.browser.get(owner.url("board/")).content.decode()
    assert "helpdesk is looking" not in owner.browser.get(owner.url("guests/")).content.decode()


def test_a_guest_sees_where_they_are_and_how_long(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    call = inside_with()

    page = aida.get(owner.url(SETTINGS)).content.decode()

    assert "In the database of Atap Suria Sdn Bhd as Helpdesk – Aida Rahman" in page
    assert "30 min left" in page
    assert f"/staff/sessions/{call.pk}/ending/" in page
    assert f"/staff/sessions/{call.pk}/standing/" in page


@pytest.mark.promise("P61")
def test_an_owner_reads_every_page_that_was_opened(aida: Guest, owner: Person, inside_with: GoIn, rita: Person) -> None:
    rita.take_seat()
    call = inside_with()
    aida.get(owner.url(SETTINGS))
    page = f"/my/databases/atap-suria/support-sessions/{call.pk}/"

    shown = owner.browser.get(page).content.decode()
    listed = owner.browser.get("/my/databases/atap-suria/support-sessions/").content.decode()

    assert "/settings/company/" in shown
    assert "Staff present" in listed
    assert rita.browser.get(page).status_code == 404
    assert rita.browser.get(page.replace("atap-suria", "zenit")).status_code == 404


def test_staff_see_the_same_list(aida: Guest, sofia: Guest, inside_with: GoIn, owner: Person) -> None:
    call = inside_with()
    aida.get(owner.url(SETTINGS))

    assert "/settings/company/" in sofia.get(f"/staff/sessions/{call.pk}/").content.decode()
    assert "atap-suria" in sofia.get("/staff/sessions/").content.decode()


def test_two_of_us_are_in_at_once_and_both_are_seen(
    aida: Guest, sofia: Guest, owner: Person, asked: GoIn, inside_with: GoIn
) -> None:
    inside_with()
    other = asked(by=sofia)
    calling.begin(other, by=sofia.me)

    assert "helpdesk and 1 more is looking" in owner.browser.get(owner.url("board/")).content.decode()
    assert sofia.get(owner.url(SETTINGS)).status_code == 200
    calling.end(other, End.CUSTOMER, by="Nurul Anna")
    assert (aida.get(owner.url(SETTINGS)).status_code, sofia.get(owner.url(SETTINGS)).status_code) == (200, 404)


@pytest.mark.promise("P59", "P60")
def test_scenario_22_reason_banner_lines_for_the_owner_and_an_end(aida: Guest, owner: Person, ticket: Any) -> None:
    """Support session: reason required, banner, audit lines visible to owner, expires."""
    typed = {"database": "atap-suria", "ticket": ticket.number, "scope": "settings", "urgency": ""}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        without = aida.post("/staff/sessions/new/", {**typed, "reason": ""})
        aida.post("/staff/sessions/new/", {**typed, "reason": WHY})
        call = Housecall.objects.get()
        aida.post(f"/staff/sessions/{call.pk}/acts/begin/")
        aida.get(owner.url(SETTINGS))
        banner = owner.browser.get(owner.url("board/")).content.decode()
        lines = owner.browser.get(f"/my/databases/atap-suria/support-sessions/{call.pk}/").content.decode()
        clock.shift(timedelta(minutes=30))

        assert without.status_code == 422
        assert "helpdesk is looking" in banner
        assert WHY in lines and "/settings/company/" in lines
        assert aida.get(owner.url(SETTINGS)).status_code == 404


def test_stages_are_read_as_they_are_called(aida: Guest, owner: Person, inside_with: GoIn) -> None:
    inside_with()

    page = aida.get(owner.url("settings/stages/")).content.decode()

    with inside(owner.instance):
        assert all(stage.name in page for stage in Stage.objects.at_work())


def test_a_passkey_of_somebody_else_is_of_no_use(inside_with: GoIn, asked: GoIn, owner: Person) -> None:
    call = asked()
    other = Guest(of_us("Farid"))

    assert other.post(f"/staff/sessions/{call.pk}/acts/begin/").status_code == 409

"""A customer leaves: every date first, one letter, read-only days with a way back, reminders, the end, and the certificate."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.backups import jobs as backup_jobs
from pivotino.control.backups import making
from pivotino.control.backups.models import Backup
from pivotino.control.billing import endings
from pivotino.control.erasures import hooks
from pivotino.control.erasures import jobs as erasure_jobs
from pivotino.control.erasures.models import Erasure
from pivotino.control.terminations import jobs, leaving, steps
from pivotino.control.terminations.models import Termination
from pivotino.control.terminations.periods import periods
from pivotino.jobs.testing import Crash, run_all
from pivotino.letters.models import Sent
from pivotino.tenancy import freezing, provision, remains
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.backups.conftest import proven
from tests.control.terminations.conftest import Till

NAME = "Atap Suria Sdn Bhd"


@pytest.fixture
def owner(anna: Person, bruno: Person, rita: Person) -> Person:
    """Anna, whom the control plane knows as the owner; Bruno and Rita have their seats too."""
    for person in (anna, bruno, rita):
        person.take_seat()
    return anna


def leave(instance: Instance, cause: str = "left") -> Termination:
    termination = leaving.leave(instance, cause=cause, by="Nurul Anna", why="Too dear")
    jobs.put_in_line(termination)
    run_all()
    termination.refresh_from_db()
    return termination


def live_through(until: datetime, step: timedelta = timedelta(hours=12)) -> None:
    """Let the clock and the workers run, night after night."""
    now = timezone.now()
    while now < until:
        now = min(now + step, until)
        with time_machine.travel(now):
            tick()


def tick() -> None:
    """What workers do in some quiet minutes."""
    jobs.look_at_the_clock()
    erasure_jobs.pick_up()
    backup_jobs.let_go()
    run_all(raising=False)
    for minutes in (1, 2, 3):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            run_all(raising=False)


def subjects() -> list[str]:
    return [str(letter.subject) for letter in mail.outbox]


# The page.


def test_the_page_says_every_date_first(owner: Person) -> None:
    page = owner.browser.get("/my/databases/atap-suria/leave/").content.decode()

    dates = [timezone.now() + timedelta(days=days) for days in (16, 27, 30, 59)]
    assert [f"{date:%-d %B %Y}" in page for date in dates] == [True] * 4


def test_only_its_owners_find_it(owner: Person, bruno: Person, rita: Person, stranger: Browser) -> None:
    assert bruno.browser.get("/my/databases/atap-suria/leave/").status_code == 404
    assert rita.browser.get("/my/databases/atap-suria/leave/").status_code == 404
    assert stranger.get("/my/databases/atap-suria/leave/")["Location"].startswith("/sign-in/")
    for person in (bruno, rita):
        for path in ("now", "back"):
            assert proven(person).post(f"/my/databases/atap-suria/leave/{path}/", {"name": NAME}).status_code == 404
    assert not Termination.objects.exists()


def test_leaving_needs_the_password_again(owner: Person) -> None:
    owner.account.set_password("a long password of hers")
    owner.account.save()
    answer = owner.browser.post("/my/databases/atap-suria/leave/now/", {"name": NAME})

    assert answer["Location"].startswith("/my/security/again/")
    assert not Termination.objects.exists()


@pytest.mark.parametrize("typed", ["", "Zenit", "x" * 300])
def test_another_name_leaves_nothing_and_keeps_what_was_typed(owner: Person, typed: str) -> None:
    answer = proven(owner).post("/my/databases/atap-suria/leave/now/", {"name": typed, "reason": "Too <dear>"})

    assert answer.status_code == 422
    assert "Too &lt;dear&gt;" in answer.content.decode()
    assert not Termination.objects.exists()
    assert freezing.reasons(owner.instance) == []


def test_the_name_may_be_typed_in_any_letters(owner: Person) -> None:
    answer = proven(owner).post("/my/databases/atap-suria/leave/now/", {"name": "  atap suria sdn  bhd "})

    assert answer["Location"] == "/my/databases/atap-suria/leave/"
    assert Termination.objects.get().by == "Nurul Anna"


def test_pressing_twice_leaves_once_with_one_letter(owner: Person) -> None:
    browser = proven(owner)
    for _ in range(2):
        browser.post("/my/databases/atap-suria/leave/now/", {"name": NAME})
        run_all()

    assert Termination.objects.count() == 1
    assert subjects() == [f"{NAME} leaves: every date in one letter"]


# The days in between.


@pytest.mark.promise("P34")
def test_one_letter_tells_every_date(owner: Person, atap: Instance) -> None:
    termination = leave(atap)

    assert [letter.to for letter in mail.outbox] == [["anna@atap-suria.example"]]
    body = str(mail.outbox[0].body)
    for moment in (*termination.dates.reminders, termination.dates.ends, termination.dates.backups_gone):
        assert f"{moment:%-d %B %Y}" in body
    assert "/my/databases/atap-suria/leave/" in body


@pytest.mark.promise("P34")
def test_everything_can_be_read_and_nothing_changed(owner: Person, atap: Instance) -> None:
    leave(atap)

    atap.refresh_from_db()
    assert freezing.reasons(atap) == [freezing.Reason.LEAVING]
    assert owner.browser.get(owner.url("board/")).status_code == 200
    refused = owner.browser.post(owner.url("opportunities/"), {"line": "Carport RM 12k"})
    assert refused.status_code in (423, 503)


def test_one_click_and_everything_is_as_before(owner: Person, atap: Instance, till: Till) -> None:
    leave(atap)
    browser = owner.browser
    assert "Stay" in browser.get("/my/databases/atap-suria/leave/").content.decode()

    browser.post("/my/databases/atap-suria/leave/back/")
    run_all()

    assert freezing.reasons(atap) == []
    assert till.asked == ["cancel sub_1", "resume sub_1"]
    assert subjects()[-1] == f"{NAME} stays"
    assert Termination.objects.get().over_at is not None
    assert "The dates, if you leave today" in browser.get("/my/databases/atap-suria/leave/").content.decode()


def test_staying_twice_is_once_and_leaving_again_begins_anew(owner: Person, atap: Instance) -> None:
    first = leave(atap)
    for _ in range(2):
        owner.browser.post("/my/databases/atap-suria/leave/back/")
    run_all()
    second = leave(atap)

    assert second.pk != first.pk
    assert len(subjects()) == 3


def test_an_order_that_was_to_end_anyway_is_not_revived(owner: Person, atap: Instance, till: Till) -> None:
    till.cancel("sub_1", key="theirs")
    termination = leave(atap)
    leaving.stay(termination)
    jobs.put_in_line(termination)
    run_all()

    assert till.asked == ["cancel sub_1"]


def test_a_provider_that_is_away_for_a_day_is_asked_again_and_holds_nobody_up(
    owner: Person, atap: Instance, till: Till
) -> None:
    till.down = True
    termination = leaving.leave(atap, cause="left")
    jobs.put_in_line(termination)
    run_all(raising=False)
    assert len(mail.outbox) == 1

    till.down = False
    live_through(timezone.now() + timedelta(days=1))

    assert till.asked == ["cancel sub_1"]
    assert len(mail.outbox) == 1


def test_reminders_come_fourteen_and_three_days_before(owner: Person, atap: Instance) -> None:
    termination = leave(atap)

    live_through(termination.ends_at - timedelta(days=14, hours=1))
    assert len(mail.outbox) == 1
    live_through(termination.ends_at - timedelta(days=4))
    assert subjects()[1:] == [f"14 days left to take {NAME} with you"]
    live_through(termination.ends_at - timedelta(days=1))
    assert subjects()[2:] == [f"3 days left to take {NAME} with you"]


# The end.


@pytest.mark.promise("A53")
@pytest.mark.promise("P35")
def test_after_the_last_day_it_is_erased_and_the_certificate_comes_by_mail(
    owner: Person, atap: Instance, till: Till, stranger: Browser
) -> None:
    termination = leave(atap)
    making.make(backup := making.ask_for(atap))
    live_through(termination.ends_at - timedelta(hours=1))
    assert provision.exists(atap.place)

    live_through(termination.ends_at + timedelta(days=1))

    assert not provision.exists(atap.place)
    assert remains.everywhere(atap.pk) == []
    assert not Account.objects.filter(email="anna@atap-suria.example").exists()
    assert till.asked == ["cancel sub_1", "forget cus_1"]
    letter = mail.outbox[-1]
    assert letter.to == ["anna@atap-suria.example"]
    link = re.search(r"http://testserver(/certificates/\S+)", str(letter.body))
    assert link is not None
    page = stranger.get(link[1]).content.decode()
    assert Erasure.objects.get().sha256 in page
    assert "Atap" not in page
    # By now a month is over: what was taken on the first day has gone on its own day, and the page shows when.
    backup.refresh_from_db()
    assert backup.removed_at is not None
    assert f"{backup.removed_at:%-d %B %Y, %H:%M}" in page
    told = Termination.objects.get()
    assert (told.told_to, told.reason, told.by, told.over_at is not None) == ([], "", "", True)
    assert not Sent.objects.filter(to__contains="anna").exists()


@pytest.mark.promise("A53")
@pytest.mark.promise("P35")
def test_backups_age_out_on_the_published_day(owner: Person, atap: Instance) -> None:
    termination = leave(atap)
    live_through(termination.ends_at - timedelta(hours=2))
    with time_machine.travel(termination.ends_at - timedelta(hours=1)):
        making.make(making.ask_for(atap))
    live_through(termination.ends_at + timedelta(days=1))
    assert Backup.objects.stored().filter(instance=atap).count() == 1

    with time_machine.travel(termination.dates.backups_gone - timedelta(minutes=1)):
        backup_jobs.let_go()
    assert Backup.objects.stored().filter(instance=atap).count() == 0
    assert all(
        row.removed_at <= termination.dates.backups_gone for row in Backup.objects.filter(removed_at__isnull=False)
    )  # type: ignore[operator]


def test_after_the_last_day_there_is_no_way_back(owner: Person, atap: Instance) -> None:
    termination = leave(atap)
    live_through(termination.ends_at - timedelta(hours=1))
    with time_machine.travel(termination.ends_at + timedelta(hours=1)):
        assert leaving.end(termination)
        assert not leaving.end(termination)
        with pytest.raises(leaving.TooLate):
            leaving.stay(termination)


def test_who_stays_in_the_last_minute_stays(owner: Person, atap: Instance) -> None:
    termination = leave(atap)
    live_through(termination.ends_at - timedelta(hours=1))
    leaving.stay(termination)
    live_through(termination.ends_at + timedelta(days=2))

    assert provision.exists(atap.place)
    assert not Erasure.objects.exists()


def test_a_clock_that_jumps_erases_nobody_before_they_were_told(owner: Person, atap: Instance) -> None:
    """A year passes in a moment: the last reminder goes out first, and there are two days to read it."""
    leave(atap)
    later = timezone.now() + timedelta(days=400)
    with time_machine.travel(later):
        tick()
        assert provision.exists(atap.place)
        assert subjects()[-1] == f"0 days left to take {NAME} with you"
    with time_machine.travel(later + periods().last_word - timedelta(minutes=30)):
        tick()
        assert provision.exists(atap.place)
        page = owner.browser.get("/my/databases/atap-suria/leave/").content.decode()
        assert "A reminder was late" in page
    with time_machine.travel(later + periods().last_word + timedelta(minutes=30)):
        tick()
        assert not provision.exists(atap.place)


def test_a_clock_that_goes_back_only_waits(owner: Person, atap: Instance) -> None:
    termination = leave(atap)
    live_through(termination.ends_at - timedelta(days=2))
    letters = len(mail.outbox)
    with time_machine.travel(termination.begun_at - timedelta(days=100)):
        tick()

    assert len(mail.outbox) == letters
    assert provision.exists(atap.place)


@pytest.mark.promise("A51")
def test_a_hold_stops_the_end_and_its_own_end_lets_it_go_on(owner: Person, atap: Instance) -> None:
    held = [atap.pk]
    hooks.holds(lambda instance: instance.pk in held)
    termination = leave(atap)
    live_through(termination.ends_at + timedelta(days=3))
    assert provision.exists(atap.place)
    assert owner.browser.get(owner.url("board/")).status_code == 404

    held.clear()
    with time_machine.travel(termination.ends_at + timedelta(days=3)):
        erasure_jobs.released(atap.pk)
    live_through(termination.ends_at + timedelta(days=4))

    assert not provision.exists(atap.place)
    assert "certificate" in subjects()[-1]


def test_not_while_the_database_is_being_moved(owner: Person, atap: Instance) -> None:
    termination = leave(atap)
    live_through(termination.ends_at - timedelta(hours=1))
    freezing.freeze(atap, freezing.Reason.MOVE)
    live_through(termination.ends_at + timedelta(days=1))
    assert provision.exists(atap.place)

    freezing.thaw(atap, freezing.Reason.MOVE)
    live_through(termination.ends_at + timedelta(days=2))
    assert not provision.exists(atap.place)


# Others who end it.


def test_who_did_not_pay_for_long_leaves_on_the_same_dates_and_stays_by_paying(owner: Person, atap: Instance) -> None:
    arrears: Any = None
    for _ in range(2):
        endings.tell_end(atap, arrears)
    run_all()
    assert "because a bill was not paid" in str(mail.outbox[0].body)
    assert len(mail.outbox) == 1
    owner.browser.post("/my/databases/atap-suria/leave/back/")
    assert freezing.reasons(atap) == [freezing.Reason.LEAVING]

    for _ in range(2):
        endings.tell_return(atap)
    run_all()

    assert freezing.reasons(atap) == []
    assert Termination.objects.get().taken_back_at is not None


def test_paying_does_not_bring_back_who_chose_to_leave(owner: Person, atap: Instance) -> None:
    leave(atap)
    endings.tell_return(atap)

    assert freezing.reasons(atap) == [freezing.Reason.LEAVING]


def test_staff_may_end_and_take_back(owner: Person, atap: Instance) -> None:
    termination = leave(atap, cause="staff")
    assert "We have ended the subscription" in str(mail.outbox[0].body)
    assert 'value="Stay"' not in owner.browser.get("/my/databases/atap-suria/leave/").content.decode()

    leaving.stay(termination)
    assert freezing.reasons(atap) == []


# A worker that dies at any step: before its work, or after it and before that was written down.


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [kind.name for kind in (*steps.LEAVING, *steps.ENDING)])
def test_a_worker_that_dies_at_a_step_is_followed_by_one_that_ends_right(
    owner: Person, atap: Instance, till: Till, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    died: list[str] = []

    def dying(kind: Any) -> Any:
        def work(row: Termination) -> None:
            if after or died:
                kind.work(row)
            if not died:
                died.append(step)
                raise Crash(step)

        return kind if kind.name != step else type(kind)(name=kind.name, says=kind.says, work=work)

    monkeypatch.setattr(leaving, "LEAVING", tuple(map(dying, steps.LEAVING)))
    monkeypatch.setattr(leaving, "ENDING", tuple(map(dying, steps.ENDING)))
    termination = leaving.leave(atap, cause="left", by="Nurul Anna")
    jobs.put_in_line(termination)
    for days in (0, 1, 16, 27, 31, 32, 33):
        with time_machine.travel(termination.begun_at + timedelta(days=days)):
            for _ in range(2):
                try:
                    tick()
                except Crash:
                    continue

    assert died == [step]
    assert Termination.objects.get().over_at is not None
    assert remains.everywhere(atap.pk) == []
    assert till.asked == ["cancel sub_1", "forget cus_1"]
    assert len(subjects()) == len(set(subjects())) == 4
    assert not Seat.objects.filter(instance=atap).exists()

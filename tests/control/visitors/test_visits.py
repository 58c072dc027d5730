"""What is written of a visit: counters of everybody, a row of those who agreed, and when each of them goes."""

import ipaddress
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from pivotino.control.visitors import geography, jobs, recording, sources
from pivotino.control.visitors.models import Gone, Mark, Salt, Tally, Visit
from tests.cast import Browser
from tests.control.visitors.conftest import ADDRESS, FIREFOX, agrees, looking, tally


def dump() -> str:
    """Every table of the control database, row by row."""
    rows = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += cursor.fetchall()
    return "\n".join(map(str, rows))


def remains() -> str:
    """The same, and of a file every byte in it and in its log: what was deleted may still stand there."""
    said = dump()
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        said += "".join(one.read_bytes().decode("latin-1") for one in file.parent.glob(f"{file.name}*"))
    return said


@pytest.mark.promise("P07", "P39", "A2")
def test_without_a_yes_counters_rise_and_nothing_connects_two_views(visitor: Browser) -> None:
    for page in ("/", "/prices/", "/prices/"):
        visitor.get(page, HTTP_REFERER="https://www.search.example/?q=secret words")

    assert tally("total") == {"": (3, 1)}
    assert tally("path") == {"/": (1, 1), "/prices/": (2, 1)}
    assert tally("browser") == {"Firefox": (3, 1)}
    assert tally("source") == {"search.example": (3, 1)}
    assert Visit.objects.count() == 0
    said = dump()
    assert [word for word in (ADDRESS, ADDRESS[:10], "Mozilla", "secret words") if word in said] == []
    marks = Mark.objects.values_list("mark", flat=True)
    assert len(set(marks)) == len(marks) == 7


def test_two_people_are_two_and_one_who_comes_back_is_one(visitor: Browser) -> None:
    visitor.get("/")
    recording.flush()
    visitor.get("/")
    looking("203.0.113.8").get("/")

    assert tally("total") == {"": (3, 2)}


def test_from_one_page_to_the_next_is_no_source(visitor: Browser) -> None:
    visitor.get("/prices/", HTTP_REFERER="http://testserver/")

    assert tally("source") == {}


@pytest.mark.parametrize(
    "told", ["data:text/html,x", "javascript:alert(1)", "https://", "http://[", "ftp://x.example/", "nonsense"]
)
def test_a_referrer_that_is_no_page_counts_as_direct(told: str) -> None:
    assert sources.source_of(told, "testserver") == sources.DIRECT


@pytest.mark.promise("P07", "A3")
def test_a_yes_gives_a_row_with_exactly_the_fields_of_the_policy(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False) as clock:
        visitor.get("/", HTTP_REFERER="https://search.example/")
        assert visitor.post("/visits/pings/", {"path": "/", "seconds": 12}).status_code == 204
        clock.shift(60)
        visitor.get("/prices/", HTTP_REFERER="http://testserver/")
        clock.shift(33)
        visitor.post("/visits/pings/", {"path": "/prices/", "seconds": 15})
        visitor.post("/visits/pings/", {"path": "/prices/", "seconds": 3})
        recording.flush()

    [visit] = Visit.objects.all()
    assert (visit.address, visit.country, visit.browser, visit.source) == (
        ADDRESS,
        "unknown",
        "Firefox",
        "search.example",
    )
    assert [(page["path"], page["seconds"]) for page in visit.pages] == [("/", 12), ("/prices/", 18)]
    assert visit.length == 30
    assert (visit.last_at - visit.started_at).total_seconds() == 93
    assert {field.name for field in Visit._meta.concrete_fields} == {
        "id", "started_at", "last_at", "address", "country", "browser", "source", "seconds", "pages", "counted",
    }  # fmt: skip


def test_without_script_the_length_is_from_the_first_page_to_the_last(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False) as clock:
        visitor.get("/")
        clock.shift(42)
        visitor.get("/prices/")
    recording.flush()

    assert Visit.objects.get().length == 42


@pytest.mark.promise("A4")
def test_nothing_from_before_the_yes_is_kept_of_the_visit(visitor: Browser) -> None:
    visitor.get("/our-story/", HTTP_REFERER="https://secret.example/")
    visitor.post("/visits/pings/", {"path": "/our-story/", "seconds": 40})
    agrees(visitor, "statistics")
    visitor.get("/prices/", HTTP_REFERER="http://testserver/our-story/")
    recording.flush()

    [visit] = Visit.objects.all()
    assert ([page["path"] for page in visit.pages], visit.source, visit.length) == (["/prices/"], "", 0)


@pytest.mark.parametrize(
    "sent", [{}, {"path": "/", "seconds": "-1"}, {"path": "/", "seconds": "1.5"}, {"path": "x" * 200, "seconds": "1"}]
)
def test_a_ping_that_says_nothing_is_refused(visitor: Browser, sent: dict[str, str]) -> None:
    assert visitor.post("/visits/pings/", sent).status_code == 422


def test_a_ping_of_somebody_who_did_not_agree_is_not_kept(visitor: Browser) -> None:
    visitor.cookies["pv_visit"] = uuid.uuid4().hex

    assert visitor.post("/visits/pings/", {"path": "/", "seconds": 5}).status_code == 204
    assert recording.flush() == 0


@pytest.mark.promise("P07", "A3")
def test_the_address_goes_after_the_stated_days_and_the_visit_into_counters(visitor: Browser, settings: Any) -> None:
    with time_machine.travel("2026-11-01 10:00:00+00:00", tick=False) as clock:
        agrees(visitor, "statistics")
        visitor.get("/")
        recording.flush()
        clock.shift(timedelta(days=13))
        jobs.count_visits()
        jobs.forget_visits()
        assert Visit.objects.get().address == ADDRESS
        clock.shift(timedelta(days=2))
        jobs.count_visits()
        jobs.forget_visits()
        assert Visit.objects.get().address is None
        clock.shift(timedelta(days=80))
        jobs.forget_visits()

    assert Visit.objects.count() == 0
    assert (tally("length"), tally("depth")) == ({"under 10 s": (1, 1)}, {"1 page": (1, 1)})
    assert ADDRESS not in dump()


@pytest.mark.promise("A5")
def test_the_salt_is_destroyed_after_two_days_with_a_signed_note() -> None:
    with time_machine.travel("2026-11-01 00:30:00+00:00", tick=False) as clock:
        looking().get("/")
        recording.flush()
        [salt] = Salt.objects.all()
        secret = salt.secret
        clock.shift(timedelta(hours=47))
        assert jobs.destroy_salts() == 0
        clock.shift(timedelta(hours=1))
        assert jobs.destroy_salts() == 1
        assert jobs.destroy_salts() == 0

    salt.refresh_from_db()
    assert (salt.secret, salt.is_proven, Mark.objects.count()) == ("", True, 0)
    assert secret not in remains()
    salt.note = salt.note.replace("2026-11-01", "2026-11-02")
    assert not salt.is_proven


@pytest.mark.promise("A5")
def test_whoever_has_the_whole_database_cannot_tell_that_yesterdays_browser_came_back() -> None:
    with time_machine.travel("2026-11-01 00:30:00+00:00", tick=False) as clock:
        looking().get("/")
        recording.flush()
        yesterday = set(Mark.objects.values_list("mark", flat=True))
        clock.shift(timedelta(days=2))
        looking().get("/")
        recording.flush()
        secret = Salt.objects.earliest("day").secret
        assert secret in remains()
        jobs.destroy_salts()
        today = Salt.objects.exclude(secret="").get()
        said = remains()

    again = recording.Counting(salts={today.day: today.secret})
    with time_machine.travel("2026-11-03 00:30:00+00:00", tick=False):
        seen = recording.Seen(path="/", step="", address=ADDRESS, agent=FIREFOX, referrer="", host="testserver")
    for what, value in (("total", ""), ("path", "/"), ("country", "unknown"), ("browser", "Firefox")):
        again.count(seen, what, value)
    assert yesterday & {mark for _, mark in again.marks} == set()
    assert all(mark in said for _, mark in again.marks)
    assert [gone for gone in (secret, *yesterday) if gone in said] == []


@pytest.mark.promise("A6")
@pytest.mark.parametrize(
    "agent",
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Pingdom.com_bot_version_1.4", "curl/8.5.0",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36", ""],
)  # fmt: skip
def test_programs_are_counted_apart(visitor: Browser, agent: str) -> None:
    visitor.get("/")
    before = tally("total")

    looking(agent=agent).get("/")

    assert tally("total") == before == {"": (1, 1)}
    assert sum(views for views, _ in tally("bot").values()) == 1


@pytest.mark.promise("A6")
def test_an_address_in_a_data_centre_is_no_person(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "networks"
    file.write_text("# machines\n198.51.100.0/24\n2001:db8::/32\n")
    settings.DATACENTRE_FILE = str(file)

    looking("198.51.100.9").get("/")
    looking("2001:db8::1").get("/")
    looking("198.51.101.1").get("/")

    assert tally("total") == {"": (1, 1)}
    assert tally("bot") == {"Firefox": (2, 0)}


def test_a_country_comes_from_a_file_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.GEO_FILE = ""
    number = int(ipaddress.ip_address("1.32.0.0"))
    (tmp_path / "geoip").write_text(f"# a table\n{number},{number + 255},MY\n{number + 256},{number + 300},??\n")
    (tmp_path / "geoip6").write_text("2400:cb00::,2400:cb00:ffff::,SG\n")
    monkeypatch.setattr(geography, "DEBIAN", tmp_path)

    known = [
        geography.country_of(one) for one in ("1.32.0.7", "1.32.1.2", "9.9.9.9", "2400:cb00::1", "2600::1", "10.0.0.1")
    ]

    assert known == ["MY", "unknown", "unknown", "SG", "unknown", "unknown"]


def test_without_a_file_every_country_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.GEO_FILE = ""
    monkeypatch.setattr(geography, "DEBIAN", tmp_path / "nothing")

    assert geography.country_of("1.32.0.7") == "unknown"


def test_a_page_is_there_when_counting_fails(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(one: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(recording, "add", broken)

    assert visitor.get("/").status_code == 200


def test_looking_asks_the_database_nothing(visitor: Browser, django_assert_num_queries: Any) -> None:
    visitor.get("/")
    agrees(visitor, "statistics")
    visitor.get("/our-story/")

    with django_assert_num_queries(0):
        visitor.get("/our-story/")


def test_an_address_with_a_secret_in_it_is_counted_by_its_pattern(visitor: Browser) -> None:
    visitor.get("/privacy/2026-11-23/")

    assert tally("path") == {"/privacy/<effective_day:effective_on>/": (1, 1)}


@pytest.mark.promise("P07", "A12")
def test_what_we_know_is_shown_and_deleted(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    visitor.get("/prices/")
    page = visitor.get("/you/").content.decode()
    assert [word for word in (ADDRESS, "Firefox", "/prices/", "Direct") if word not in page] == []

    answer = visitor.post("/you/", follow=True)

    assert "Your visit is deleted" in answer.content.decode()
    assert Visit.objects.count() == 0
    assert "pv_visit" not in visitor.cookies or visitor.cookies["pv_visit"].value == ""


def test_nobody_sees_the_visit_of_somebody_else(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    visitor.get("/prices/")
    visitor.get("/you/")

    assert "There is no row about you" in looking("203.0.113.9").get("/you/").content.decode()
    assert looking("203.0.113.9").post("/you/").status_code == 303
    assert Visit.objects.count() == 1


def test_what_is_on_its_way_to_a_deleted_visit_is_thrown_away(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    visitor.get("/prices/")
    recording.erase(uuid.UUID(hex=visitor.cookies["pv_visit"].value))

    recording.flush()

    assert (Visit.objects.count(), Gone.objects.count()) == (0, 1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        jobs.forget_visits()
    assert Gone.objects.count() == 0


def test_two_processes_add_to_one_counter() -> None:
    key = (timezone.now().date(), "path", "/")
    Tally.objects.add({key: (2, 1)})
    Tally.objects.add({key: (3, 1)})

    assert tally("path") == {"/": (5, 2)}

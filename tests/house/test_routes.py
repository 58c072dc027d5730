"""Every address of both planes, in every role, with ids of one's own, a colleague's, the rival's and nobody's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pivotino.tenancy import inside
from tests.cast import Browser, Person
from tests.house import walk, world
from tests.house.walk import HOW, Route, Row

ROUTES = walk.routes()
TABLE = walk.table()
INSTANCE = [route for route in ROUTES if route.plane == "instance"]
CONTROL = [route for route in ROUTES if route.plane == "control"]
# Every member sees these, so a colleague's are not hidden.
SHARED = {"contact", "stage", "member", "reason", "rate", "invitation"}
# What a record gets that is not there, or not there for this member.
REFUSED = (403, 404, 405)
INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|<[^>]+\sstyle\s*=|<style\b|<[^>]+\son[a-z]+\s*=", re.IGNORECASE)
_seen: dict[str, Row] = {}


@pytest.fixture(scope="module", autouse=True)
def _written() -> Iterator[None]:
    yield
    if walk.WRITING:
        walk.write(_seen)


def named(routes: list[Route]) -> list[Any]:
    return [pytest.param(route, id=route.name) for route in routes]


def row_of(route: Route) -> Row:
    """The route's line in the table; while writing, a new one may be guessed."""
    known = TABLE.get(route.key)
    if known is None and not walk.WRITING:
        pytest.fail(f"{route.name} ({route.path}) is new and not in the table of addresses. {HOW}")
    ids = {**route.guess(), **(known.ids if known else {})}
    if "?" in ids.values():
        pytest.fail(f"What is {ids} in {route.path} an id of? Say so in RECORDS in tests/house/walk.py, then: {HOW}")
    return Row(
        ids={name: ids[name] for name in route.parameters},
        open=bool(known and known.open),
        get=known.get if known else {},
    )


def settle(route: Route, row: Row, answers: dict[str, int]) -> None:
    """Compare with the table, or write it."""
    if walk.WRITING:
        strangers = answers.get("stranger", 404)
        _seen[route.key] = Row(row.ids, row.open or (route.plane == "control" and strangers == 200), answers)
    else:
        assert answers == row.get, f"{route.path} answers otherwise than the table says. Where that is right: {HOW}"


def judge(answer: Any, path: str) -> int:
    """What holds for every answer, whoever asked. Returns its status."""
    status = int(answer.status_code)
    assert status < 500, f"{path} broke: {status}"
    assert "content-security-policy" in answer.headers, f"{path} came without a content policy"
    # A letter in its frame has its looks in style attributes; its own policy lets in no script from anywhere.
    policy = answer.headers.get("content-security-policy", "")
    letter = "default-src 'none'" in policy and "style-src 'unsafe-inline'" in policy and "script-src" not in policy
    if answer.headers.get("content-type", "").startswith("text/html") and not answer.streaming and not letter:
        assert INLINE.findall(answer.content.decode()) == [], f"{path} carries a style or script of its own"
    return status


def is_turned_away(answer: Any) -> bool:
    """A stranger was sent to sign in, or saw nothing."""
    to_sign_in = answer.status_code == 302 and "/sign-in/" in answer["Location"]
    return to_sign_in or answer.status_code in (401, 404, 405)


def says_nothing(row: Row, answer: Any, ids: Any, other: Any, nothing: Any) -> bool:
    """An answer about a record one may not see that is word for word the answer about a record that does not exist."""
    text, blank = answer.content.decode(), other.content.decode()
    for kind in kinds(row):
        text, blank = text.replace(str(ids[kind]), ""), blank.replace(str(nothing["random"]), "")
    return bool(text == blank and answer.status_code == other.status_code)


def ids_matter(row: Row) -> bool:
    return any(not kind.startswith("=") for kind in row.ids.values())


def kinds(row: Row) -> set[str]:
    return {kind for kind in row.ids.values() if not kind.startswith("=")}


@dataclass
class Inside:
    """The world as a walk through it needs it: the people, and a set of records of each."""

    anna: Person
    bruno: Person
    rita: Person
    own: Any
    hidden: Any
    foreign: Any
    nothing: Any

    @classmethod
    def of(cls, anna: Person, bruno: Person, carla: Person, rita: Person) -> "Inside":
        made = {"own": world.records(bruno), "hidden": world.records(carla), "foreign": world.records(rita)}
        return cls(anna, bruno, rita, **made, nothing=world.nothing())

    def get(self, person: Person | None, route: Route, row: Row, ids: Any, **headers: str) -> Any:
        browser = person.browser if person else Browser()
        return browser.get(self.anna.url(route.address(row.ids, ids)), headers=headers or None)

    def stand(self) -> dict[str, Any]:
        """What is in Anna's database, but for its trail: who takes something away leaves a line there."""
        with inside(self.anna.instance):
            return {label: stood for label, stood in world.stand().items() if not label.startswith("history.Trail")}

    def walk(self, route: Route) -> None:
        """Ask for one address in every role, and hold what must hold."""
        row = row_of(route)
        before = self.stand()
        asked = {"owner": self.get(self.anna, route, row, self.own), "user": self.get(self.bruno, route, row, self.own)}
        asked["fragment"] = self.get(self.bruno, route, row, self.own, **{"HX-Request": "true"})
        asked |= {"rival": self.get(self.rita, route, row, self.own), "stranger": self.get(None, route, row, self.own)}
        if ids_matter(row):
            asked["hidden"] = self.get(self.bruno, route, row, self.hidden)
            asked["foreign"] = self.get(self.bruno, route, row, self.foreign)
            asked["random"] = self.get(self.bruno, route, row, self.nothing)
        answers = {role: judge(answer, f"{route.path} to the {role}") for role, answer in asked.items()}
        assert self.stand() == before, f"a GET of {route.path} changed something"
        for role in ("owner", "user", "fragment"):
            if answers[role] == 200:
                assert "no-store" in asked[role].headers.get("cache-control", ""), (
                    f"{route.path} may be kept by a cache"
                )
        if not row.open:
            assert answers["rival"] in (404, 405), f"{route.path} opens for another company"
            assert is_turned_away(asked["stranger"]), f"{route.path} opens for strangers"
        if ids_matter(row):
            for role, ids in (("foreign", self.foreign), ("hidden", self.hidden)):
                shown = role == "hidden" and kinds(row) <= SHARED
                kept = (
                    shown
                    or answers[role] in REFUSED
                    or says_nothing(row, asked[role], ids, asked["random"], self.nothing)
                )
                assert kept, f"{route.path} shows a {role} record"
        settle(route, row, answers)


def test_every_address_inside_answers_as_the_table_says(
    anna: Person, bruno: Person, carla: Person, rita: Person
) -> None:
    here, wrong = Inside.of(anna, bruno, carla, rita), []

    for route in INSTANCE:
        try:
            here.walk(route)
        except Exception as error:
            wrong.append(f"{route.name}: {type(error).__name__}: {error}")

    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("route", named(INSTANCE))
def test_no_empty_hand_breaks_an_address_or_opens_a_foreign_record(
    route: Route, anna: Person, bruno: Person, carla: Person, rita: Person
) -> None:
    row = row_of(route)
    matters = ids_matter(row)
    own, nothing = world.records(bruno), world.nothing()
    hidden, foreign = (world.records(carla), world.records(rita)) if matters else (nothing, nothing)

    def send(browser: Browser, ids: Any) -> Any:
        answer = browser.post(anna.url(route.address(row.ids, ids)), {})
        judge(answer, route.path)
        return answer

    with inside(anna.instance):
        before = world.stand()
    if not row.open:
        assert send(rita.browser, own).status_code in (404, 405)
        assert is_turned_away(send(Browser(), own))
    if matters:
        lost = send(bruno.browser, nothing)
        sent = [(send(bruno.browser, foreign), foreign)]
        if not kinds(row) <= SHARED:
            sent.append((send(bruno.browser, hidden), hidden))
        for answer, ids in sent:
            assert answer.status_code in REFUSED or says_nothing(row, answer, ids, lost, nothing), answer.status_code
    with inside(anna.instance):
        assert world.stand() == before or kinds(row) & SHARED, (
            f"somebody changed through {route.path} what is not theirs"
        )
    send(bruno.browser, own)
    send(anna.browser, world.records(bruno) if matters else own)


def test_no_address_takes_a_post_from_another_site(anna: Person) -> None:
    ids = world.records(anna)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    with inside(anna.instance):
        before = world.stand()

    answers = {
        route.path: anna.browser.post(anna.url(route.address(row_of(route).ids, ids)), {}, headers=foreign).status_code
        for route in INSTANCE
        if not route.path.startswith("unsubscribe/")  # one press in a mail program comes from anywhere
    }

    assert {path: status for path, status in answers.items() if status != 403} == {}
    with inside(anna.instance):
        assert world.stand() == before


@pytest.mark.parametrize("route", named(CONTROL))
def test_every_address_outside_answers_as_the_table_says(route: Route, anna: Person) -> None:
    row, nothing = row_of(route), world.nothing()
    path = "/" + route.address(row.ids, nothing)

    asked = {"member": anna.browser.get(path), "stranger": Browser().get(path)}

    answers = {role: judge(answer, f"{path} to the {role}") for role, answer in asked.items()}
    if route.path.startswith("my/"):
        assert is_turned_away(asked["stranger"])
    settle(route, row, answers)


@pytest.mark.parametrize("route", named(CONTROL))
def test_no_empty_hand_breaks_an_address_outside(route: Route, anna: Person) -> None:
    path = "/" + route.address(row_of(route).ids, world.nothing())

    judge(anna.browser.post(path, {}), path)
    answer = Browser().post(path, {})

    judge(answer, path)
    if route.path.startswith("my/"):
        assert is_turned_away(answer) or answer.status_code == 405


def test_the_table_knows_no_address_that_is_gone() -> None:
    assert sorted(TABLE.keys() - {route.key for route in ROUTES}) == [], HOW

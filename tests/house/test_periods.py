"""How long something is kept or lasts is said once, where it is ruled; pages and letters read it from there."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pivotino.kit.retention import in_words_of, rules
from pivotino.ui.periods import keeps, lasts

ROOT = Path(__file__).resolve().parents[2] / "pivotino"
NUMBER = (
    r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty|sixty|ninety"
)
TYPED = re.compile(
    rf"\b({NUMBER})(?: more| working| whole|-)? ?(?:minutes?|hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE
)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
CALLED = re.compile(r"\b(keeps|lasts)\(\"([^\"]+)\"\)")

# What is no period of the program: a tale, a picture of a board, a choice on the page, or a word of ours that no program keeps.
TOLD = {
    "control/prospects/templates/prospects/demo.html": {"Twenty minutes"},  # a talk between people
    "control/hosting/templates/hosting/first_run.html": {"Two minutes"},  # how long a form takes
    "control/staff/templates/staff/visits.html": {"two days", "one day", "7 days", "30 days", "90 days"},  # what a chart may show
    "control/website/templates/website/prices.html": {"60 days"},  # the terms, section on prices: a letter people write
    "control/website/templates/website/home.html": {"one day"},  # a tale
    "control/website/templates/website/how.html": {"two days"},  # a tale
    "control/website/templates/website/scene.html": {"2 days"},  # a picture of a board
    "control/website/templates/website/story.html": {"one day"},  # a tale
    "control/website/templates/website/contact_sent.html": {"five minutes"},  # the mail of others
    "control/website/templates/website/security.html": {"90 days", "two working days"},  # what we ask of finders, and answer
    "ui/templates/ui/gallery.html": {"2 days", "9 of 10 days", "10 days", "30 days", "14 days"},  # pictures of parts
}  # fmt: skip


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("templates/**/*")):
        if path.suffix in (".html", ".txt"):
            yield path.relative_to(ROOT).as_posix(), COMMENT.sub("", path.read_text(encoding="utf-8"))


def test_no_template_types_a_period() -> None:
    typed = {
        (name, found[0])
        for name, text in templates()
        for found in TYPED.finditer(text)
        if found[0] not in TOLD.get(name, set())
    }
    assert typed == set()


def test_every_exception_is_still_one() -> None:
    texts = dict(templates())
    assert [(name, said) for name, all_ in TOLD.items() for said in all_ if said not in texts.get(name, "")] == []


def test_every_period_a_template_asks_for_is_there_and_is_of_its_own_plane() -> None:
    asked = {(name, *found) for name, text in templates() for found in CALLED.findall(text)}
    assert len(asked) > 40
    for name, verb, what in asked:
        assert (keeps if verb == "keeps" else lasts)(what), (name, what)
        plane = name.split("/")[0]
        assert (
            verb == "keeps"
            or what.split(".")[0] in (plane, "kit")
            or (plane == "control" and what.startswith("letters."))
        ), (name, what)


def test_the_search_for_typed_periods_finds_them() -> None:
    said = [
        "within 28 days",
        "Kept for two years",
        "30 minutes more",
        "two working days",
        "a 14-day trial",
        "in THREE days",
    ]
    assert [text for text in said if not TYPED.search(text)] == []
    assert not TYPED.search("{{ keeps() }} long, a few days, today")


def test_an_unknown_period_is_an_error() -> None:
    with pytest.raises(KeyError):
        keeps("no such rule")
    with pytest.raises(ImportError):
        lasts("instance.members.models.invitation.NO_SUCH")


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(minutes=30), "30 minutes"), (timedelta(hours=1), "1 hour"), (timedelta(hours=48), "48 hours"),
        (timedelta(hours=72), "3 days"), (timedelta(days=14), "14 days"), (timedelta(days=730), "2 years"), (timedelta(hours=50), "50 hours"),
    ],
)  # fmt: skip
def test_periods_in_words(period: timedelta, words: str) -> None:
    assert in_words_of(period) == words


def test_every_rule_says_how_long() -> None:
    assert [key for key, rule in rules().items() if not rule.words] == []

"""The policy and the terms in English and Malay, and the next version before it counts."""

import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail

from pivotino.control.accounts.models import Consent
from pivotino.control.privacy import documents
from pivotino.control.privacy.documents import KINDS, LANGUAGES, Kind
from pivotino.control.privacy.jobs import look_for_news
from pivotino.control.privacy.languages import WORDS
from pivotino.control.privacy.models import Announcement, Watcher
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.website.pages import read

BEFORE, AFTER = "2026-11-30", "2026-12-30"
NEXT = "2026-12-24"
NUMBERS = re.compile(r"\d+")


@pytest.mark.promise("P03")
@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_carry_the_same_anchors_links_and_numbers(kind: Kind) -> None:
    english, malay = documents.versions(kind, "en"), documents.versions(kind, "ms")

    assert [one.version for one in english] == [one.version for one in malay]
    for one, other in zip(english, malay, strict=True):
        told, said = one.text, other.text
        assert re.findall(r"\{#[\w-]+\}", told) == re.findall(r"\{#(?:P|T)\d\d\}|\{#on-one-page\}", said)
        assert one.clauses == other.clauses
        assert [heading.anchor for heading in one.contents] == [heading.anchor for heading in other.contents]
        assert re.findall(r"\]\(([^)?]+)", told) == re.findall(r"\]\(([^)?]+)", said)
        assert NUMBERS.findall(told) == NUMBERS.findall(said)
        assert len(re.findall(r"^- ", told, re.MULTILINE)) == len(re.findall(r"^- ", said, re.MULTILINE))


def test_a_translation_says_that_it_is_one_and_which_text_prevails() -> None:
    for kind in KINDS:
        for one in documents.versions(kind, "ms"):
            assert "Ini ialah terjemahan." in one.text
            assert "teks bahasa Inggeris yang terpakai, setakat yang dibenarkan oleh undang-undang" in one.text


def test_every_word_round_a_document_is_there_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["ms"].keys()
    for name, text in WORDS["en"].items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", WORDS["ms"][name])


@pytest.mark.promise("P01")
@pytest.mark.parametrize("address", ["/privacy/", "/terms/", "/privacy/2026-11-23/", "/privacy/versions/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_leads_to_the_other_language_and_the_page_says_which_it_speaks(address: str, language: str) -> None:
    page = read(f"{address}?lang={language}" if language != "en" else address)

    assert page.every("html")[0].get("lang") == language
    frame = [tag.get("lang") for tag in page.tags if tag.get("class") in ("masthead", "colophon", "skip")]
    assert frame == ["en", "en", "en"]
    switch = {link.get("lang"): link.get("href") for link in page.every("a") if link.get("class") == "tongues__one"}
    assert switch == {"en": address, "ms": f"{address}?lang=ms"}
    told = {link.get("hreflang"): link.get("href") for link in page.every("link") if link.get("rel") == "alternate"}
    base = settings.BASE_URL
    assert told == {"en": base + address, "ms": f"{base}{address}?lang=ms", "x-default": base + address}


@pytest.mark.parametrize("asked", ["fr", "MS", "", "../../etc"])
def test_a_language_nobody_wrote_is_english(stranger: Browser, asked: str) -> None:
    assert '<h1 class="paper__title">Privacy policy' in stranger.get("/privacy/", {"lang": asked}).content.decode()


def test_the_comparison_and_the_file_stay_in_their_language(stranger: Browser) -> None:
    page = stranger.get(f"/privacy/versions/?lang=ms&old=2026-11-23&new={NEXT}").content.decode()

    assert '<input type="hidden" name="lang" value="ms">' in page
    assert "<ins>Jika anda berkata ya kepada statistik" in page
    assert "Dari 23 November 2026 hingga 24 Disember 2026" in page
    told = stranger.get(f"/privacy/{NEXT}.md?lang=ms").content.decode()
    assert told == documents.version("policy", documents.versions("policy")[0].effective_on, "ms").text


@pytest.mark.promise("P03", "A68")
@time_machine.travel(BEFORE)
def test_the_next_version_is_announced_readable_and_compared_before_it_counts() -> None:
    today, later = read("/privacy/"), read(f"/privacy/{NEXT}/")

    assert "A new version takes effect on 24 December 2026." in today.every("main")[0].text
    assert f"/privacy/{NEXT}/" in [link.get("href") for link in today.every("a")]
    assert f"/privacy/versions/?old=2026-11-23&new={NEXT}" in [link.get("href") for link in today.every("a")]
    assert "This version does not count yet." in later.every("main")[0].text
    assert documents.current("policy").version == "2026-11-23"
    changed = read("/privacy/versions/")
    assert any("The page about cookies" in tag.text for tag in changed.every("ins"))
    assert any("At present we use no such service." in tag.text for tag in changed.every("del"))


@pytest.mark.promise("P07", "P42")
def test_the_next_version_names_the_page_of_cookies_and_the_days_of_visits() -> None:
    new = documents.versions("policy")[0]

    assert new.version == NEXT
    for words in (
        "(/cookies/)",
        "(/you/)",
        "(/letters/)",
        "deleted after 14 days at most",
        "after 90 days",
        "after 48 hours",
    ):
        assert words in new.text


@pytest.mark.promise("P03", "A68")
def test_who_agreed_to_the_old_one_reads_what_changed_since_and_the_yes_stays_with_it(anna: Person) -> None:
    with time_machine.travel(BEFORE, tick=False):
        Consent.objects.give(network="203.0.113.0", channel="sign-up", account=anna.account)
        assert "You agreed to" not in anna.browser.get("/privacy/").content.decode()
    with time_machine.travel(AFTER, tick=False):
        page = anna.browser.get("/privacy/").content.decode()

    assert "You agreed to the version of 23 November 2026." in page
    assert f"/privacy/versions/?old=2026-11-23&amp;new={NEXT}" in page
    kept: Any = Consent.objects.get(account=anna.account, document="policy")
    old = documents.versions("policy")[-1]
    assert (kept.version, kept.sha256, kept.language) == (old.version, old.sha256, "en")


@pytest.mark.promise("P03", "A68")
@time_machine.travel(BEFORE, tick=False)
def test_whoever_asked_gets_a_letter_before_the_next_version_counts(control: None) -> None:
    watcher, _ = Watcher.objects.ask("wei@kopi.example")
    watcher.confirm()

    look_for_news()
    run_all()

    assert [one.name for one in Announcement.objects.filter(what="version")] == [NEXT]
    [letter] = mail.outbox
    assert "24 December 2026" in letter.body
    assert "/privacy/changes/" in letter.body

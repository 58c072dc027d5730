from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from pivotino.control.privacy import documents
from pivotino.control.privacy.comparison import compare
from pivotino.control.privacy.documents import KINDS, Kind
from pivotino.control.privacy.promises import register
from tests.control.website.pages import read


@pytest.mark.promise("P03")
def test_a_published_version_that_was_edited_is_refused(shelf: Path) -> None:
    file = shelf / "policy" / "2026-01-01.en.md"
    file.write_text(file.read_text().replace("any hour", "no hour"))

    with pytest.raises(documents.PublishedVersionChanged, match="2026-01-01"):
        documents.versions("policy")


def test_a_version_without_a_seal_is_refused(shelf: Path) -> None:
    (shelf / "policy" / "2026-09-01.en.md").write_text("# Privacy policy\n")

    with pytest.raises(documents.UnsealedVersion, match="2026-09-01"):
        documents.versions("policy")


@pytest.mark.promise("P03")
def test_no_sealed_version_has_disappeared() -> None:
    sealed = documents.read_lock(documents.LOCK)

    shown = {
        f"{kind}/{document.source_name}": document.sha256
        for kind in KINDS
        for language in documents.LANGUAGES
        for document in documents.versions(kind, language)
    }
    assert shown == sealed


@pytest.mark.promise("P02")
@pytest.mark.parametrize(("kind", "address"), [("policy", "/privacy/"), ("terms", "/terms/")])
def test_a_document_shows_the_day_it_takes_effect_in_text_and_beside_it(kind: Kind, address: str) -> None:
    document, page = documents.current(kind), read(address)

    day = f"{document.effective_on.day} {document.effective_on:%B %Y}"
    assert document.version in [time.get("datetime") for time in page.every("time")]
    assert page.every("main")[0].text.count(day) >= 2


@pytest.mark.promise("P03")
@time_machine.travel("2026-07-01")
def test_the_newest_version_counts_and_the_old_ones_stay_readable(shelf: Path) -> None:
    today, old = read("/privacy/"), read("/privacy/2026-01-01/")

    assert documents.current("policy").effective_on == date(2026, 6, 1)
    assert "your shortened address" in today.every("main")[0].text
    assert "We dance." in old.every("main")[0].text
    assert "This is not the version in force." in old.every("main")[0].text


@time_machine.travel("2026-03-01")
def test_a_version_of_the_future_does_not_count_yet(shelf: Path) -> None:
    assert documents.current("policy").effective_on == date(2026, 1, 1)


@time_machine.travel("2025-03-01")
def test_before_the_first_day_the_first_version_is_shown(shelf: Path) -> None:
    assert documents.current("policy").effective_on == date(2026, 1, 1)


@pytest.mark.promise("P03")
def test_two_versions_are_compared_word_by_word(shelf: Path) -> None:
    new, old = documents.versions("policy")

    told = [[(run.mark, run.text.strip()) for run in passage.runs] for passage in compare(old, new)]

    assert told == [
        [("same", "Privacy policy")],
        [("same", "We keep your"), ("added", "shortened"), ("same", "address.")],
        [("same", "Questions")],
        [("same", "Write to us at any hour.")],
        [("removed", "Gone")],
        [("removed", "We dance.")],
    ]


@pytest.mark.promise("P03")
def test_the_comparison_is_a_page_with_insertions_and_deletions(shelf: Path) -> None:
    page = read("/privacy/versions/")

    assert [tag.text.strip() for tag in page.every("ins")] == ["shortened"]
    assert [tag.text.strip() for tag in page.every("del")] == ["Gone", "We dance."]


def test_a_comparison_with_a_day_nobody_published_on_shows_the_page(shelf: Path) -> None:
    answer = Client().get("/privacy/versions/?old=yesterday&new=2020-02-02")

    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/privacy/2020-02-02/", "/privacy/2026-02-31/", "/terms/2020-02-02.md"])
def test_a_version_that_never_was_is_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404


@pytest.mark.promise("P03")
@pytest.mark.parametrize("kind", KINDS)
def test_the_file_can_be_fetched_and_matches_its_fingerprint(kind: Kind) -> None:
    document = documents.current(kind)

    answer = Client().get(reverse(f"privacy:{kind}_source", kwargs={"effective_on": document.version}))

    assert sha256(answer.content).hexdigest() == document.sha256


def test_every_promise_has_its_clause_in_the_policy() -> None:
    promised = {promise.id for promise in register().promises}

    assert promised == {clause for clause in documents.current("policy").clauses if documents.PROMISE.match(clause)}


def test_every_clause_leads_to_its_proof() -> None:
    page = read("/privacy/")

    marks = {link.text: link.get("href") for link in page.every("a") if link.get("class") == "clause__mark"}
    assert reverse("privacy:promises") + "#" == documents.PROOF
    assert marks == {f"P{number:02}": f"/promises/#P{number:02}" for number in range(1, 66)}


@pytest.mark.promise("P18")
def test_the_terms_bind_subscribers_to_the_policy() -> None:
    page = read("/terms/")

    clause = next(tag for tag in page.every("h2") if tag.get("id") == "P18")
    text = page.every("main")[0].text
    assert "binds you too" in clause.text
    assert "You have to comply with our privacy policy" in text
    assert "/privacy/" in [link.get("href") for link in page.every("a")]


@pytest.mark.promise("P54")
def test_the_terms_keep_sensitive_information_out() -> None:
    terms = documents.current("terms")

    assert "P54" in terms.clauses
    assert "Do not put sensitive information into Pivotino" in terms.text


@pytest.mark.promise("P50")
def test_the_terms_make_customers_answer_for_their_own_mail() -> None:
    terms = documents.current("terms")

    assert {"P50", "P51", "P52"} <= terms.clauses
    assert "Mail that you send from your instance is yours." in terms.text


@pytest.mark.promise("P05")
def test_the_policy_names_the_operator_and_where_to_find_it() -> None:
    head = read("/privacy/").every("dl")[0].text

    assert settings.OPERATOR.name in head
    assert settings.OPERATOR.address in head


def test_raw_markup_in_a_document_stays_text(shelf: Path) -> None:
    text = "# Privacy policy\n\nHello <script>alert(1)</script> {#P07}\n"

    page = documents._Page(text)

    assert "<script>" not in page.html
    assert "&lt;script&gt;" in page.html


def test_a_clause_in_a_list_can_be_linked_to() -> None:
    page = documents._Page("# Terms\n\n- We sing. {#P33}\n- We dance.\n")

    assert '<li id="P33" class="clause">We sing.<a class="clause__mark"' in page.html


@pytest.mark.promise("P03")
def test_sealing_adds_new_versions_and_never_mends_an_old_seal(shelf: Path) -> None:
    before = (shelf / "documents.lock").read_text()
    (shelf / "policy" / "2026-09-01.en.md").write_text("# Privacy policy\n")
    (shelf / "policy" / "2026-01-01.en.md").write_text("# Something else\n")

    assert documents.seal(shelf) == ["policy/2026-09-01.en.md"]
    assert (shelf / "documents.lock").read_text().startswith(before)
    with pytest.raises(documents.PublishedVersionChanged, match="2026-01-01"):
        documents.versions("policy")

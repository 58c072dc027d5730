"""The question about cookies, the answer, and its receipt."""

import dataclasses

import pytest

from pivotino.control.visitors import consenting, wording
from pivotino.control.visitors.models import Consent, Visit
from tests.cast import Browser
from tests.control.visitors.conftest import agrees, looking
from tests.control.website.pages import PAGES, Page

ASKS = "consent-asks"
SEALED = {"2026-11-23": "d17d347556529db24b892e56a0f101804706d6ccb2d39487840c59f6bb9cb38e"}


@pytest.mark.parametrize("address", [*PAGES, "/get-started/"])
@pytest.mark.promise("P06", "P42", "A1")
def test_until_somebody_chooses_a_page_asks_and_sets_nothing(visitor: Browser, address: str) -> None:
    answer = visitor.get(address)

    assert ASKS in answer.content.decode()
    assert dict(answer.cookies) == {}
    assert "length.js" not in answer.content.decode()


@pytest.mark.promise("A11")
def test_refuse_and_accept_are_the_same_button_one_press_each(visitor: Browser) -> None:
    page = Page(visitor.get("/prices/").content.decode())

    buttons = [tag for tag in page.every("button") if tag.get("name") == "choice"]
    assert [tag.get("value") for tag in buttons] == ["refuse", "accept"]
    assert buttons[0].get("class") == buttons[1].get("class")
    assert not [tag for tag in page.tags if "autofocus" in tag.attrs or tag.name == "dialog" and "open" in tag.attrs]


@pytest.mark.promise("P42")
@pytest.mark.parametrize("choice", ["refuse", "accept"])
def test_one_press_answers_leads_back_and_is_not_asked_again(visitor: Browser, choice: str) -> None:
    answer = visitor.post("/cookies/?back=/prices/", {"choice": choice})

    assert (answer.status_code, answer["Location"]) == (303, "/prices/")
    assert list(answer.cookies) == ["pv_consent"]
    assert answer.cookies["pv_consent"]["httponly"]
    assert ASKS not in visitor.get("/prices/").content.decode()
    [consent] = Consent.objects.all()
    assert consent.granted == (() if choice == "refuse" else wording.OPTIONAL)


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_site(visitor: Browser, back: str) -> None:
    assert visitor.post(f"/cookies/?back={back}", {"choice": "refuse"})["Location"] == "/cookies/"


def test_a_choice_that_is_none_is_refused_with_what_was_ticked(visitor: Browser) -> None:
    answer = visitor.post("/cookies/", {"choice": "perhaps", "granted": ["statistics"]})

    assert answer.status_code == 422
    [ticked] = [tag for tag in Page(answer.content.decode()).every("input") if tag.get("value") == "statistics"]
    assert "checked" in ticked.attrs
    assert Consent.objects.count() == 0


def test_a_row_holds_the_choice_and_nobody(visitor: Browser) -> None:
    agrees(visitor, "statistics")

    [consent] = Consent.objects.all()
    assert {field.name for field in Consent._meta.concrete_fields} == {
        "id", "receipt", "text", "statistics", "personalisation", "marketing", "by_browser", "at",
    }  # fmt: skip
    assert (consent.text, consent.granted) == (wording.CURRENT.version, ("statistics",))


def test_the_receipt_proves_the_choice_to_whoever_quotes_it(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    consent = Consent.objects.get()

    assert consent.receipt in visitor.get("/cookies/").content.decode()
    page = looking().get(f"/cookies/receipts/{consent.receipt.lower()}/").content.decode()
    assert wording.CURRENT.fingerprint in page
    assert looking().get("/cookies/receipts/AAAA-BBBB-CCCC-DDDD/").status_code == 404


@pytest.mark.promise("A8")
def test_the_signal_of_the_browser_refuses_and_the_page_says_so() -> None:
    browser = looking(HTTP_SEC_GPC="1")

    assert "already refused" in browser.get("/").content.decode()
    browser.post("/cookies/", {"choice": "accept"})
    [consent] = Consent.objects.all()
    assert (consent.granted, consent.by_browser) == (("statistics",), True)
    assert "Refused by your browser" in browser.get("/cookies/").content.decode()


@pytest.mark.promise("A9")
def test_new_words_are_asked_once_and_the_old_receipt_stays(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    agrees(visitor, "statistics")
    old = Consent.objects.get()
    monkeypatch.setattr(wording, "CURRENT", dataclasses.replace(wording.CURRENT, version="2027-01-01"))

    assert ASKS in visitor.get("/").content.decode()
    assert old.receipt in visitor.get("/cookies/").content.decode()
    visitor.post("/cookies/", {"choice": "refuse"})

    assert ASKS not in visitor.get("/").content.decode()
    assert wording.VERSIONS[0].fingerprint in visitor.get(f"/cookies/receipts/{old.receipt}/").content.decode()


@pytest.mark.promise("A9")
def test_words_that_were_shown_never_change() -> None:
    assert {one.version: one.fingerprint for one in wording.VERSIONS} == SEALED


@pytest.mark.promise("P42", "A7")
def test_taking_the_yes_back_deletes_cookie_and_visit(visitor: Browser) -> None:
    agrees(visitor, "statistics")
    visitor.get("/")
    visitor.get("/you/")
    assert Visit.objects.count() == 1

    answer = visitor.post("/cookies/", {"choice": "refuse"})

    assert answer.cookies["pv_visit"]["max-age"] == 0
    assert Visit.objects.count() == 0
    visitor.get("/")
    visitor.get("/you/")
    assert Visit.objects.count() == 0


def test_a_forged_cookie_grants_nothing(visitor: Browser) -> None:
    visitor.cookies["pv_consent"] = f"{wording.CURRENT.version}|AAAA|statistics:forged:signature"

    answer = visitor.get("/")

    assert ASKS in answer.content.decode()
    assert "pv_visit" not in answer.cookies
    assert consenting.BY_SIGNAL == ("personalisation", "marketing")


@pytest.mark.parametrize("address", ["/cookies/", "/you/"])
def test_the_pages_are_there_for_everybody(visitor: Browser, address: str) -> None:
    answer = visitor.get(address)

    assert answer.status_code == 200
    assert len(Page(answer.content.decode()).every("h1")) == 1
    assert "no-store" in answer["Cache-Control"]
    assert "/cookies/" in [
        link.get("href") for link in Page(answer.content.decode()).every("a") if "footer" in link.within
    ]

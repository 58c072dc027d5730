import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from pivotino.control.subscriptions.queries import listed_add_ons, published_plans
from tests.control.website.pages import PAGES, read

pytestmark = pytest.mark.usefixtures("control")

PRICED = {"/prices/"}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_with_one_heading_and_says_what_it_is_about(address: str) -> None:
    page = read(address)

    assert len(page.every("h1")) == 1
    assert page.every("html")[0].get("lang") == "en"
    assert page.every("title")[0].text.endswith("Pivotino")
    [description] = [meta.get("content") for meta in page.every("meta") if meta.get("name") == "description"]
    assert 20 < len(description) < 180


@pytest.mark.promise("P06", "P42")
@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_gets_no_cookie(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 200
    assert dict(answer.cookies) == {}


@pytest.mark.promise("P06")
@pytest.mark.parametrize("address", [page for page in PAGES if page != "/contact/"])
def test_a_visitor_is_asked_for_nothing(address: str) -> None:
    page = read(address)

    assert [form.get("action") for form in page.every("form") if form.get("method").lower() != "get"] == [
        f"/cookies/?back={address}"
    ]
    assert {field.get("type") for field in page.every("input")} <= {"radio"}
    assert page.every("textarea") == []


@pytest.mark.promise("P06", "P39")
@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_from_anybody_else(address: str) -> None:
    page = read(address)

    assert page.loads
    assert [source for source in page.loads if not source.startswith("/") or source.startswith("//")] == []


@pytest.mark.promise("P39")
@pytest.mark.parametrize("address", PAGES)
def test_the_browser_is_told_to_refuse_other_hosts(address: str) -> None:
    policy = Client().get(address).headers["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip())
    sources = {source for allowed in directives.values() for source in allowed.split()}
    assert directives["default-src"] == "'none'"
    assert sources <= {"'none'", "'self'", "data:"}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_works_before_any_script_and_carries_no_style_of_its_own(address: str) -> None:
    page = read(address)

    assert page.every("style") == []
    assert [script.text.strip() for script in page.every("script") if script.text.strip()] == []
    assert [tag for tag in page.tags for name in tag.attrs if name == "style" or name.startswith("on")] == []


@pytest.mark.promise("P01")
@pytest.mark.parametrize("address", PAGES)
def test_the_foot_of_every_page_leads_to_the_policy(address: str) -> None:
    page = read(address)

    foot = [link.get("href") for link in page.every("a") if "footer" in link.within]
    assert "/privacy/" in foot
    assert "/terms/" in foot


@pytest.mark.promise("P30", "P38")
@pytest.mark.parametrize("address", PAGES)
def test_a_link_that_leaves_says_so_and_tells_the_other_side_nothing(address: str) -> None:
    for link in read(address).leaving:
        assert "(leaves Pivotino)" in link.text
        assert {"external", "noopener", "noreferrer"} <= set(link.get("rel").split())


@pytest.mark.parametrize("address", PAGES)
def test_no_link_of_ours_leads_nowhere(address: str) -> None:
    page, client = read(address), Client()

    for link in {link.get("href") for link in page.every("a") if link.get("href").startswith(("/", "#"))}:
        path, _, fragment = link.partition("#")
        answer = client.get(path or address)
        assert answer.status_code in {200, 302}, link
        if fragment:
            assert fragment in (read(path) if path else page).ids, link


@pytest.mark.parametrize("address", [page for page in PAGES if page not in (*PRICED, "/privacy/")])
def test_a_static_page_stands_without_the_database(address: str) -> None:
    """It asks once in half a minute whether customers' stories are there to be linked to; the front page asks for them."""
    asked: list[str] = []

    def down(execute: object, sql: str, *_: object) -> None:
        asked.append(sql)
        raise OperationalError("the database is down")

    with connection.execute_wrapper(down):
        assert Client().get(address).status_code == 200
        del asked[:]
        assert Client().get(address).status_code == 200
    assert len(asked) == (1 if address == "/" else 0)


@pytest.mark.promise("P04")
@pytest.mark.parametrize("address", ["/privacy/", "/terms/", "/contact/", "/security/"])
def test_the_support_address_is_shown(address: str) -> None:
    letters = [link.get("href") for link in read(address).every("a") if link.get("href").startswith("mailto:")]

    assert letters
    assert all(letter.startswith(f"mailto:{settings.OPERATOR.support}") for letter in letters)


@pytest.mark.promise("P57")
def test_the_contact_page_warns_that_we_never_ask_for_a_password() -> None:
    page = read("/contact/")

    assert "We never ask for your password." in page.every("main")[0].text
    assert [field for field in page.every("input") if field.get("type") == "password"] == []


def test_every_published_plan_stands_on_the_prices_page() -> None:
    page = read("/prices/")

    amounts = [int(data.get("value")) for data in page.every("data")]
    prices = [plan.price("MYR") for plan in published_plans() if plan.kind in {"free", "paid"}]
    assert sorted(amounts) == sorted([*prices, *(add_on.price("MYR") for add_on in listed_add_ons())])
    for plan in published_plans():
        assert all(point in page.every("main")[0].text for point in plan.points)


@pytest.mark.parametrize(
    ("language", "asked", "shown"),
    [("ms-MY", "", "RM"), ("de-DE", "", "€"), ("de-DE", "?currency=MYR", "RM"), ("ja-JP", "", "$"),
     ("ja-JP", "?currency=XXX", "$")],
)  # fmt: skip
def test_prices_are_in_the_currency_of_the_country_or_in_the_chosen_one(language: str, asked: str, shown: str) -> None:
    page = Client().get(f"/prices/{asked}", headers={"Accept-Language": language})

    assert f">{shown}<" in page.content.decode()
    assert not page.cookies


def test_the_board_on_the_front_page_adds_up() -> None:
    page = read("/")

    stages = [tag.text.split() for tag in page.every("section") if tag.get("class") == "stage"]
    assert len(stages) == 4
    assert "RM 82,800" in page.every("main")[0].text


def test_an_address_that_does_not_exist_says_so_kindly() -> None:
    answer = Client().get("/our-secret-plans/")

    assert answer.status_code == 404
    assert b"<h1" in answer.content
    assert dict(answer.cookies) == {}

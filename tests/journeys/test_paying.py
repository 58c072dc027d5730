"""Paying, in a real browser: from our page to the provider's and back, though our policy lets no form leave."""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Site, Visitor, wait_until

PLANS = "/my/databases/atap-suria/plan/"


def providers(site: Site) -> str:
    """Where the sandbox of this server is."""
    here = urlsplit(site.url)
    return f"http://{here.hostname}:{(here.port or 0) + 1}"


def go_to_pay(visitor: Visitor) -> None:
    """From the choice of a plan to the provider's page."""
    page, site = visitor.page, visitor.site
    visitor.sign_in(site.do("owner_without_a_plan")["anna"]["session"])
    page.goto(PLANS)
    page.locator("input[name=plan][value=team-monthly]").check()
    page.get_by_label("For how many people").fill("3")
    page.get_by_role("button", name="Show what that costs").click()
    page.get_by_role("button", name="Go to the payment page").click()
    page.wait_for_url(f"{providers(site)}/pay/*")


@pytest.mark.promise("A21")
@pytest.mark.promise("P14")
def test_a_plan_is_paid_at_the_provider_and_runs(desk: Visitor, site: Site) -> None:
    page = desk.page
    go_to_pay(desk)

    assert page.get_by_text("This is a sandbox.").is_visible()
    assert desk.axe() == []
    page.get_by_role("button", name="A card that is declined").click()
    page.get_by_text("Your card was declined").wait_for()
    page.get_by_role("button", name="A card that works", exact=True).click()

    page.wait_for_url(f"{site.url}/payments/return/*")
    assert page.get_by_role("heading", name="Thank you").is_visible()
    assert desk.axe() == []
    told = ["bill.finalized", "bill.paid", "checkout.completed", "checkout.completed", "order.changed"]
    wait_until(page, lambda: site.do("notices") == told)
    page.get_by_role("link", name="Plan and billing").click()
    page.get_by_role("button", name=re.compile("How you pay")).click()
    page.wait_for_url(f"{providers(site)}/portal/*")
    assert desk.axe() == []
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url(f"{site.url}/my/databases/atap-suria/")
    assert {urlsplit(url).netloc for url in desk.foreign} == {urlsplit(providers(site)).netloc}
    desk.foreign.clear()
    assert [error for error in desk.errors if "402" not in error] == []


def test_going_back_from_the_payment_page_leaves_everything(phone: Visitor, site: Site) -> None:
    page = phone.page
    go_to_pay(phone)

    page.get_by_role("button", name="Go back without paying").click()

    page.wait_for_url(f"{site.url}/payments/return/*")
    assert page.get_by_role("heading", name="Nothing was paid").is_visible()
    assert phone.axe() == []
    phone.foreign.clear()
    assert phone.errors == []

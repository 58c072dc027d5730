"""Where one company runs alone no page leads to a room that is not there."""

import re

import pytest
from django.urls import get_resolver

from pivotino.tenancy.models import Instance
from tests.cast import Browser
from tests.control.hosting.test_first_run import FORM, link, machine
from tests.house.walk import PLANES, Route, below

__all__ = ["machine"]
GIVEN = {"random": "0199c0de-0000-7000-8000-000000000000"}


def addresses(urlconf: str, slug: str) -> list[str]:
    """Every address of a table that needs no record, and those about the one database."""
    found: list[Route] = list(below("single", get_resolver(urlconf).url_patterns, "", ""))
    return [
        "/" + route.path.replace("<slug:slug>", slug)
        for route in found
        if set(route.parameters) <= {"slug"} and "sign-out" not in route.path
    ]


@pytest.mark.parametrize("urlconf", ["config.urls_single", PLANES["instance"]])
def test_every_page_opens_for_the_one_who_founded_it(machine: Browser, urlconf: str) -> None:
    machine.post(link(), FORM)
    slug = Instance.objects.get().slug
    before = "" if urlconf == "config.urls_single" else f"/@{slug}"

    answers = {address: machine.get(before + address).status_code for address in addresses(urlconf, slug)}

    assert {address: status for address, status in answers.items() if status >= 500} == {}
    assert answers, "there is nothing to look at"


def test_the_policy_and_the_terms_lead_nowhere_that_is_not_there(machine: Browser) -> None:
    machine.post(link(), FORM)

    for page in ("/privacy/", "/terms/", "/privacy/?lang=ms"):
        text = machine.get(page).content.decode()
        inside = {found for found in re.findall(r'href="(/[^"#?]*)', text) if not found.startswith("/static/")}
        assert {
            found: machine.get(found).status_code for found in inside if machine.get(found).status_code == 404
        } == {}
        assert "<h2" in text and inside

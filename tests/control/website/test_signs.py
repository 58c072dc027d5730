from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.control.website.pages import read

pytestmark = pytest.mark.usefixtures("control")


@pytest.mark.promise("P29")
def test_security_txt_names_the_contact_and_is_never_stale() -> None:
    answer = Client().get("/.well-known/security.txt")

    told = [line.split(": ", 1) for line in answer.content.decode().splitlines()]
    lines = dict(told)
    expires = datetime.fromisoformat(lines["Expires"])
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    contacts = [value for name, value in told if name == "Contact"]
    assert contacts == [f"{settings.BASE_URL}/contact/?about=security", f"mailto:{settings.OPERATOR.support}"]
    assert lines["Preferred-Languages"] == "en, ms"
    assert lines["Policy"] == f"{settings.BASE_URL}/security/"
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.promise("P29")
def test_the_security_page_says_how_to_ask_and_what_to_expect() -> None:
    page = read("/security/")

    assert "/.well-known/security.txt" in [link.get("href") for link in page.every("a")]
    assert "two working days" in page.every("main")[0].text


def test_crawlers_are_shown_the_public_pages_and_kept_out_of_instances() -> None:
    robots = Client().get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /@" in robots
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in robots


def test_every_address_in_the_sitemap_answers() -> None:
    answer = Client().get("/sitemap.xml")

    addresses = [part.split("</loc>")[0] for part in answer.content.decode().split("<loc>")[1:]]
    assert answer["Content-Type"].startswith("application/xml")
    assert len(addresses) == 10
    for address in addresses:
        assert Client().get(address.removeprefix(settings.BASE_URL)).status_code == 200

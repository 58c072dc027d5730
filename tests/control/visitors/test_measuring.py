"""Google Analytics: nothing leaves unless the operator set it up, thirty days passed, and a visitor said yes to exactly that."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from pivotino.control.privacy import register
from pivotino.control.privacy.models import Announcement
from pivotino.control.visitors import measuring, recording, wording
from pivotino.control.visitors.models import Consent
from tests.cast import Browser
from tests.control.visitors.conftest import ADDRESS, FIREFOX, agrees, looking


@dataclass
class Endpoint:
    """Answers as the real one does: always 204, whatever was said."""

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def pages(self) -> list[str]:
        return [event["params"]["page_location"] for _, message in self.told for event in message["events"]]


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    found = Endpoint()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.told.append((self.path, json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.GOOGLE_ANALYTICS_URL = f"http://127.0.0.1:{server.server_port}/mp/collect"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def registered(endpoint: Endpoint, settings: Any) -> Endpoint:
    """The operator set it up more than thirty days ago."""
    register.publish()
    settings.GOOGLE_ANALYTICS = "G-TEST:secret"
    register.publish()
    Announcement.objects.filter(name="Google Analytics").update(effective_at=timezone.now() - timedelta(days=1))
    register.forget()
    return endpoint


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    register.forget()
    yield
    register.forget()


@pytest.mark.promise("P39")
def test_by_default_nobody_is_told_whatever_is_agreed_to(endpoint: Endpoint, visitor: Browser) -> None:
    visitor.post("/cookies/", {"choice": "accept"})
    visitor.get("/prices/")
    recording.flush()

    assert not measuring.active()
    assert endpoint.told == []


@pytest.mark.promise("P39", "A62")
def test_what_the_operator_sets_up_is_announced_and_told_nothing_for_thirty_days(
    endpoint: Endpoint, visitor: Browser, settings: Any, time_machine: Any
) -> None:
    register.publish()
    settings.GOOGLE_ANALYTICS = "G-TEST:secret"
    [made] = register.publish()
    register.forget()
    agrees(visitor, "statistics")
    visitor.get("/prices/")
    recording.flush()

    assert (made.name, made.what) == ("Google Analytics", "added")
    assert made.effective_at > timezone.now() + timedelta(days=29)
    assert "Google Analytics" in visitor.get("/privacy/changes/").content.decode().partition("So far")[0]
    assert endpoint.told == []

    time_machine.move_to(timezone.now() + timedelta(days=31))
    register.forget()

    assert measuring.active()
    assert "Google Analytics" in visitor.get("/privacy/").content.decode()


@pytest.mark.promise("P39", "A9")
def test_an_earlier_yes_does_not_count_and_everybody_is_asked_anew(
    endpoint: Endpoint, visitor: Browser, settings: Any
) -> None:
    agrees(visitor, "statistics")
    old = Consent.objects.get()
    register.publish()
    settings.GOOGLE_ANALYTICS = "G-TEST:secret"
    register.publish()
    Announcement.objects.filter(name="Google Analytics").update(effective_at=timezone.now() - timedelta(days=1))
    register.forget()

    page = visitor.get("/prices/").content.decode()
    recording.flush()

    assert "tell Google Analytics nothing" in page
    assert endpoint.told == []
    agrees(visitor, "statistics")
    assert "consent-asks" not in visitor.get("/prices/").content.decode()
    assert [one.text for one in Consent.objects.order_by("at")] == [old.text, f"{old.text}-ga"]
    receipt = visitor.get(f"/cookies/receipts/{Consent.objects.latest('at').receipt}/").content.decode()
    assert wording.measured(wording.CURRENT).fingerprint in receipt
    assert "Google Analytics is told" in receipt


@pytest.mark.promise("P39")
@pytest.mark.parametrize("granted", [[], ["marketing"], ["personalisation"]])
def test_without_a_yes_to_statistics_nothing_leaves(registered: Endpoint, visitor: Browser, granted: list[str]) -> None:
    visitor.get("/")
    agrees(visitor, *granted)
    visitor.get("/prices/")
    recording.flush()

    assert registered.told == []


@pytest.mark.promise("P39", "A4")
def test_after_a_yes_it_learns_page_country_and_browser_and_nothing_from_before(
    registered: Endpoint, visitor: Browser
) -> None:
    visitor.get("/our-story/")
    agrees(visitor, "statistics")
    visitor.get("/prices/", HTTP_REFERER="https://secret.example/?q=me")
    visitor.get("/privacy/2026-11-23/")
    recording.flush()

    [(asked, message)] = registered.told
    assert parse_qs(urlsplit(asked).query) == {"measurement_id": ["G-TEST"], "api_secret": ["secret"]}
    assert [place.partition("//")[2].partition("/")[2] for place in registered.pages] == [
        "prices/",
        "privacy/<effective_day:effective_on>/",
    ]
    assert set(message) == {"client_id", "consent", "device", "events"}
    assert (message["device"], set(message["consent"].values())) == ({"browser": "Firefox"}, {"DENIED"})
    said = json.dumps(registered.told)
    visit = visitor.cookies["pv_visit"].value
    assert [word for word in (ADDRESS, FIREFOX, "Mozilla", "secret.example", visit) if word in said] == []


@pytest.mark.promise("P39")
def test_a_yes_taken_back_before_it_left_tells_nothing(registered: Endpoint, visitor: Browser) -> None:
    agrees(visitor, "statistics")
    visitor.get("/prices/")
    visitor.post("/cookies/", {"choice": "refuse"})
    recording.flush()

    assert registered.told == []


@pytest.mark.promise("P39")
def test_it_stops_at_once_when_the_operator_takes_it_out(registered: Endpoint, visitor: Browser, settings: Any) -> None:
    agrees(visitor, "statistics")
    visitor.get("/prices/")
    settings.GOOGLE_ANALYTICS = ""
    recording.flush()

    assert registered.told == []
    register.publish()
    assert "Google Analytics" not in [row.name for row in register.in_force()]


@pytest.mark.promise("P39")
def test_no_script_and_no_cookie_of_it_reaches_a_browser(registered: Endpoint, visitor: Browser) -> None:
    before = looking().get("/prices/").headers["Content-Security-Policy"]
    agrees(visitor, "statistics")

    answer = visitor.get("/prices/")

    assert answer.headers["Content-Security-Policy"] == before
    assert "google" not in answer.content.decode().lower()
    assert set(visitor.cookies) == {"pv_consent", "pv_visit"}


@pytest.mark.promise("P39")
def test_an_endpoint_that_is_away_costs_nothing_but_a_line_in_the_log(
    registered: Endpoint, visitor: Browser, settings: Any
) -> None:
    settings.GOOGLE_ANALYTICS_URL = "http://127.0.0.1:9/mp/collect"
    agrees(visitor, "statistics")
    visitor.get("/prices/")

    assert recording.flush() == 1
    assert "Google Analytics was told" in visitor.get("/you/").content.decode()

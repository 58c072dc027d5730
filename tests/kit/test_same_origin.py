import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from pivotino.kit.same_origin import SameOriginMiddleware

HOST = "pivotino.example"
TRUSTED = "https://staff.pivotino.example"


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = [HOST]
    settings.CSRF_TRUSTED_ORIGINS = [TRUSTED]
    settings.SESSION_COOKIE_NAME = "visit"


def answer(method="POST", *, secure=True, session=False, **headers):
    request = RequestFactory().generic(
        method, "/", secure=secure, headers={"host": HOST, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )
    if session:
        request.COOKIES["visit"] = "anna"
    response = SameOriginMiddleware(lambda request: HttpResponse("done"))(request)
    assert request._dont_enforce_csrf_checks is True
    return response.status_code


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_reading_passes_from_anywhere(method):
    assert answer(method, session=True, sec_fetch_site="cross-site", origin="https://evil.example") == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "MOVE"])
def test_writing_from_another_site_is_refused_whatever_the_method(method):
    assert answer(method, session=True, sec_fetch_site="cross-site") == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_writing_from_our_own_page_passes(site):
    assert answer(session=True, sec_fetch_site=site, origin="null") == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "anything"])
def test_writing_from_elsewhere_is_refused_even_with_our_origin_and_no_session(site):
    assert answer(sec_fetch_site=site, origin=f"https://{HOST}") == 403


def test_an_older_browser_is_judged_by_its_origin():
    assert answer(session=True, origin=f"https://{HOST}") == 200
    assert answer(session=True, secure=False, origin=f"http://{HOST}") == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", f"http://{HOST}", f"https://{HOST}:8443", f"https://{HOST}.evil.example", "null", ""],
)
def test_any_other_origin_is_refused_even_without_a_session(origin):
    assert answer(origin=origin) == 403


def test_a_trusted_origin_passes_in_any_browser():
    assert answer(session=True, origin=TRUSTED) == 200
    assert answer(session=True, origin=TRUSTED, sec_fetch_site="same-site") == 200


def test_a_program_passes_and_a_session_without_any_header_does_not():
    assert answer() == 200
    assert answer(session=True) == 403


def test_the_refusal_is_a_plain_page_that_says_what_to_do():
    request = RequestFactory().post("/", headers={"host": HOST, "sec-fetch-site": "cross-site"})

    page = SameOriginMiddleware(lambda request: HttpResponse("done"))(request).content.decode()

    assert "<h1>This did not come from our page</h1>" in page
    assert "Nothing was changed." in page

"""Reading letters while developing."""

import json
from typing import Any

import pytest

from pivotino.jobs.testing import run_all
from pivotino.letters import send
from pivotino.letters.models import Kept
from tests.cast import Browser
from tests.letters.some import verification


@pytest.fixture
def letter(kept: None) -> Kept:
    send(verification(), key="v:1")
    run_all()
    return Kept.objects.get()


def test_the_list_shows_what_would_have_been_sent(letter: Kept, stranger: Browser) -> None:
    page = stranger.get("/_dev/mail/").content.decode()

    assert (
        "Confirm the address of Kedai Ali &amp; Anak" in page
        and "ali@kedai.example" in page
        and "transactional" in page
    )
    assert "No letter to" in stranger.get("/_dev/mail/?to=nobody").content.decode()


def test_a_letter_stands_in_a_frame_that_can_do_nothing(letter: Kept, stranger: Browser) -> None:
    page = stranger.get(f"/_dev/mail/{letter.id}/")
    frame = stranger.get(f"/_dev/mail/{letter.id}/page/")

    assert f'src="/_dev/mail/{letter.id}/page/"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in frame.content.decode()


def test_the_text_twin_and_the_head_can_be_read(letter: Kept, stranger: Browser) -> None:
    text = stranger.get(f"/_dev/mail/{letter.id}/?as=text").content.decode()
    head = stranger.get(f"/_dev/mail/{letter.id}/?as=head").content.decode()

    assert "somebody registered" in text and 'href="https://pivotino.example/verify/abc/?a=1&amp;b=2"' in text
    assert "auto-generated" in head


def test_scripts_read_letters_as_json(letter: Kept, stranger: Browser) -> None:
    told = json.loads(stranger.get("/_dev/mail.json?to=ali@kedai.example").content)

    assert [(one["to"], one["subject"]) for one in told] == [
        ("ali@kedai.example", "Confirm the address of Kedai Ali & Anak")
    ]
    assert told[0]["links"] == ["https://pivotino.example/verify/abc/?a=1&b=2"]
    assert {"text", "html", "at"} <= told[0].keys()


def test_an_unknown_letter_is_a_plain_404(kept: None, stranger: Browser) -> None:
    assert stranger.get("/_dev/mail/0190b0a0-0000-7000-8000-000000000000/").status_code == 404


def test_the_pages_do_not_exist_in_production(settings: Any) -> None:
    import importlib

    from config import urls_control

    settings.FEATURE_DEV_PAGES = False
    try:
        importlib.reload(urls_control)
        assert not [pattern for pattern in urls_control.urlpatterns if "_dev" in str(pattern.pattern)]
    finally:
        settings.FEATURE_DEV_PAGES = True
        importlib.reload(urls_control)

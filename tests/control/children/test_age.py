"""Somebody who does not say that they are 13 or older leaves nothing behind, at no door, and hears a neutral sentence."""

import logging

import pytest
from django.core import mail
from django.core.cache import caches

from tests.cast import Browser
from tests.control.accounts.test_joining import TYPED, pass_for
from tests.control.children.test_reporting import everything
from tests.control.newcomer import TYPED as START

SMALL = {
    "first_name": "Tinymarker", "last_name": "Smallmarker", "company": "Toymarker Club", "email": "kid@tinymarker.example",
    "phone": "012-777 6655",
}  # fmt: skip
MARKERS = ("tinymarker", "smallmarker", "toymarker", "7776655", "777 6655")


@pytest.mark.promise("P16")
@pytest.mark.promise("A41")
@pytest.mark.usefixtures("control", "atap")
@pytest.mark.parametrize(
    ("door", "typed"),
    [
        ("/get-started/", {**START, **SMALL}),
        (pass_for("kid@tinymarker.example"), {**TYPED, "name": "Tinymarker Smallmarker"}),
    ],
)
def test_whoever_is_not_13_leaves_nothing_anywhere(
    stranger: Browser, caplog: pytest.LogCaptureFixture, door: str, typed: dict[str, str]
) -> None:
    assert (
        'name="grown" ' in (page := stranger.get(door).content.decode())
        and "checked" not in page.split('name="grown"')[1][:80]
    )

    with caplog.at_level(logging.DEBUG):
        answer = stranger.post(door, {**typed, "grown": ""})

    assert (
        answer.status_code == 422
        and "We can only open an account for people of 13 or older." in answer.content.decode()
    )
    assert "no-store" in answer["Cache-Control"] and not answer.cookies and not stranger.cookies
    kept = [everything(), caplog.text, repr([vars(caches[name]) for name in caches]), repr(mail.outbox)]
    assert [marker for marker in MARKERS for where in kept if marker in where.lower()] == []

"""What tests of exports share: a world worth taking out, and somebody who has just proved who they are."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from pivotino.control.exports.models import Export
from pivotino.jobs.testing import run_all
from pivotino.tenancy import inside
from tests.cast import Browser, Person
from tests.tenancy import packed as world


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()


@pytest.fixture
def busy_anna(anna: Person, bruno: Person) -> Person:
    """Anna, whose database has a bit of everything in it."""
    with inside(anna.instance):
        world.fill(anna.member, bruno.member)
    world.give_a_file(anna.instance.place)
    bruno.take_seat()
    return anna.take_seat()


HASHED = make_password("a long enough secret")


def proven(person: Person) -> Browser:
    """A browser in which somebody has typed the password once more."""
    person.account.password = HASHED
    person.account.save(update_fields=["password"])
    browser = person.browser
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.account.pk)
    session.save()
    return browser


def home(person: Person, path: str = "") -> str:
    return f"/my/databases/{person.instance.slug}/export/{path}"


def exported(person: Person) -> Export:
    """An export that is ready."""
    proven(person).post(home(person))
    run_all()
    export: Export = Export.objects.select_related("instance").latest("requested_at")
    assert export.state == "ready", export.problem
    return export

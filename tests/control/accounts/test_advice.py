"""What every place with a password says, what a refusal costs, and which passwords are refused."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pivotino.control.accounts.entrance import recognise
from pivotino.control.accounts.models import Account
from tests.control.accounts.test_sign_in import known  # noqa: F401 - a fixture
from tests.control.newcomer import EMAIL, OWN_PASSWORD
from tests.house import walk
from tests.house.test_cards import every_form

ROOT = Path(__file__).parents[3]
PASSWORD_FIELDS = re.compile(r"""form\[(?:"(?:password|now)"|by)\]|type="password\"""")


@pytest.mark.promise("P56")
@pytest.mark.promise("P57")
def test_wherever_a_password_is_typed_stands_what_to_do_with_it() -> None:
    walk.routes()
    names = {
        name
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput) and form.__module__.startswith("pivotino.")
    }
    assert names <= {"password", "now"}, "the pattern above knows no field of another name"

    pages = {path: path.read_text() for path in (ROOT / "pivotino").glob("*/*/templates/**/*.html")}
    asking = {path: page for path, page in pages.items() if PASSWORD_FIELDS.search(page)}

    assert len(asking) >= 7
    assert [
        path.name for path, page in asking.items() if not re.search(r"[Ww]e never ask for (?:your password|it)", page)
    ] == []


def test_a_wrong_password_an_unknown_address_and_a_closed_account_take_the_same_work(
    known: Account,  # noqa: F811
    monkeypatch: Any,
) -> None:
    """Work, not time: as many passwords are hashed whoever is asked for, so that no clock tells who has an account."""
    hashed: list[str] = []
    real = Argon2PasswordHasher.verify
    monkeypatch.setattr(
        Argon2PasswordHasher,
        "verify",
        lambda self, password, encoded: [hashed.append(password), real(self, password, encoded)][1],  # type: ignore[func-returns-value]
    )
    counts = []
    for email in (EMAIL, "nobody@kedai.example"):
        hashed.clear()
        assert recognise(email, "wrong guess entirely") is None
        counts.append(len(hashed))
    known.is_active = False
    known.save()
    hashed.clear()
    assert recognise(EMAIL, OWN_PASSWORD) is None

    assert [*counts, len(hashed)] == [2, 2, 2]


@pytest.mark.parametrize(
    "leaked", ["passwordpassword", "qwertyuiop123", "iloveyou1234", "1q2w3e4r5t6y", "football12345", "Passw0rd1234"]
)
@pytest.mark.promise("P56")
def test_what_leaked_most_often_is_refused_without_asking_anybody(leaked: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(leaked)

"""Sofia works for us. She is nobody's colleague and enters with a passkey."""

import pytest
from django.utils import timezone

from pivotino.control.accounts.models import Account
from tests.cast import Browser


@pytest.fixture
def sofia(control: None) -> Account:
    """A member of staff."""
    return Account.objects.create_user("sofia@pivotino.example", None, name="Sofia Staff", is_staff=True)


@pytest.fixture
def desk(sofia: Account) -> Browser:
    """Sofia's browser, signed in with a passkey."""
    return with_second_step(sofia)


def with_second_step(account: Account) -> Browser:
    """A browser in which this account signed in with a password and a passkey."""
    browser = Browser("sofia")
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp()},
        {"method": "mfa", "type": "webauthn", "at": timezone.now().timestamp()},
    ]
    session.save()
    return browser

"""Django's database sessions in our own table, which also knows the account and how to recognise the browser."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from pivotino.control.accounts.models import Session
from pivotino.control.accounts.networks import browser_of, network_of

FACTS = "seen"


class SessionStore(DatabaseStore):
    """Keeps a session in `accounts.Session` with the account that signed in, and with what `describe` wrote down."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        facts = data.get(FACTS, {})
        row.account_id = data.get("_auth_user_id")
        row.browser, row.network = facts.get("browser", ""), facts.get("network", "")
        row.started_at = datetime.fromisoformat(facts["at"]) if "at" in facts else timezone.now()
        return row


def describe(request: HttpRequest) -> None:
    """Write into the session what its owner will recognise it by."""
    request.session[FACTS] = {
        "browser": browser_of(request), "network": network_of(request), "at": timezone.now().isoformat(),
    }  # fmt: skip

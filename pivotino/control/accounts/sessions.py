"""Django's database sessions in our own table, which also knows the account."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from pivotino.control.accounts.models import Session


class SessionStore(DatabaseStore):
    """Keeps a session in `accounts.Session` with the id of the account that signed in."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.account_id = data.get("_auth_user_id")
        return row

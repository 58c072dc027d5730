"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up through allauth's own form: `subscriptions` does that."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

"""Signed-in browsers."""

from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models.account import Account
from pivotino.kit.holds import Holds


class Session(AbstractBaseSession):
    """A signed-in browser, joined to its account so that one query answers who it is.

    `browser` and `network` are how its owner recognises it: "Firefox on Windows", and the shortened address.
    """

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField(default=timezone.now)
    browser = models.CharField(max_length=80, blank=True)
    network = models.CharField(max_length=45, blank=True)

    objects: ClassVar[BaseSessionManager["Session"]] = BaseSessionManager()  # type: ignore[assignment]

    holds = Holds(
        subject="subscriber", purpose="to stay signed in, and to show where one is", retention="30 days after the sign-in",
        export="account", erasure="row deleted",
        personal={"account": "whose browser it is", "session_data": "signed, not readable by others",
                  "browser": "to recognise it", "network": "to recognise it; the address shortened"},
        plain={"session_key", "expire_date", "started_at"},
    )  # fmt: skip

    @classmethod
    def get_session_store_class(cls) -> Any:
        from pivotino.control.accounts.sessions import SessionStore

        return SessionStore

    @property
    def reference(self) -> str:
        """A name for this session that opens nothing."""
        from django.utils.crypto import salted_hmac

        return salted_hmac("pivotino.accounts.session", self.session_key).hexdigest()[:16]

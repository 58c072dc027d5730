"""Mei, who is new: what she types, what comes in her mail, and how far she got."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.core import mail

from pivotino.control.accounts.models import Account
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import SignUp
from pivotino.jobs.testing import run_all
from pivotino.tenancy.models import Instance
from tests.cast import Browser

EMAIL = "mei@kopi.example"
OWN_PASSWORD = "violet canoe drifting tomorrow"
TYPED = {
    "first_name": "Mei Ling", "last_name": "Tan", "company": "Kedai Kopi Sdn Bhd", "email": EMAIL, "dial": "MY",
    "phone": "012-345 6789", "country": "MY", "currency": "MYR", "zone": "Asia/Kuala_Lumpur", "terms": "on", "grown": "on",
    "plan": "", "once": "the first time",
}  # fmt: skip


@dataclass
class Newcomer:
    """Somebody on the way in. Every verb goes one step; `seen` keeps every page that was shown."""

    browser: Browser = field(default_factory=Browser)
    typed: dict[str, str] = field(default_factory=lambda: dict(TYPED))
    seen: list[bytes] = field(default_factory=list)

    def get(self, path: str) -> Any:
        return self._keep(self.browser.get(path))

    def post(self, path: str, data: Any = None) -> Any:
        return self._keep(self.browser.post(path, data or {}))

    def fill_in(self, **changed: str) -> Any:
        return self.post("/get-started/", {**self.typed, **changed})

    def register(self) -> str:
        """Fill in the form and get the letter; returns the address of the thank-you page."""
        thanks = self.fill_in()["Location"]
        run_all()
        return str(thanks)

    @property
    def link(self) -> str:
        """The path of the newest letter's link."""
        found = [
            re.search(r"http://testserver(/verify/\S+)", letter.body) for letter in letters_to(self.typed["email"])
        ]
        return next(match[1] for match in reversed(found) if match)

    def press(self) -> Any:
        """Open the link and press its button, without a worker."""
        self.get(self.link)
        return self.post(self.link)

    def arrive(self) -> str:
        """All the way to a database that is ready; returns the password of the letter."""
        self.register()
        self.press()
        run_all()
        return self.first_password

    @property
    def first_password(self) -> str:
        found = [re.search(r"First password: (\S+)", letter.body) for letter in letters_to(self.typed["email"])]
        return next(match[1] for match in reversed(found) if match)

    def sign_in(self, password: str) -> Any:
        return self.post("/sign-in/", {"login": self.typed["email"], "password": password})

    def settle(self) -> None:
        """Arrive, sign in and choose an own password."""
        self.sign_in(self.arrive())
        assert self.post("/choose-password/", {"password": OWN_PASSWORD}).status_code == 302

    def _keep(self, answer: Any) -> Any:
        self.seen.append(answer.content)
        return answer


def letters_to(email: str) -> list[Any]:
    return [letter for letter in mail.outbox if letter.to == [email]]


def welcome_letters() -> list[Any]:
    return [letter for letter in mail.outbox if letter.subject.startswith("Welcome to Pivotino")]


def newest_instances() -> list[str]:
    """The addresses that are not the cast's."""
    return sorted(Instance.objects.exclude(slug__in=["atap-suria", "zenit"]).values_list("slug", flat=True))


def accounts_of(email: str = EMAIL) -> int:
    return Account.objects.filter(email=email).count()


def counts() -> dict[str, int]:
    """How many of each there are for newcomers."""
    return {
        "sign-ups": SignUp.objects.count(),
        "provisionings": Provisioning.objects.count(),
        "instances": len(newest_instances()),
    }

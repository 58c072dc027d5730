"""The people of the tests. Anna owns Atap Suria, Bruno and Carla sell there; Rita owns a rival that must never appear."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.instance.members.models import Member, Role
from pivotino.tenancy import inside, seats
from pivotino.tenancy.lifecycle import Founding, found
from pivotino.tenancy.models import Instance

# Everything the rival owns carries this word. No answer to anybody else may contain it.
RIVAL = "rivalsecret"
# Rita works there; Sofia is staff, whose console lists every customer's name.
MAY_SEE_IT = {"rita", "sofia"}
PEOPLE = {
    "anna": ("Nurul Anna", "owner", "atap-suria"),
    "bruno": ("Bruno Sales", "user", "atap-suria"),
    "carla": ("Carla User", "user", "atap-suria"),
    "rita": (f"Rita {RIVAL}", "owner", "zenit"),
}
COMPANIES = {"atap-suria": "Atap Suria Sdn Bhd", "zenit": f"Zenit {RIVAL} Ltd"}


class Leak(AssertionError):
    """An answer contained something of the rival instance."""


class Browser(Client):
    """A test client that is somebody, speaks like a browser, and fails on any sight of the rival."""

    def __init__(self, person: str = "", **kwargs: Any) -> None:
        super().__init__(headers={"Sec-Fetch-Site": "same-origin"}, **kwargs)
        self.person = person

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if self.person not in MAY_SEE_IT and not answer.streaming and RIVAL.encode() in answer.content.lower():
            raise Leak(f"{request.get('PATH_INFO')} shows the rival's data to {self.person or 'a stranger'}.")
        return answer

    def htmx(self, method: str, path: str, data: Any = None, **kwargs: Any) -> Any:
        """A request as htmx sends it."""
        return getattr(self, method)(path, data, headers={"HX-Request": "true"}, **kwargs)


@dataclass
class Person:
    """One of the cast: the account, the member's id in the own instance, and a signed-in browser."""

    key: str
    account: Account
    instance: Instance
    member_id: UUID

    @property
    def member(self) -> Member:
        """The member's row, read in the own instance; use it inside that instance."""
        with inside(self.instance):
            return Member.objects.get(pk=self.member_id)

    def take_seat(self) -> "Person":
        """The control plane knows that this person works here, and whether as a Business Owner."""
        with inside(self.instance):
            seats.take(self.account.id, owner=self.member.is_owner)
        return self

    @property
    def browser(self) -> Browser:
        """A new browser in which this person is signed in."""
        browser = Browser(self.key)
        browser.force_login(self.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    def url(self, path: str = "") -> str:
        """An address inside the own instance."""
        return f"/@{self.instance.slug}/{path}"


def accounts() -> dict[str, Account]:
    """The accounts of the cast, in the control database."""
    return {
        key: Account.objects.create_user(f"{key}@{slug}.example", None, name=name, is_staff=False)
        for key, (name, _, slug) in PEOPLE.items()
    }


def settle(instance: Instance, people: dict[str, Account]) -> None:
    """Found one instance of the cast with its members."""
    mine = [key for key, (_, _, slug) in PEOPLE.items() if slug == instance.slug]
    first = people[mine[0]]
    founding = Founding(
        company=COMPANIES[instance.slug], country="MY", currency="MYR", zone="Asia/Kuala_Lumpur",
        account_id=first.id, name=first.name, email=first.email,
    )  # fmt: skip
    found(instance.place, founding)
    with inside(instance):
        for key in mine[1:]:
            account = people[key]
            Member.objects.create(
                account_uuid=account.id,
                name=account.name,
                email=account.email,
                role=Role.USER,
                joined_at=timezone.now(),
            )

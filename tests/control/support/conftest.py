"""Aida works at our helpdesk and has a passkey; Sofia is the second one of us."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.models import Source, Ticket
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.support import calling
from pivotino.control.support.models import Housecall, Scope, Yes
from pivotino.tenancy.signed_in import SignedIn
from tests.cast import Browser, Person

WHY = "The board stays empty since the import"
CHANGE = "Put the stage back to where it was"


class Guest(Browser):
    """A member of staff, signed in with a passkey, unless `type` says otherwise."""

    def __init__(self, account: Account, type: str = "webauthn") -> None:
        super().__init__(account.email.partition("@")[0])
        self.account = account
        self.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = self.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": type, "at": timezone.now().timestamp()}]
        session.save()

    @property
    def me(self) -> SignedIn:
        key = self.cookies["pv_session"].value
        account = self.account
        return SignedIn(id=account.id, name=account.name, email=account.email, is_staff=True, session_key=key)


def of_us(name: str) -> Account:
    return Account.objects.create_user(f"{name.lower()}@pivotino.example", None, name=f"{name} Rahman", is_staff=True)


@pytest.fixture
def aida(control: None) -> Guest:
    return Guest(of_us("Aida"))


@pytest.fixture
def sofia(control: None) -> Guest:
    return Guest(of_us("Sofia"))


@pytest.fixture
def owner(anna: Person, bruno: Person) -> Person:
    """Anna, whose seat the control plane knows; Bruno's as well."""
    bruno.take_seat()
    return anna.take_seat()


@pytest.fixture
def ticket(owner: Person) -> Ticket:
    """What Anna asked from inside her database."""
    return open_ticket("support", "Empty board", "It is empty.", email=owner.account.email, source=Source.APP, instance_id=owner.instance.pk)  # fmt: skip


@pytest.fixture
def asked(aida: Guest, owner: Person, ticket: Ticket) -> Callable[..., Housecall]:
    """Aida asks: for settings, unless told otherwise."""

    def ask(scope: Scope = Scope.SETTINGS, *, by: Guest = aida, **more: Any) -> Housecall:
        return calling.ask(owner.instance, by=by.me, ticket=ticket.number, reason=WHY, scope=scope, **more)

    return ask


@pytest.fixture
def inside_with(asked: Callable[..., Housecall], aida: Guest, owner: Person) -> Callable[..., Housecall]:
    """Aida is in; where a yes is needed, Anna gave it. `changes`: to changes as well."""

    def go_in(scope: Scope = Scope.SETTINGS, *, changes: bool = False, **more: Any) -> Housecall:
        call = asked(scope, **more)
        if call.needs_yes:
            calling.agree(call, Yes.To.SESSION, by=as_owner(owner))
        calling.begin(call, by=aida.me)
        if changes:
            calling.ask_changes(call, by=aida.me, reason=CHANGE)
            calling.agree(call, Yes.To.CHANGES, by=as_owner(owner))
        return Housecall.objects.get(pk=call.pk)

    return go_in


def as_owner(person: Person) -> SignedIn:
    return SignedIn(id=person.account.id, name=person.account.name, email=person.account.email)

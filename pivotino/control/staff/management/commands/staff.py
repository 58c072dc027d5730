"""`pivotino manage staff add anna@example.org --why …`: who works for us. Only somebody on the server can say so."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pivotino.control.accounts import middleware
from pivotino.control.accounts.models import Account
from pivotino.control.staff.models import Deed, DeedTampered


class Command(BaseCommand):
    """Gives somebody the console, takes it away, lists who has it, or checks the register of deeds."""

    help = "add, remove or list staff; verify the register of deeds"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["add", "remove", "list", "verify"])
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--why", default="Set on the server.")

    def handle(self, *args: Any, what: str, email: str, why: str, **options: Any) -> None:
        if what == "list":
            self._list()
        elif what == "verify":
            self._verify()
        else:
            self._change(what, email, why)

    def _list(self) -> None:
        for one in Account.objects.filter(is_staff=True).order_by("email"):
            self.stdout.write(f"{one.email}  {one.name}")

    def _change(self, what: str, email: str, why: str) -> None:
        account = Account.objects.with_email(email)
        if account is None:
            raise CommandError(f"Nobody signs in with {email or 'no address'}.")
        passkeys = Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.WEBAUTHN)
        if what == "add" and not passkeys.exists():
            raise CommandError(f"{account.email} has no passkey yet. They add one under Password and security first.")
        with transaction.atomic():
            Account.objects.filter(pk=account.pk).update(is_staff=what == "add")
            Deed.objects.keep(by="the server", account_id=None, what=f"staff {what}", why=why, facts={"account": str(account.pk)})  # fmt: skip
        if what == "remove":
            account.end_sessions(keep="")
        middleware.forget()
        self.stdout.write(f"{account.email} {'is staff now' if what == 'add' else 'is no longer staff'}.")

    def _verify(self) -> None:
        try:
            self.stdout.write(f"{Deed.objects.verify()} deeds, all as they were written.")
        except DeedTampered as fault:
            raise CommandError(str(fault)) from None

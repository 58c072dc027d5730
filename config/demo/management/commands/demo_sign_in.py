"""Makes sure that somebody who starts the development server has something to look at, and says how to get in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.demo import desk
from config.demo.making import PASSWORD, SIGN_IN, make, make_desk


class Command(BaseCommand):
    help = "Makes one demo instance with a busy board and our own helpdesk, unless they are there, and prints its address and sign-in. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            return
        make(SIGN_IN)
        make_desk(SIGN_IN)
        house = SIGN_IN.house
        self.stdout.write(
            f"\n  {house.name}, a company that does not exist: {settings.BASE_URL}/@{SIGN_IN.slug}/\n"
            f"  Sign in as {house.email(house.people[0])} with {PASSWORD}\n"
            f"  A colleague who sees only her own cards: {house.email(house.people[2])}, same password\n"
            f"  As staff, at /staff/: {desk.US[0][0]}, same password and a passkey of yours (docs/develop.md)\n"
        )

"""Makes sure that somebody who starts the development server has something to look at, and says how to get in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.demo.making import PASSWORD, SIGN_IN, make


class Command(BaseCommand):
    help = "Makes one demo instance with a busy board, unless it is there, and prints its address and sign-in. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            return
        make(SIGN_IN)
        house = SIGN_IN.house
        self.stdout.write(
            f"\n  {house.name}, a company that does not exist: {settings.BASE_URL}/@{SIGN_IN.slug}/\n"
            f"  Sign in as {house.email(house.people[0])} with {PASSWORD}\n"
            f"  A colleague who sees only her own cards: {house.email(house.people[2])}, same password\n"
        )

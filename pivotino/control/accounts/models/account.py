"""Accounts: the people who sign in, whichever instances they are members of."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Now

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """A new account. Without a password it cannot sign in until one is chosen."""
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password) if password else account.set_unusable_password()
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, email: str | None) -> "Account":
        return self.get(email=(email or "").strip().lower())

    def with_email(self, email: str) -> "Account | None":
        """The account that signs in with this address, in whatever letters it was typed; reserved ones too."""
        return self.filter(email=email.strip().lower()).first()

    def reserve(self, id: UUID, *, email: str, name: str, phone: str) -> "Account":
        """Keep an address for an account that is still being made; repeating it finds the first one again."""
        email = email.strip().lower()
        fresh = {"id": id, "name": name, "phone": phone, "is_active": False, "password": "!reserved"}
        return self.get_or_create(email=email, defaults=fresh)[0]


class Account(ControlModel, AbstractBaseUser):
    """Somebody who can sign in. One account may be a member of several instances; none of them reads this row."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    # Set while the only password is the one a letter brought: it opens nothing but "choose your own password".
    must_choose_password = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    holds = Holds(
        subject="subscriber", purpose="to sign in and to be reached about the account",
        retention="as long as there is one; it goes with the last database or when you ask", export="account", erasure="row deleted",
        personal={"email": "signs in with it", "name": "how we greet", "phone": "to be reached", "password": "a hash only",
                  "last_login": "to show sign-ins"},
        plain={"is_active", "is_staff", "created_at", "must_choose_password"},
    )  # fmt: skip

    def __str__(self) -> str:
        return self.email

    @property
    def first_name(self) -> str:
        """How a letter or a page greets."""
        return self.name.split()[0] if self.name.split() else self.email

    def open(self) -> None:
        """Let the account sign in; its address counts as proven."""
        with transaction.atomic():
            self.is_active = True
            self.save(update_fields=["is_active"])
            EmailAddress.objects.update_or_create(
                user=self, email=self.email, defaults={"verified": True, "primary": True}
            )

    def rename(self, name: str) -> None:
        self.name = name
        self.save(update_fields=["name"])

    def choose_password(self, password: str, *, keep_session: str | None = None) -> None:
        """From now on this password alone opens the account. Every other browser is signed out."""
        with transaction.atomic():
            self.set_password(password)
            self.must_choose_password = False
            self.save(update_fields=["password", "must_choose_password"])
            self.initial_passwords.destroy()
            self.end_sessions(keep=keep_session)

    def end_sessions(self, *, keep: str | None = None) -> int:
        """Sign this account out of every browser but the one with the session `keep`; says how many."""
        from pivotino.control.accounts import middleware

        ended, _ = self.sessions.exclude(session_key=keep or "").delete()
        middleware.forget()
        return ended

    def words_to_avoid(self) -> Iterable[str]:
        """What colleagues and customers know: the names of the companies this account works in."""
        return [*self.seats.values_list("instance__name", flat=True), "pivotino"]

    # Staff pages check is_staff themselves; Django's permission tables stay empty.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

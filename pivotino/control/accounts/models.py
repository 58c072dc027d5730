"""Accounts: the people who sign in, whichever instances they are members of."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
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
        retention="until the account is closed, then 30 days", export="account", erasure="row deleted",
        personal={"email": "signs in with it", "name": "how we greet", "phone": "to be reached", "password": "a hash only",
                  "last_login": "to show sign-ins"},
        plain={"is_active", "is_staff", "created_at", "must_choose_password"},
    )  # fmt: skip

    def __str__(self) -> str:
        return self.email

    # Staff pages check is_staff themselves; Django's permission tables stay empty.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Session(AbstractBaseSession):
    """A signed-in browser, joined to its account so that one query answers who it is."""

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[BaseSessionManager["Session"]] = BaseSessionManager()

    holds = Holds(
        subject="subscriber", purpose="to stay signed in", retention="30 days after the last visit", export="no",
        erasure="row deleted", personal={"account": "whose browser it is", "session_data": "signed, not readable by others"},
        plain={"session_key", "expire_date", "started_at"},
    )  # fmt: skip

    @classmethod
    def get_session_store_class(cls) -> Any:
        from pivotino.control.accounts.sessions import SessionStore

        return SessionStore

"""Accounts, where they may enter, and how they came in."""

from collections.abc import Iterable, Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from pivotino.control.accounts import middleware
from pivotino.control.accounts.models import Account, Consent, InitialPassword, Seat, SecondStepRule, Session, SignIn
from pivotino.control.erasures.persons import (
    BY_USE,
    CONTRACT,
    FROM_YOU,
    INTEREST,
    Found,
    Person,
    Plan,
    free,
    knows,
    told,
)

MODELS = [f"accounts.{model.__name__}" for model in (Account, Consent, InitialPassword, Seat, Session, SignIn, SecondStepRule)]  # fmt: skip
SHOWN = 200


@knows("The account", models=MODELS, order=90)
class Accounts:
    def find(self, person: Person) -> Iterator[Found]:
        account = Account.objects.filter(pk=person.account_id).first() if person.account_id else None
        if account is None:
            return
        yield Found.of(Account, what="The account", basis=CONTRACT, source=FROM_YOU, provided=True, facts=told(
            ("Mail address", account.email), ("Name", account.name), ("Phone", account.phone), ("Opened", account.created_at),
            ("Last sign-in", account.last_login), ("Works for us", account.is_staff),
            ("Password", "kept as a fingerprint that cannot be read back" if account.has_usable_password() else ""),
        ))  # fmt: skip
        factors = Authenticator.objects.filter(user=account)
        if factors:
            yield Found(
                what="Second steps and passkeys", purpose="to let nobody else in", basis=CONTRACT, source=FROM_YOU,
                until="until you remove them", count=len(factors), facts=told(*((str(one.Type(one.type).label), one.created_at) for one in factors)),
            )  # fmt: skip
        yield from self._seats(account)
        yield from self._ways_in(account)

    def _seats(self, account: Account) -> Iterator[Found]:
        seats = list(Seat.objects.filter(account=account).select_related("instance"))
        if seats:
            yield Found.of(Seat, what="Databases you may enter", basis=CONTRACT, source="You, or the owner who invited you", count=len(seats),
                           recipients="The people in that database", facts=tuple((one.instance.name, f"{'Business Owner' if one.owner else 'User'} since {one.taken_at:%Y-%m-%d}") for one in seats))  # fmt: skip
        rules = SecondStepRule.objects.filter(by=account).select_related("instance")
        if rules:
            yield Found.of(SecondStepRule, what="Rules you set for a database", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK, count=len(rules),
                           facts=tuple((f"Everybody in {one.instance.name} needs a second step", f"since {one.since:%Y-%m-%d}") for one in rules))  # fmt: skip
        given = list(Consent.objects.filter(account=account))
        if given:
            yield Found.of(Consent, what="What you agreed to", basis=CONTRACT, source=FROM_YOU, provided=True, count=len(given), facts=tuple(
                (f"{one.get_document_display()}, version {one.version}", f"{one.at:%Y-%m-%d %H:%M} UTC from {one.network or 'an unknown network'}") for one in given
            ))  # fmt: skip

    def _ways_in(self, account: Account) -> Iterator[Found]:
        sessions, sign_ins = Session.objects.filter(account=account), SignIn.objects.filter(account=account)
        if sessions:
            yield Found.of(Session, what="Browsers that are signed in", basis=CONTRACT, source=BY_USE, count=len(sessions), facts=tuple(
                (one.browser or "Unknown browser", f"since {one.started_at:%Y-%m-%d %H:%M} UTC from {one.network}") for one in sessions
            ))  # fmt: skip
        if count := sign_ins.count():
            yield Found.of(SignIn, what="Sign-ins", basis=INTEREST, source=BY_USE, count=count, facts=tuple(
                (f"{one.at:%Y-%m-%d %H:%M} UTC", ", ".join(filter(None, [one.get_outcome_display(), one.browser, one.network]))) for one in sign_ins[:SHOWN]
            ))  # fmt: skip
        first = InitialPassword.objects.filter(account=account)
        if first:
            yield Found.of(InitialPassword, what="First passwords we mailed", basis=CONTRACT, source=BY_USE, count=len(first), facts=tuple(
                ("Mailed, kept as a fingerprint", f"{one.issued_at:%Y-%m-%d %H:%M} UTC{', used' if one.used_at else ''}") for one in first
            ))  # fmt: skip

    def forget(self, person: Person) -> int:
        """The account with all that hangs on it; every browser is signed out."""
        gone = free(Account.objects.filter(email=person.email, is_staff=False))
        ids = list(gone.values_list("pk", flat=True))
        EmailAddress.objects.filter(email__iexact=person.email, user_id__in=ids).delete()
        Account.objects.filter(pk__in=ids).delete()
        middleware.forget()
        return len(ids)

    def addresses(self) -> Iterable[str]:
        return Account.objects.values_list("email", flat=True)

"""What the accounts room does later."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from pivotino.control.accounts import letters
from pivotino.control.accounts.models import Account, InitialPassword, Session, SignIn
from pivotino.control.accounts.queries import doors
from pivotino.jobs import Retry, job, schedule
from pivotino.kit.retention import period, sweep, sweeps
from pivotino.letters import send_sealed
from pivotino.tenancy import naming
from pivotino.tenancy.models import Instance

AGAIN = timedelta(minutes=10)


@job(queue="accounts", attempts=5)
def send_fresh_password(account_id: str, asked: str) -> None:
    """Another first password, for somebody who never used the last one. Nothing of it is kept but its hash."""
    account = Account.objects.filter(pk=account_id, is_active=True, must_choose_password=True).first()
    if account is None:
        return
    letter = letters.FirstPassword(
        to=account.email,
        name=account.name,
        password=InitialPassword.issue(account),
        doors=doors(account.pk),
        again=True,
    )
    send_sealed(letter, key=f"fresh-password:{asked}")


@job(queue="accounts", attempts=60)
def tell_database(account_id: str, instance_id: str, told: list[str], was: str) -> None:
    """Call somebody in one database as their account calls them now. While that one may only be read, it waits."""
    account = Account.objects.filter(pk=account_id).first()
    instance = Instance.objects.living().filter(pk=instance_id).first()
    if account is None or instance is None:
        return
    if instance.frozen_at:
        raise Retry("The database may only be read at present.", after=AGAIN, counted=False)
    naming.tell(instance.place, account.pk, was=was, **{what: str(getattr(account, what)) for what in told})


@schedule("53 3 * * *")
def sweep_sign_ins() -> None:
    """Forget in time who signed in."""
    sweep("sign-ins")


@schedule("47 3 * * *")
def sweep_sessions() -> None:
    """Delete sessions that ran out, and first passwords nobody used in time: their hashes open nothing any more."""
    sweep("sessions", "first passwords")


@sweeps("sign-ins")
def sign_ins_over(at: datetime) -> QuerySet[SignIn]:
    return SignIn.objects.filter(at__lte=at - period("sign-ins"))


@sweeps("sessions")
def sessions_over(at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lte=at)


@sweeps("first passwords", forget=lambda rows: rows.update(hash=""))
def first_passwords_over(at: datetime) -> QuerySet[InitialPassword]:
    return InitialPassword.objects.filter(expires_at__lte=at).exclude(hash="")

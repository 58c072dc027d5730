"""What the accounts room does later."""

from pivotino.control.accounts import letters
from pivotino.control.accounts.models import Account, InitialPassword
from pivotino.control.accounts.queries import doors
from pivotino.jobs import job
from pivotino.letters import send_sealed


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

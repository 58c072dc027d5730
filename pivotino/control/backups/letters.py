"""The letters of the backups room."""

from typing import Self

from pivotino.control.accounts.models import Account
from pivotino.control.backups.models import Restore
from pivotino.letters import Kind, Letter
from pivotino.tenancy.addresses import absolute, control_url


class PutBack(Letter):
    """A database was put back to a backup: to when, who asked, and how to undo it."""

    kind = Kind.TRANSACTIONAL
    template = "backups/letters/put_back"
    why = "You get this letter because you are a Business Owner of this database at Pivotino."

    @classmethod
    def about(cls, restore: Restore, account: Account) -> Self:
        link = absolute(control_url("backups:show", slug=restore.instance.slug))
        return cls(
            to=account.email, name=account.first_name, company=restore.instance.name, moment=restore.backup.taken_at,
            by=restore.by, why_asked=restore.why, until=restore.kept.expires_at if restore.kept else None, link=link,
        )  # fmt: skip

"""The letters of the exports room: that a file is ready, and where. Nothing of what is in it."""

from typing import Self

from pivotino.control.accounts.models import Account
from pivotino.control.exports.models import Export
from pivotino.letters import Kind, Letter
from pivotino.tenancy.addresses import absolute, control_url


class ExportReady(Letter):
    """The file is ready. The link opens for the account that asked, after its password."""

    kind = Kind.TRANSACTIONAL
    template = "exports/letters/export_ready"
    why = "You get this letter because you asked Pivotino for an export of your database."

    @classmethod
    def about(cls, export: Export, account: Account) -> Self:
        link = absolute(control_url("exports:index", slug=export.instance.slug))
        return cls(
            to=account.email, name=account.name, company=export.instance.name, link=link, until=export.expires_at
        )

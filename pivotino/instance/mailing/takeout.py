"""What of the mailing leaves with an export. The password of the mail server does not: it opens nowhere else anyway."""

from pivotino.instance.mailing.models import Audience
from pivotino.tenancy.packing.registry import in_use, passing

passing("mailing.password")


@in_use
def lists_there_are() -> str:
    count = Audience.objects.kept().count()
    return f"it has {count:,} list{'s' if count != 1 else ''} for mailings" if count else ""

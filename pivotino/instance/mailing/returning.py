"""When an older state of an instance comes back: who said since then that they want no mailings still gets none."""

from typing import Any

from pivotino.instance.contacts.models import Contact
from pivotino.instance.mailing.models import Audience, Sender, Stop
from pivotino.instance.mailing.models.stops import How, stop
from pivotino.tenancy.returns import Return, upon_return


def wishes() -> dict[str, Any]:
    """Every stop, the key their marks were made with, and the contacts that are not written to."""
    return {
        "key": Sender.ours().key,
        "stops": list(Stop.objects.values_list("mark", "audience_id", "how", "reason")),
        "quiet": list(Contact.objects.filter(do_not_mail=True).values_list("pk", flat=True)),
    }


@upon_return(order=60, remember=wishes)
def wishes_outlive_a_return(returned: Return) -> None:
    """Stops and flags are added, none is lifted. A list the older state does not know needs none."""
    told = returned.remembered
    ours = Sender.ours()
    if ours.key != told["key"] and not Stop.objects.exists():
        ours.key = told["key"]
        ours.save()
    lists = {row.pk: row for row in Audience.objects.all()}
    for mark, audience, how, reason in told["stops"]:
        if audience is None or audience in lists:
            stop(mark, audience=lists.get(audience), how=How(how), reason=reason)
    for contact in Contact.objects.filter(pk__in=told["quiet"], do_not_mail=False):
        contact.want_mailings(False, by=None)

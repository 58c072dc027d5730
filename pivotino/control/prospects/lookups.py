"""Where did you get my address? Asked by anybody, answered by a letter to that address and nowhere else."""

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from pivotino.control.prospects.letters import WhereFrom
from pivotino.kit.ids import uuid7
from pivotino.letters import send
from pivotino.letters.models import Sent
from pivotino.tenancy.addresses import absolute, control_url

SALT, GOOD_FOR = "pivotino.prospects.where_from", timedelta(days=3)


def ask(address: str) -> None:
    """Mail the link. It goes to every address, so that nothing tells a third person whether we hold it."""
    key = f"where-from:{uuid7()}"
    link = absolute(control_url("prospects:answer", token=signing.dumps(key, salt=SALT)))
    send(WhereFrom(to=address, link=link), key=key)


def address_of(token: str) -> str:
    """Whom the letter with this link went to; "" for a link that is too old or not ours. The link itself holds no address."""
    try:
        key = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return ""
    proof = Sent.objects.filter(key=key, at__gt=timezone.now() - GOOD_FOR).first()
    return proof.to.lower() if proof else ""

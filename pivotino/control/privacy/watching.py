"""Asking to be told of changes, saying yes, and stopping it."""

from django.core import signing

from pivotino.control.privacy.letters import AskWatcher
from pivotino.control.privacy.models import Watcher
from pivotino.kit.ids import uuid7
from pivotino.letters import send
from pivotino.tenancy.addresses import absolute, control_url

SALT = "stop-watching"


def ask(email: str) -> None:
    """Send a letter that asks whether this is meant. Who said yes already gets none; the page says the same."""
    watcher, token = Watcher.objects.ask(email)
    if watcher.confirmed_at is None:
        link = absolute(control_url("privacy:watch", token=token))
        send(AskWatcher(to=watcher.email, link=link), key=f"watch:{watcher.pk}:{uuid7()}")


def stop_link(watcher: Watcher) -> str:
    """The address that stops it; it works for ever and shows nothing to a stranger."""
    return absolute(control_url("privacy:stop_watching", sealed=signing.dumps(str(watcher.pk), salt=SALT)))


def stop(sealed: str) -> None:
    """Write no more, and forget the address. An unknown or old link does as much: nothing is left to stop."""
    try:
        id = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return
    Watcher.objects.filter(pk=id).delete()

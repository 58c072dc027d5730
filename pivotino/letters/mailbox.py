"""Our own mailbox, looked at every minute. What a machine can do is done and marked as seen; the rest stays as it came."""

import imaplib
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from pivotino.jobs import Retry, schedule
from pivotino.letters import answers, returning
from pivotino.letters.models import Reading
from pivotino.letters.reading import CameBack, Complaint, Wish, answer_in, meaning

# The first look goes back a week and no further.
AT_ONCE, BACK, PATIENCE, LARGEST = 200, timedelta(days=7), 30.0, 15_000_000
Taker = Callable[[bytes], bool]
_takers: list[Taker] = []


def leave_rest_to(taker: Taker) -> Taker:
    """Give what no machine understands to this function. It returns whether nothing is left to do, and bears hearing a mail twice."""
    _takers.append(taker)
    return taker


@schedule("* * * * *", priority=-10)
def read_mailbox() -> None:
    """Look at what came since the last time. Without a mailbox in the settings nothing happens."""
    if not settings.MAILBOX:
        return
    try:
        with _opened(settings.MAILBOX) as box:
            _read(box, settings.MAILBOX)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise Retry(f"The mailbox does not answer ({type(error).__name__}).") from error


def take_in(raw: bytes) -> bool:
    """Do what a message asks for; False where it is for people, or for nobody."""
    if (answer := answer_in(raw)) and answers.told(answer):
        return True
    match meaning(raw):
        case Wish() as wish:
            returning.wished(wish)
        case CameBack(reference, gone, status):
            returning.came_back(reference, gone=gone, status=status)
        case Complaint(reference):
            returning.complained_about(reference)
        case _:
            return any(taker(raw) for taker in _takers)
    return True


def _opened(place: Any) -> BaseMailBox:
    if not place.secure:
        return MailBoxUnencrypted(place.host, place.port, timeout=PATIENCE).login(
            place.user, place.password, place.folder
        )
    sealed = ssl.create_default_context()
    return MailBox(place.host, place.port, timeout=PATIENCE, ssl_context=sealed).login(
        place.user, place.password, place.folder
    )


def _read(box: BaseMailBox, place: Any) -> None:
    """Each message once, in order. A fall in the middle looks again at one message, which does no harm."""
    mark, _ = Reading.objects.get_or_create(mailbox=f"{place.user}@{place.host}/{place.folder}"[:200])
    validity = box.folder.status(place.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    if mark.validity != validity:
        mark.validity, mark.last = validity, 0
    since = (timezone.now() - BACK).date()
    # A server answers n:* with the last message even where none is so new.
    new = sorted(uid for uid in map(int, box.uids(AND(date_gte=since, uid=f"{mark.last + 1}:*"))) if uid > mark.last)
    for uid in new[:AT_ONCE]:
        if take_in(_message(box, uid)):
            # Only the mark: imap_tools' own verb would also throw away what people meant to throw away later.
            box.client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")
        mark.last = uid
        mark.save()


def _message(box: BaseMailBox, uid: int) -> bytes:
    """The message as it came, without telling the server that it was read; of a huge one the beginning."""
    _, parts = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

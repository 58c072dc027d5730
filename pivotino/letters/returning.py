"""Acting on what came back: bounces, complaints and wishes, by mailbox or from the mail provider. Each safe to hear twice."""

from pivotino.letters import stopping, suppression
from pivotino.letters.kinds import Kind
from pivotino.letters.letter import Letter
from pivotino.letters.models import Sent, State
from pivotino.letters.models.suppression import Scope
from pivotino.letters.posting import send
from pivotino.letters.preferences import stop_topic
from pivotino.letters.reading import Wish
from pivotino.letters.stopping import token_for, unsubscribe_link


class Unsubscribed(Letter):
    """The one answer to who wrote that they want no more."""

    kind = Kind.TRANSACTIONAL
    template = "letters/letters/unsubscribed"
    why = "You get this letter, once, because you wrote to us that you want no more of them."

    def headers(self) -> dict[str, str]:
        """An answer of a machine, and says so: no other machine answers it."""
        said_in: str = self.words["said_in"]
        thread = {"In-Reply-To": said_in, "References": said_in} if said_in else {}
        return {"Auto-Submitted": "auto-replied", "Precedence": "bulk", **thread}


def wished(wish: Wish) -> None:
    """Stop what was asked for; a person who wrote is told, once."""
    if wish.token and (stop := stopping.read(wish.token)):
        stop_topic(stop, how="reply")
        return
    if not wish.sender:
        return
    row = suppression.suppress(wish.sender, Scope.MARKETING, how="reply")
    if wish.answerable:
        letter = Unsubscribed(to=wish.sender, said_in=wish.said_in, link=unsubscribe_link(token_for(wish.sender, "")))
        send(letter, key=f"unsubscribed:{row.pk}")


def came_back(reference: str, *, gone: bool, status: str) -> None:
    """Note on the letter that it reached nobody; where nobody ever will be reached, hold back all but what is waited for."""
    sent = Sent.objects.filter(reference=reference).exclude(to="").first()
    if sent is None:
        return
    Sent.objects.filter(pk=sent.pk).update(state=State.CAME_BACK, trouble=f"The letter came back ({status}).")
    if gone:
        bounced(sent.to, reason=status)


def complained_about(reference: str) -> None:
    """Somebody called one of our letters spam: no marketing goes there again."""
    if sent := Sent.objects.filter(reference=reference).exclude(to="").first():
        complained(sent.to)


def bounced(address: str, *, reason: str, subject: str = "") -> None:
    """Nobody reads at this address. Who tells it knows the letter by its subject only, so the latest of that name is meant."""
    latest = Sent.objects.filter(to__iexact=address, subject=subject).order_by("-at", "-id").first()
    if subject and latest is not None and latest.state == State.SENT:
        Sent.objects.filter(pk=latest.pk).update(state=State.CAME_BACK, trouble=f"The letter came back ({reason}).")
    suppression.suppress(address, Scope.EVERYTHING, how="bounce", reason=reason)


def complained(address: str) -> None:
    """This person wants no marketing, and said so to their mail program."""
    suppression.suppress(address, Scope.COMPLAINT, how="complaint")


def unsubscribed(address: str) -> None:
    """The provider's own way to stop letters was used."""
    suppression.suppress(address, Scope.MARKETING, how="provider")

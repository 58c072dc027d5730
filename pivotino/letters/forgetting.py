"""Forgetting whom we wrote to. The ledger keeps that a letter was sent, under its key; not to whom, nor about what."""

from django.db.models import Q

from pivotino.letters.models import Envelope, Kept, Sent, State


def forget(address: str, name: str = "") -> int:
    """Empty what names this address, and letters to others that name it or the person. Says how many; twice is once."""
    named = Q(subject__icontains=address) | Q(why__icontains=address)
    if len(name) >= 5:
        named |= Q(subject__icontains=name) | Q(why__icontains=name)
    mine = Q(to__iexact=address)
    ids = list(Sent.objects.filter(mine | named).values_list("pk", flat=True))
    to = list(Sent.objects.filter(mine).values_list("pk", flat=True))
    Envelope.objects.filter(sent_id__in=to).delete()
    Sent.objects.filter(pk__in=to, state__in=[State.WAITING, State.HANDING_OVER]).update(state=State.GIVEN_UP)
    Sent.objects.filter(pk__in=to).update(to="", trouble="")
    Sent.objects.filter(pk__in=ids).update(subject="", why="")
    Kept.objects.filter(to__iexact=address).delete()
    return len(ids)

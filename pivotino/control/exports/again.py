"""Whether it is still them: before something is handed out or replaced, the password (or another proof) once more."""

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpResponseRedirect


def is_proven(request: Any) -> bool:
    """True for a few minutes after the person proved again who they are."""
    return bool(did_recently_reauthenticate(request))


def prove(request: Any, back: str) -> HttpResponseRedirect:
    """Ask for the proof, then lead `back`."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return HttpResponseRedirect(f"{methods[0]['url']}?next={quote(back)}" if methods else back)

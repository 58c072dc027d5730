"""No program of ours calls a host that nobody named: a guard under every client, whatever library it is.

Python announces each look-up of a name and each connection before it happens. The guard refuses the ones that are neither
on this machine, nor in a private network, nor allowed by a source such as the register of third parties; a bare address
outside only where it was the answer for a name that was allowed. PostgreSQL's own library works by itself; its hosts are
the operator's settings.
"""

import ipaddress
import logging
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

log = logging.getLogger("pivotino.egress")
_sources: list[Callable[[], Iterable[str]]] = []
_forbidden: list[Callable[[], bool]] = []
_guarding: list[bool] = []
_answers: set[str] = set()
_looking: ContextVar[bool] = ContextVar("pivotino_egress_looking", default=False)


class NotInRegister(PermissionError):
    """A host was about to be called that nobody named. Nothing was sent."""


def allow(source: Callable[[], Iterable[str]]) -> None:
    """Let the hosts be called that `source` names, and everything below them; it is asked anew each time."""
    _sources.append(source)


def forbid(when: Callable[[], bool]) -> None:
    """Refuse every host that is not ours, named or not, whenever `when` says so."""
    _forbidden.append(when)


def may_call(host: str) -> bool:
    """True for this machine, a private network, and a host that was named."""
    host = host.rstrip(".").lower()
    if is_ours(host):
        return True
    if any(when() for when in _forbidden):
        return False
    return any(host == named or host.endswith(f".{named}") for source in _sources for named in source())


@lru_cache(maxsize=1024)
def is_ours(host: str) -> bool:
    """True for names and addresses that lead nowhere outside."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host.partition("%")[0])
        return address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified
    return host in ("", "localhost", socket.gethostname().lower()) or host.endswith(
        (".localhost", ".local", ".internal")
    )


def guard() -> None:
    """From now on this process refuses every other host. It cannot be taken back; calling it again changes nothing."""
    if not _guarding:
        _guarding.append(True)
        _remember_answers()
        sys.addaudithook(_look)


def _remember_answers() -> None:
    """Where allowed names lead to, so that a connection there is known again."""
    ask = socket.getaddrinfo

    def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
        found = ask(*args, **kwargs)
        _answers.update(str(one[4][0]) for one in found)
        return found

    socket.getaddrinfo = getaddrinfo


def _host(event: str, args: tuple[Any, ...]) -> str:
    """The host this is about, or nothing."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        told = args[1][0] if isinstance(args[1], tuple) else ""
        return "" if told in _answers else str(told)
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return args[0].decode("ascii", "replace") if isinstance(args[0], bytes) else str(args[0] or "")
    return ""


def _look(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket.") or not (host := _host(event, args)):
        return
    # Asking the register may itself look a name up; that one is the database's.
    if _looking.get():
        return
    token = _looking.set(True)
    try:
        allowed = may_call(host)
    finally:
        _looking.reset(token)
    if not allowed:
        log.error("A call to %s was refused: nobody named it.", host)
        raise NotInRegister(f"{host} is in no register, so nothing is sent there.")

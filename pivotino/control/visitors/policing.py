"""Holding answers to what was agreed: cookies that were not are taken out, hosts that were are let in."""

import logging
from http.cookies import SimpleCookie
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pivotino.control.privacy import register
from pivotino.control.visitors import cookies
from pivotino.control.visitors.consenting import Consents
from pivotino.control.visitors.wording import OPTIONAL

log = logging.getLogger("pivotino.cookies")
# What the role of a third party with scripts says, and the category that must be agreed to before they run.
ROLES = {"analytics": "statistics", "advert": "marketing"}
SOURCES = ("script-src", "img-src", "connect-src")
_known: tuple[frozenset[str] | None, tuple[tuple[str, tuple[str, ...]], ...]] = (None, ())


def strip(response: HttpResponseBase, consents: Consents) -> list[str]:
    """Take out what is not declared or not agreed to; the names of it. Taking a cookie back is always allowed."""
    _unpack_header(response)
    out = [name for name, morsel in response.cookies.items() if not _may(name, morsel["max-age"], consents)]
    for name in out:
        del response.cookies[name]
        log.warning(
            "Cookie %s is %s and was not sent.", name, "not agreed to" if cookies.find(name) else "not declared"
        )
    return out


def take_back(request: HttpRequest, response: HttpResponseBase, consents: Consents) -> None:
    """Delete what the browser still holds and no longer agrees to."""
    for cookie in cookies.declared():
        if cookie.name in request.COOKIES and not consents.grants(cookie.category):
            response.delete_cookie(cookie.name, samesite="Lax")


def let_in(response: Any, consents: Consents) -> None:
    """Put the hosts of those into the content policy who stand in the register and were agreed to; nobody else."""
    if not any(consents.grants(category) for category in OPTIONAL):
        return
    hosts = [f"https://{host}" for category, named in browser_hosts() if consents.grants(category) for host in named]
    if hosts:
        asked = dict(getattr(response, "_csp_update", None) or {})
        response._csp_update = asked | {name: [*asked.get(name, ()), *hosts] for name in SOURCES}


def browser_hosts() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Category and hosts of each third party that runs in browsers, as long as the register's hosts are the same."""
    global _known
    present = register.hosts()
    if _known[0] is not present:
        found = (
            (category, row.scripts)
            for row in register.in_force()
            if row.scripts
            for word, category in ROLES.items()
            if word in row.role.lower()
        )
        _known = present, tuple(found)
    return _known[1]


def _may(name: str, max_age: Any, consents: Consents) -> bool:
    cookie = cookies.find(name)
    return cookie is not None and (str(max_age) == "0" or consents.grants(cookie.category))


def _unpack_header(response: HttpResponseBase) -> None:
    """A header written by hand is judged like the others."""
    if "Set-Cookie" in response.headers:
        written = response.headers["Set-Cookie"]
        del response.headers["Set-Cookie"]
        response.cookies.update(SimpleCookie(written))

"""Quiet lines over every page of a frame: what somebody has to know wherever they are. A room registers who says what.

register(lambda request: Banner("Read-only since Monday.", link="See why", href="/my/…") if … else None)
"""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest


class Banner(NamedTuple):
    """One line: a sentence, perhaps a link, and how loud: "" is calm, "bad" asks for attention.

    `press` is the word on a button that posts to `action`; `watch` is asked every few seconds and may send the page away.
    """

    text: str
    link: str = ""
    href: str = ""
    kind: str = ""
    press: str = ""
    action: str = ""
    watch: str = ""


Says = Callable[[HttpRequest], Banner | None]
_says: list[Says] = []


def register(says: Says) -> Says:
    """Let `says` have its line on every page for which it returns one."""
    if says not in _says:
        _says.append(says)
    return says


def banners(request: HttpRequest) -> list[Banner]:
    """The lines of this page, in the order in which they were registered."""
    return [banner for says in _says if (banner := says(request))]

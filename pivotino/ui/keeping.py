"""Pieces of a page that look the same as long as they say the same: drawn once, then kept.

The key is everything a piece shows, so nothing has to be thrown away when data changes, and a piece drawn for one
instance can only be met by another one that says the very same.
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_environment
from markupsafe import Markup

PIECES = 4_000  # of some 1.5 KB: a few megabytes a process
LARGE = 120  # of some 40 KB, with what they are found by


@pass_environment
def kept(env: Environment, template: str, macro: str, *shown: Hashable) -> Markup:
    """What a macro draws for hashable arguments: `{{ kept("pipeline/card.html", "card", picture, here) }}`.

    The macro may use its arguments and what never changes while a process lives (icons, static files), nothing else.
    """
    if env.auto_reload:  # in development a template changes under our hands
        return _draw(env, template, macro, shown)
    return _kept(env, template, macro, shown)


@pass_environment
def kept_each(env: Environment, template: str, macro: str, each: Iterable[Hashable], *shown: Hashable) -> Markup:
    """The same for one after the other: `kept_each("pipeline/pieces.html", "card", pictures, here)`."""
    draw = _draw if env.auto_reload else _kept
    return Markup("".join([draw(env, template, macro, (one, *shown)) for one in each]))  # noqa: S704 - of macros' outputs


def kept_large(env: Environment, template: str, macro: str, *shown: Hashable) -> bytes:
    """The same for what is made of many pieces, like a column: fewer of them are kept, and as they travel."""
    if env.auto_reload:
        return _draw(env, template, macro, shown).encode()
    return _kept_large(env, template, macro, shown)


@lru_cache(maxsize=LARGE)
def _kept_large(env: Environment, template: str, macro: str, shown: tuple[Hashable, ...]) -> bytes:
    return _draw(env, template, macro, shown).encode()


@lru_cache(maxsize=PIECES)
def _kept(env: Environment, template: str, macro: str, shown: tuple[Hashable, ...]) -> Markup:
    return _draw(env, template, macro, shown)


def kept_frame(env: Environment, template: str, frame: Hashable, hole: str) -> tuple[bytes, ...]:
    """A page that shows nothing but its frame, round holes for what is drawn apart: what stands between them."""
    if env.auto_reload:
        return _frame(env, template, frame, hole)
    return _kept_frame(env, template, frame, hole)


def _frame(env: Environment, template: str, frame: Hashable, hole: str) -> tuple[bytes, ...]:
    page = env.get_template(template).render(frame=frame, hole=Markup(hole))  # noqa: S704 - ours
    return tuple(part.encode() for part in page.split(hole))


_kept_frame = lru_cache(maxsize=LARGE)(_frame)


def _draw(env: Environment, template: str, macro: str, shown: tuple[Hashable, ...]) -> Markup:
    module: Any = env.get_template(template).module
    return Markup(getattr(module, macro)(*shown))  # noqa: S704 - a macro's own output

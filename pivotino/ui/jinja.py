"""The one template engine. Settings point at `environment`; every global and filter of a template is named here."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags import static as django_static
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix
from django.utils import timezone
from jinja2 import Environment as JinjaEnvironment
from jinja2 import StrictUndefined

from pivotino.ui import filters
from pivotino.ui.faces import face_of
from pivotino.ui.icons import icon, shape
from pivotino.ui.keeping import kept, kept_each
from pivotino.ui.periods import keeps, lasts
from pivotino.ui.shell import shell
from pivotino.ui.widgets import widget


class Environment(JinjaEnvironment):
    """Jinja2's own, but a template has no globals of its own: comparing two chains of them cost every import 20 µs."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def environment(**options: Any) -> Environment:
    """What every template may use. A name that does not exist is an error, never an empty place."""
    strict = {**options, "trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    strict.pop("autoescape", None)
    env = Environment(autoescape=True, **strict)
    env.globals.update(GLOBALS)
    env.filters.update(filters.FILTERS)
    return env


@lru_cache(maxsize=512)
def static(path: str) -> str:
    """The address of a static file. It does not change while a process lives."""
    return django_static.static(path)


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The address of a page of this plane; an unknown name is an error."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def maybe_url(name: str, /, **kwargs: Any) -> str:
    """The same, for a page that may not exist here: then nothing."""
    try:
        return reverse(name, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


def outside_url(name: str, /, **kwargs: Any) -> str:
    """The address of a control-plane page as seen from inside an instance: without its /@slug. Nothing if unknown."""
    inside = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, urlconf=settings.ROOT_URLCONF, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""
    finally:
        set_script_prefix(inside)


GLOBALS: dict[str, Callable[..., Any]] = {
    "face_of": face_of,
    "icon": icon,
    "keeps": keeps,
    "kept": kept,
    "kept_each": kept_each,
    "lasts": lasts,
    "maybe_url": maybe_url,
    "now": timezone.localtime,
    "outside_url": outside_url,
    "shape": shape,
    "shell": shell,
    "static": static,
    "url": url,
    "widget": widget,
}

"""How a view answers: a page, one block of a page, and a toast."""

import json
from collections.abc import Hashable, Iterable, Mapping
from itertools import chain, zip_longest
from typing import Any, TypeVar

from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import engines
from django.template.loader import get_template
from jinja2 import Environment
from markupsafe import Markup

from pivotino.ui.blocks import block_of
from pivotino.ui.keeping import kept_frame, kept_large
from pivotino.ui.shell import shell

Answer = TypeVar("Answer", bound=HttpResponseBase)
TRIGGER = "HX-Trigger"


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A whole page."""
    return HttpResponse(get_template(template).render(dict(context or {}), request), status=status)


def render_block(
    request: HttpRequest, template: str, block: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """One block of a page, as an htmx fragment. The page's imports and macros work in it."""
    return HttpResponse(
        block_of(_environment(), template, block).render({**(context or {}), "request": request}), status=status
    )


# Text is escaped, so nothing that people write can look like this.
HOLE = Markup("<pv-hole>")


def render_round(request: HttpRequest, template: str, insides: Iterable[bytes]) -> HttpResponse:
    """A whole page whose frame and insides are kept as they travel; the template has a `{{ hole }}` for each inside."""
    frame = kept_frame(_environment(), template, shell(request).frame, HOLE)
    return HttpResponse(b"".join(chain.from_iterable(zip_longest(frame, insides, fillvalue=b""))))


def drawn_parts(template: str, context: Mapping[str, Any]) -> list[bytes]:
    """What stands between the holes of a template that is no page."""
    drawn = _environment().get_template(template).render(**context, hole=HOLE)
    return [part.encode() for part in drawn.split(HOLE)]


def drawn_large(template: str, macro: str, *shown: Hashable) -> bytes:
    """What a macro draws of many pieces, kept as it travels; see `kept_large`."""
    return kept_large(_environment(), template, macro, *shown)


def toast(response: Answer, text: str, *, undo: str | None = None, bad: bool = False) -> Answer:
    """Say what happened, and how to take it back. A second toast on one answer replaces the first."""
    return trigger(response, "pv:toast", {"text": text, "undo": undo, "bad": bad})


def say(response: Answer, text: str) -> Answer:
    """Speak a result to those who listen to the page. Nothing is shown."""
    return trigger(response, "pv:say", {"text": text})


def trigger(response: Answer, event: str, detail: Mapping[str, Any]) -> Answer:
    """Let an event happen in the browser after this answer, next to those already on it."""
    response[TRIGGER] = json.dumps({**_triggers(response.get(TRIGGER, "")), event: dict(detail)})
    return response


def answer_to(form: "BaseForm | BaseFormSet[Any]") -> int:
    """200, or 422 when the form was sent and refused."""
    return 422 if form.is_bound and not form.is_valid() else 200


def _triggers(header: str) -> dict[str, Any]:
    """The header is either JSON or plain names with commas between."""
    if header.lstrip().startswith("{"):
        return dict(json.loads(header))
    return {name.strip(): "" for name in header.split(",") if name.strip()}


def _environment() -> Environment:
    for engine in engines.all():
        if isinstance(env := getattr(engine, "env", None), Environment):
            return env
    raise LookupError("No Jinja2 engine is set up.")

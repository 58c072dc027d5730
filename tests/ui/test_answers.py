"""How a view answers: blocks, toasts and statuses."""

import json
from collections.abc import Callable

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from jinja2 import Environment

from pivotino.ui.blocks import UnknownBlock, block_of
from pivotino.ui.errors import bad_request, broken, closed, forbidden, not_found
from pivotino.ui.shortcuts import answer_to, render_block, say, toast

Pages = Callable[[dict[str, str]], Environment]

PAGE = """{% extends "layout.html" %}
{% import "parts.html" as ui %}
{% set greeting = "Hello" %}
{% macro loud(text) %}{{ text | upper }}{% endmacro %}
{% block main %}<h1>Page</h1>{% block column %}{{ ui.bold(greeting) }} {{ loud(name) }}{% endblock %}{% endblock %}"""
SOURCES = {
    "layout.html": "<html>{% block bar %}bar of {{ name }}{% endblock %}{% block main %}{% endblock %}</html>",
    "parts.html": "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}",
    "page.html": PAGE,
}


def test_a_block_alone_is_what_it_is_in_its_page(pages: Pages) -> None:
    env = pages(SOURCES)

    block = block_of(env, "page.html", "column").render(name="anna")

    assert block == "<b>Hello</b> ANNA"
    assert block in env.get_template("page.html").render(name="anna")


def test_a_block_escapes_like_its_page(pages: Pages) -> None:
    assert "&lt;I&gt;" in block_of(pages(SOURCES), "page.html", "column").render(name="<i>")


def test_a_block_of_the_layout_is_found_from_the_page(pages: Pages) -> None:
    assert block_of(pages(SOURCES), "page.html", "bar").render(name="anna") == "bar of anna"


def test_a_block_that_does_not_exist_is_refused(pages: Pages) -> None:
    with pytest.raises(UnknownBlock):
        block_of(pages(SOURCES), "page.html", "nothing")


def test_a_block_is_cut_once(pages: Pages) -> None:
    env = pages(SOURCES)

    assert block_of(env, "page.html", "column") is block_of(env, "page.html", "column")


def test_a_view_answers_with_one_block(request_: HttpRequest) -> None:
    answer = render_block(request_, "ui/404.html", "intro", status=422)

    assert answer.status_code == 422
    assert answer.content.decode().startswith('<p class="small-page__intro">')


def test_a_toast_says_what_happened_and_how_to_take_it_back() -> None:
    answer = toast(HttpResponse(), "Moved Roof wash to Won", undo="/undo/1")

    assert json.loads(answer["HX-Trigger"]) == {
        "pv:toast": {"text": "Moved Roof wash to Won", "undo": "/undo/1", "bad": False}
    }


def test_a_toast_leaves_other_events_of_the_answer_alone() -> None:
    answer = HttpResponse(headers={"HX-Trigger": "card-moved, totals"})

    toast(say(answer, "Card 3 of 5"), "Moved")

    assert list(json.loads(answer["HX-Trigger"])) == ["card-moved", "totals", "pv:say", "pv:toast"]


def test_a_toast_survives_the_header_in_any_script() -> None:
    answer = toast(HttpResponse(), "Dipindahkan ke 已成交\r\nSet-Cookie: a=b")

    assert answer["HX-Trigger"].isascii()
    assert "\n" not in answer["HX-Trigger"]
    assert json.loads(answer["HX-Trigger"])["pv:toast"]["text"].startswith("Dipindahkan ke 已成交")


class Name(forms.Form):
    name = forms.CharField()


def test_a_refused_form_is_answered_with_422() -> None:
    assert [answer_to(form) for form in (Name(), Name({"name": "Anna"}), Name({"name": ""}))] == [200, 200, 422]


def test_every_error_has_a_page_that_says_what_to_do(request_: HttpRequest) -> None:
    answers = [bad_request(request_), forbidden(request_), not_found(request_), broken(request_), closed(request_)]

    assert [answer.status_code for answer in answers] == [400, 403, 404, 500, 503]
    assert all(b"<h1" in answer.content and b'class="button button--primary"' in answer.content for answer in answers)

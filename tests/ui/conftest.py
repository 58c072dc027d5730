from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from jinja2 import DictLoader, Environment

from pivotino.ui.shortcuts import _environment


@pytest.fixture(autouse=True)
def plain_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.ui.urls"


@pytest.fixture
def env() -> Environment:
    return _environment()


@pytest.fixture
def draw(env: Environment) -> Callable[..., str]:
    """What a line of template with the parts at hand becomes."""

    def draw(line: str, **context: Any) -> str:
        return env.from_string('{% import "ui/parts.html" as ui %}' + line).render(context)

    return draw


@pytest.fixture
def pages(env: Environment) -> Callable[[dict[str, str]], Environment]:
    """An environment that holds these pages and nothing else."""

    def pages(sources: dict[str, str]) -> Environment:
        return env.overlay(loader=DictLoader(sources))

    return pages


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/")

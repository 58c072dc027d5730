"""What was drawn once is found again, and only for those who say the very same."""

from jinja2 import DictLoader, Environment
from markupsafe import Markup

from pivotino.ui.keeping import kept


def _env(*, in_development: bool = False) -> Environment:
    drawn: list[str] = []
    env = Environment(autoescape=True, auto_reload=in_development, loader=DictLoader({
        "piece.html": "{% macro piece(said) %}<b>{{ note(said) }}</b>{% endmacro %}",
    }))  # fmt: skip
    env.globals.update(kept=kept, drawn=drawn, note=lambda said: (drawn.append(said), said)[1])
    return env


def _draw(env: Environment, *said: str) -> str:
    page = env.from_string('{% for one in said %}{{ kept("piece.html", "piece", one) }}{% endfor %}')
    return page.render(said=said)


def test_a_piece_is_drawn_once_for_all_who_say_the_same() -> None:
    env = _env()

    assert _draw(env, "one", "one", "two") == "<b>one</b><b>one</b><b>two</b>"
    assert env.globals["drawn"] == ["one", "two"]


def test_what_people_typed_stays_text() -> None:
    assert _draw(_env(), "<script>") == "<b>&lt;script&gt;</b>"


def test_a_kept_piece_is_not_escaped_again() -> None:
    env = _env()

    assert isinstance(kept(env, "piece.html", "piece", "<"), Markup)
    assert _draw(env, "<") == _draw(env, "<") == "<b>&lt;</b>"


def test_in_development_every_piece_is_drawn_anew() -> None:
    env = _env(in_development=True)
    _draw(env, "one", "one")

    assert env.globals["drawn"] == ["one", "one"]

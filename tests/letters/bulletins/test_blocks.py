"""What a letter says: the list of blocks, and the two twins made of it."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from pivotino.letters.bulletins import blocks

WHOLE: list[dict[str, str]] = [
    {"kind": "heading", "words": "Fish & chips"},
    {
        "kind": "text",
        "words": "Drag a **card**, *gently*.\nThen look.\n\n- one\n- [two](https://docs.example/two/?a=1&b=2)",
    },
    {"kind": "picture", "src": "/pictures/1/", "alt": "A board"},
    {"kind": "button", "words": "Try it", "href": "https://docs.example/try/"},
    {"kind": "quote", "words": "It saves me an hour.", "by": "Aminah"},
    {"kind": "divider"},
]


def test_both_twins_say_the_same() -> None:
    said = blocks.parse(WHOLE)
    html, text = blocks.as_html(said), blocks.as_text(said)

    assert "Fish &amp; chips" in html and "Fish & chips" in text
    assert "<strong>card</strong>" in html and "<em>gently</em>" in html and "Drag a card, gently.\nThen look." in text
    assert html.count("<li>") == 2 and "- one\n- two (https://docs.example/two/?a=1&b=2)" in text
    assert 'alt="A board"' in html and "[Picture: A board]" in text
    assert "Try it:\nhttps://docs.example/try/" in text
    assert "> It saves me an hour.\n> – Aminah" in text
    assert 'src="http' in html


def test_it_is_read_back_as_it_was_kept() -> None:
    said = blocks.parse(json.dumps(WHOLE))

    assert blocks.parse(blocks.as_json(said)) == said
    assert blocks.as_json(said)[5] == {"kind": "divider"}


@pytest.mark.parametrize("words", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,y)",
    '<a href="https://x.example">y</a>', "&lt;script&gt;alert(1)&lt;/script&gt;",
])  # fmt: skip
def test_markup_that_was_typed_stays_words(words: str) -> None:
    html = blocks.as_html(blocks.parse([{"kind": "text", "words": words}]))

    assert "<script" not in html and "<img" not in html and "<a " not in html
    assert blocks.as_text(blocks.parse([{"kind": "text", "words": words}])) in (words, "<script>alert(1)</script>")


@pytest.mark.parametrize(("block", "sentence"), [
    ({"kind": "heading"}, "Block 2 (heading): Write something"),
    ({"kind": "picture", "src": "/p/", "alt": " "}, "Block 2 (picture): Say in words"),
    ({"kind": "picture", "src": "https://elsewhere.example/a.png", "alt": "a"}, "Block 2 (picture): Pictures come from us"),
    ({"kind": "picture", "src": "//elsewhere.example/a.png", "alt": "a"}, "Block 2 (picture): Pictures come from us"),
    ({"kind": "button", "words": "Go", "href": "http://docs.example/"}, "Block 2 (button): “http://docs.example/” cannot be followed"),
    ({"kind": "button", "words": "Go", "href": "https://we@evil.example/"}, "cannot be followed"),
    ({"kind": "button", "words": "Go", "href": "https://docs.example/" + "é" * 800}, "cannot be followed"),
    ({"kind": "text", "words": "[a](http://docs.example/)"}, "Block 2 (paragraph): “http://docs.example/” cannot"),
    ({"kind": "quote", "words": "x" * 8001}, "Block 2 (quote): Keep it under 8,000"),
    ({"kind": "pixel"}, "Block 2 (no kind we know)"),
])  # fmt: skip
def test_what_is_not_ready_is_named_by_its_block(block: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        blocks.parse([{"kind": "divider"}, block])

    assert sentence in " ".join(refusal.value.messages)
    assert [one.kind for one in blocks.ready([{"kind": "divider"}, block])] == ["divider"]


@pytest.mark.parametrize("value", ["{", "{}", "[1]", [1], None, "7", [{"kind": "divider"}] * 61, []])
def test_what_is_no_list_of_blocks_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        blocks.parse(value)


def test_every_address_is_led_another_way_in_both_twins() -> None:
    said = blocks.parse(WHOLE)
    html, text = (
        blocks.as_html(said, lambda _: "https://us.example/go/"),
        blocks.as_text(said, lambda _: "https://us.example/go/"),
    )

    assert blocks.addresses(said) == ["https://docs.example/two/?a=1&b=2", "https://docs.example/try/"]
    assert "docs.example" not in html + text and (html + text).count("us.example/go/") == 4


def test_a_letter_loads_nothing_from_others_and_runs_nothing() -> None:
    html = blocks.as_html(blocks.parse(WHOLE))

    assert "<script" not in html and "<link" not in html and "url(" not in html and "@import" not in html

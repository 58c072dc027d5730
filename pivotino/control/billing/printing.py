"""A paper as a PDF: our own template, our own typeface, and nothing from anywhere else."""

import hashlib
import logging
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import get_template

from pivotino.control.billing.models import Paper, Print
from pivotino.kit.money import money_parts

# They tell every step of every drawing.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.WARNING)
STYLE = Path(__file__).parent / "templates" / "billing" / "papers" / "paper.css"
FONT = "house:figtree"


def print_of(paper: Paper) -> Print:
    """The sealed PDF of a paper; made now if nobody asked before."""
    if found := Print.objects.filter(paper=paper).first():
        return found
    content = draw(paper)
    made, _ = Print.objects.get_or_create(
        paper=paper, defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()}
    )
    return made


def draw(paper: Paper) -> bytes:
    """The paper on A4. The words come from its facts alone."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _nothing_from_outside()
    html = get_template("billing/papers/paper.html").render(
        {"paper": paper, "facts": paper.facts, "money": money, "day": day}
    )
    style = CSS(string=STYLE.read_text(encoding="utf-8"), font_config=fonts, url_fetcher=fetcher)
    drawn: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_identifier=paper.number.encode(), custom_metadata=True
    )
    return drawn


def money(minor: int, currency: str) -> str:
    """An amount as papers say it: "RM 117.00", "−$ 4.50"."""
    sign, number = money_parts(abs(minor), currency, cents=True)
    return f"{'−' if minor < 0 else ''}{sign} {number}"


def day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else ""


@cache
def _typeface() -> bytes | None:
    found = finders.find("vendor/figtree/latin.woff2")
    return Path(found).read_bytes() if isinstance(found, str) else None


def _nothing_from_outside() -> Any:
    """A fetcher that gives our typeface and refuses every address, on this machine too."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Refusing(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url == FONT and (font := _typeface()):
                return URLFetcherResponse(url, body=font, headers={"Content-Type": "font/woff2"})
            raise ValueError(f"A paper fetches nothing: {url[:80]}")

    return Refusing(allowed_protocols=())

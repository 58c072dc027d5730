"""The letters of this room. Each may be answered by pressing reply: see `replies.py`."""

from pivotino.control.testimonials.links import link_to
from pivotino.control.testimonials.models import Publication, Road, Testimonial, Wording
from pivotino.letters import Kind, Letter, send


class Ask(Letter):
    """May we show this? The exact words, the name, and the places."""

    kind = Kind.NOTICE
    template = "testimonials/letters/ask"
    why = "You get this letter because you said something about Pivotino that we would like to show. Without your yes we do not."


class Renewal(Letter):
    """It runs out soon. May it stay?"""

    kind = Kind.NOTICE
    template = "testimonials/letters/renewal"
    why = "You get this letter, once, because what you said about Pivotino is on our site and your yes to it runs out."


class Receipt(Letter):
    """It was taken back, and is gone."""

    kind = Kind.TRANSACTIONAL
    template = "testimonials/letters/receipt"
    why = "You get this letter because you, or somebody who reads your mail, took back what you said about Pivotino."


def ask(wording: Wording) -> None:
    asked = wording.testimonial
    send(
        Ask(to=asked.email, link=link_to(asked), name=wording.name, wording=wording, again=wording.number > 1),
        key=f"testimonial:{asked.pk}:ask:{wording.pk}",
    )


def renewal(shown: Publication) -> None:
    asked = shown.testimonial
    send(
        Renewal(to=asked.email, link=link_to(asked), name=shown.wording.name, wording=shown.wording, until=f"{shown.until:%-d %B %Y}"),
        key=f"testimonial:{asked.pk}:renewal:{shown.until:%Y-%m-%d}",
    )  # fmt: skip


def receipt(testimonial: Testimonial, how: Road) -> None:
    """Written before it ends, for it says what was shown."""
    shown, newest = testimonial.publication, testimonial.newest
    wording = shown.wording if shown else newest
    assert wording is not None
    since = f"{shown.at:%-d %B %Y}" if shown else ""
    letter = Receipt(to=testimonial.email, name=wording.name, wording=wording, how=how.label, since=since)
    send(letter, key=f"testimonial:{testimonial.pk}:receipt")

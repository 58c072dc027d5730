"""Only marketing promotes: the check that every other letter passes, in the suite and before it is sent."""

import re
from functools import cache

from jinja2 import Environment, nodes

from pivotino.letters.refusals import Promotes

SELLS = re.compile(
    r"\b(?:special offer|limited[- ]time|discount|coupon|voucher|\d+\s?% off|best price|don['’]t miss|refer a friend"
    r"|buy now|upgrade (?:now|today)|follow us|subscribe to our|our newsletter)\b",
    re.IGNORECASE,
)
BLOCKS = ("offer", "promotion")


def refuse_promotion(templates: Environment, name: str) -> None:
    """Raise Promotes where either twin calls for an offer, names a block so, or speaks like an advertisement."""
    for twin in (f"{name}.txt", f"{name}.html"):
        loader = templates.loader
        assert loader is not None
        if promotes(templates, loader.get_source(templates, twin)[0]):
            raise Promotes(f"{twin} promotes something, and its letter is no marketing.")


@cache
def promotes(templates: Environment, source: str) -> bool:
    """True for the source of a template with something to sell in it."""
    tree = templates.parse(source)
    blocks = any(block.name in BLOCKS for block in tree.find_all(nodes.Block))
    offers = any(_called(call) in BLOCKS for call in tree.find_all(nodes.Call))
    words = " ".join(data.data for data in tree.find_all(nodes.TemplateData))
    return blocks or offers or bool(SELLS.search(" ".join(re.sub(r"<[^>]*>", " ", words).split())))


def _called(call: nodes.Call) -> str:
    return call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")

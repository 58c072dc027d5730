"""Nested forms, as Stripe's clients send them: items[0][price]=…&metadata[key]=…"""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def nested(body: str) -> dict[str, Any]:
    """The form as an object. Numbered keys become lists; every value stays text."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        head, _, _ = name.partition("[")
        spot: dict[str, Any] = root
        keys = [head, *_PART.findall(name)]
        for key in keys[:-1]:
            spot = spot.setdefault(key, {})
        last = keys[-1] or str(len(spot))
        spot[last] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(one) for name, one in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def truth(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "on", "yes")

"""By which words a person is found in texts, where those stand, and how they are taken out."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from pivotino.instance.contacts.models import Contact
from pivotino.kit.fold import fold
from pivotino.kit.holds import Holds
from pivotino.kit.phones import pretty_phone

GONE = "[erased]"
SHORTEST = 5
# Nothing of ours but what repeats other rows, and what erasing keeps on purpose.
APART = frozenset(
    {"history.SearchDoc", "history.Trail", "history.TrailKey", "subjects.Erasure", "members.Member", "mailing.Sender"}
)


def marks_of(contact: Contact) -> list[str]:
    """Name, addresses and numbers as they are written; not a name so short that it is in every text."""
    numbers = [number for number in (contact.phone, contact.mobile) if number]
    written = [pretty_phone(number, contact.country) for number in numbers]
    bare = [re.sub(r"\D", "", number)[-9:] for number in numbers]
    found = [contact.name, contact.email, *numbers, *written, *bare, contact.external_id]
    return list(dict.fromkeys(mark for mark in found if len(mark) >= SHORTEST))


def texts() -> Iterator[tuple[type[models.Model], str]]:
    """Every column inside the instance in which somebody may stand in words."""
    for model in apps.get_models():
        if getattr(apps.get_app_config(model._meta.app_label), "plane", "") != "instance" or model._meta.label in APART:
            continue
        holds = getattr(model, "holds", None)
        for name in sorted(holds.personal) if isinstance(holds, Holds) else ():
            if isinstance(model._meta.get_field(name), models.CharField | models.TextField | models.JSONField):
                yield model, name


def naming(model: type[models.Model], field: str, marks: list[str]) -> "QuerySet[Any]":
    """The rows whose column holds one of these words."""
    condition = Q(pk__in=[])
    for mark in marks:
        # In JSON some letters are written as numbers.
        for written in dict.fromkeys([mark, json.dumps(mark)[1:-1]]):
            condition |= Q(_words__icontains=written)
    return model._default_manager.annotate(_words=Cast(field, TextField())).filter(condition)


def taken_out(value: Any, marks: list[str]) -> Any:
    """The same text, list or mapping without these words."""
    if isinstance(value, str):
        for mark in sorted(marks, key=len, reverse=True):
            value = re.sub(re.escape(mark), GONE, value, flags=re.IGNORECASE)
        return value
    if isinstance(value, list):
        return [taken_out(one, marks) for one in value]
    if isinstance(value, dict):
        return {taken_out(key, marks): taken_out(one, marks) for key, one in value.items()}
    return value


def around(value: Any, marks: list[str], reach: int = 70) -> tuple[str, str, str]:
    """What stands before the first of these words, the word, and what follows."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    found = re.search("|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True)), text, re.IGNORECASE)
    if found is None:
        return text[:reach], "", ""
    begin, end = found.span()
    return text[max(0, begin - reach) : begin], text[begin:end], text[end : end + reach]


def in_search(marks: list[str]) -> list[str]:
    return [folded for mark in marks if len(folded := fold(mark)) >= SHORTEST]

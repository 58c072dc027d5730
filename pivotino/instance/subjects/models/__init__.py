"""The people a customer keeps data about: how long, from where, with which yes, and what they asked for."""

from pivotino.instance.subjects.models.asking import Asking, Sort
from pivotino.instance.subjects.models.erasures import Erasure, Mention
from pivotino.instance.subjects.models.keeping import Due, KeepingRule, Spared, Swept
from pivotino.instance.subjects.models.wishes import Consent, Restriction, Source

__all__ = [
    "Asking",
    "Consent",
    "Due",
    "Erasure",
    "KeepingRule",
    "Mention",
    "Restriction",
    "Sort",
    "Source",
    "Spared",
    "Swept",
]

"""The texts people agree to, as the account side needs them: kind, version, fingerprint.

The texts themselves live in a room above this one, which is why they are found by name and not imported.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import import_string

SHELF = "pivotino.control.privacy.documents.current"
STATEMENT = "I am 13 or older."


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One text in one version."""

    kind: str
    version: str
    sha256: str
    language: str = "en"

    @property
    def day(self) -> str:
        """The day it took effect, as a sentence says it."""
        return f"{date.fromisoformat(self.version):%-d %B %Y}"


AGE = Paper(kind="age", version="13", sha256=hashlib.sha256(STATEMENT.encode()).hexdigest())


def agreed_papers() -> list[Paper]:
    """The current versions of what a sign-up agrees to."""
    return [_current("terms"), _current("policy")]


def terms() -> Paper:
    return _current("terms")


def policy() -> Paper:
    return _current("policy")


def _current(kind: str) -> Paper:
    document: Any = import_string(SHELF)(kind)
    return Paper(kind=kind, version=document.version, sha256=document.sha256)

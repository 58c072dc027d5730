"""What a question may be about. The facts stand in categories.toml."""

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.db import models

FILE = Path(__file__).with_name("categories.toml")
FIRST_LINES = 600


class Category(models.TextChoices):
    SUPPORT = "support", "Help"
    PRIVACY = "privacy", "Privacy"
    SECURITY = "security", "Security"
    UNSUBSCRIBE = "unsubscribe", "No more letters"
    CHILD = "child", "A child under 13"
    LEGAL = "legal", "A law or an authority"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What holds for one category: what people read of it, how long it may wait, and how a letter gets there."""

    title: str
    hint: str
    answer_hours: int
    solve_days: int
    begins: tuple[str, ...]
    says: tuple[str, ...]

    @property
    def answer(self) -> timedelta:
        return timedelta(hours=self.answer_hours)

    @property
    def solution(self) -> timedelta:
        return timedelta(days=self.solve_days)


@cache
def rules() -> dict[Category, Rule]:
    """Every category, the most urgent first."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {Category(name): Rule(**{**row, "begins": tuple(row["begins"]), "says": tuple(row["says"])}) for name, row in rows.items()}  # fmt: skip


def rule_of(category: str) -> Rule:
    return rules()[Category(category)]


def guess(subject: str, body: str) -> Category:
    """Where a letter belongs: by the word its subject begins with, then by what it says. A guess; staff may put it right."""
    begins = re.sub(r"^\s*(?:(?:re|fwd?|aw|sv)\s*:\s*)*", "", subject.lower())
    for category, rule in rules().items():
        if any(re.match(rf"{re.escape(word)}\b", begins) for word in rule.begins):
            return category
    said = f"{subject}\n{body[:FIRST_LINES]}".lower()
    for category, rule in rules().items():
        if any(re.search(rf"\b{re.escape(phrase)}\b", said) for phrase in rule.says):
            return category
    return Category.SUPPORT

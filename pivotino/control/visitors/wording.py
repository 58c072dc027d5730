"""The words people say yes or no to, by version. A version that was shown is never changed: a new one is added, and asked anew."""

import hashlib
from dataclasses import dataclass, replace
from typing import Final

from pivotino.control.visitors import measuring


@dataclass(frozen=True)
class Category:
    """What cookies may be used for. `now` says what that means today."""

    code: str
    name: str
    says: str
    now: str


@dataclass(frozen=True)
class Wording:
    """What stood on the page when somebody chose."""

    version: str
    question: str
    categories: tuple[Category, ...]

    @property
    def fingerprint(self) -> str:
        """Of every word, so that nobody can put others into a receipt's mouth."""
        words = [
            self.version,
            self.question,
            *(word for one in self.categories for word in (one.code, one.says, one.now)),
        ]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


NECESSARY: Final = "necessary"
OPTIONAL: Final = ("statistics", "personalisation", "marketing")

VERSIONS: Final = (
    Wording(
        "2026-11-23",
        "May we look at how you use these pages? Without a yes we only count pages, and set no cookie.",
        (
            Category(NECESSARY, "Necessary", "What keeps you signed in, and remembers what you chose here.", "Always on; there is nothing to refuse."),
            Category("statistics", "Statistics", "Your visit as one row: address, country, kind of browser, where you came from, how long, which pages. The address goes after the stated days.", "Only we read it."),
            Category("personalisation", "Personalisation", "Pages that fit what you looked at before.", "We do none today."),
            Category("marketing", "Marketing", "Letting others know that you were here, to show you advertisements.", "We do none today."),
        ),
    ),
)  # fmt: skip
CURRENT: Final = VERSIONS[-1]


def current() -> Wording:
    """The words that stand there now: others while a measuring service is told of visits, so that everybody is asked anew."""
    return measured(CURRENT) if measuring.active() else CURRENT


def measured(plain: Wording) -> Wording:
    """The same question where Google Analytics is told of visits as well."""
    told = (
        "We read it, and Google Analytics is told the page, the country and the kind of browser, without the address."
    )
    categories = tuple(replace(one, now=told) if one.code == "statistics" else one for one in plain.categories)
    question = plain.question.replace(", and set no cookie.", ", set no cookie and tell Google Analytics nothing.")
    return replace(plain, version=f"{plain.version}-ga", question=question, categories=categories)


def version(name: str) -> Wording | None:
    known = (*VERSIONS, *(measured(one) for one in VERSIONS))
    return next((one for one in known if one.version == name), None)

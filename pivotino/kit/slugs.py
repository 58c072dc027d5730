"""The name in an instance's address, `/@acme/`: what it may be, why not, and a first suggestion."""

import re
import unicodedata
from collections.abc import Callable

from pivotino.kit.fold import core_name

SHORTEST = 3
LONGEST = 30

RESERVED = frozenset(
    """
    abuse about account accounts activities admin administrator api app apps assets auth billing blog board boards
    bounces calendar careers contact contacts control dashboard dashboards demo dev developer developers docs download
    downloads email events example export exports faq favicon feedback files forgot-password gallery health help
    helpdesk home hostmaster imports index info instance instances invitations invite jobs join legal letters live
    localhost login logout mail manage marketing media member members metrics news newsletter nobody null oauth office
    onnet opportunities orders owner password payment payments ping pipeline policy portal postmaster press pricing
    privacy products profile promises public register reports robots root sales search secure security session sessions
    settings setup shop sign-in sign-out sign-up signin signout signup site sitemap staff staging static status store
    subscribe subscription subscriptions support system team teams terms test tests today tour trust undefined
    unsubscribe upload uploads user users visitors web webhooks webmaster website welcome well-known work www
    """.split()  # noqa: SIM905
)
# Names a visitor would trust: also refused when only dressed up to look like them.
_TRUSTED = frozenset({"pivotino", "admin", "support", "billing", "security", "staff", "privacy", "helpdesk", "login"})
_ALIKE = str.maketrans("01345", "oleas")
_ALIKE_PAIRS = (("rn", "m"), ("vv", "w"), ("i", "l"))

_SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


class BadSlug(ValueError):
    """The slug cannot be an address; `message` says why to the person who chose it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_slug(slug: str) -> None:
    """Raise `BadSlug` with a reason unless the slug can be an address."""
    if reason := problem_with(slug):
        raise BadSlug(reason)


def problem_with(slug: str) -> str:
    """Why this cannot be an address, as one sentence, or "" when it can."""
    for find in (_problem_of_length, _problem_of_script, _problem_of_shape, _problem_of_trust):
        if reason := find(slug):
            return reason
    return ""


def suggest_slug(company: str, *, taken: Callable[[str], bool] = lambda slug: False) -> str:
    """A free, valid slug near the company's name: "Acme Sdn Bhd" is "acme", then "acme-2".

    A name without Latin letters gives "company", "company-2" and so on; the person may type a better one.
    """
    stem = _stem(company)
    if not taken(stem) and not problem_with(stem):
        return stem
    number = 2
    while taken(slug := _numbered(stem, number)) or problem_with(slug):
        number += 1
    return slug


def skeleton(slug: str) -> str:
    """What is left when look-alikes become one: "acrne" and "acme" share it. Compare with the neighbours' skeletons."""
    bare = slug.replace("-", "").translate(_ALIKE)
    for pair, single in _ALIKE_PAIRS:
        bare = bare.replace(pair, single)
    return bare


def _problem_of_length(slug: str) -> str:
    if not slug:
        return "Choose a name for your address."
    if len(slug) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(slug) > LONGEST:
        return f"Use at most {LONGEST} characters."
    return ""


def _problem_of_script(slug: str) -> str:
    """Letters of another alphabet pass for Latin ones in an address bar, so none are allowed."""
    strangers = [letter for letter in slug if not letter.isascii() and unicodedata.category(letter)[0] in "LMN"]
    if not strangers:
        return ""
    if any(letter.isascii() and letter.isalpha() for letter in slug) and not _is_latin(strangers[0]):
        return f"“{strangers[0]}” is not a Latin letter, it may only look like one. Use a to z."
    return "Use the letters a to z, without accents."


def _problem_of_shape(slug: str) -> str:
    if slug != slug.lower():
        return "Use small letters."
    if not re.fullmatch(r"[a-z0-9-]+", slug, re.ASCII):
        return "Use only letters, digits and hyphens."
    if not _SHAPE.fullmatch(slug):
        return "A hyphen stands between two words: not at an end, not twice."
    if not re.search(r"[a-z]", slug):
        return "Use at least one letter."
    return ""


def _problem_of_trust(slug: str) -> str:
    if slug in RESERVED or slug in _TRUSTED:
        return "This name is kept for our own pages. Choose another."
    if skeleton(slug) in {skeleton(name) for name in _TRUSTED} or "pivotino" in slug:
        return "This name could be taken for ours. Choose another."
    return ""


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


def _stem(company: str) -> str:
    stem = "-".join(re.findall(r"[a-z0-9]+", core_name(company), re.ASCII))
    if len(stem) < SHORTEST or not re.search(r"[a-z]", stem):
        stem = f"company-{stem}".rstrip("-")
    return stem if len(stem) <= LONGEST else stem[: LONGEST + 1].rpartition("-")[0] or stem[:LONGEST]


def _numbered(stem: str, number: int) -> str:
    """The number is kept whole; the name gives way."""
    tail = f"-{number}"
    if "pivotino" in stem or skeleton(stem) in {skeleton(name) for name in _TRUSTED}:
        stem = "company"
    return stem[: LONGEST - len(tail)].rstrip("-") + tail

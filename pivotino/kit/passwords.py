"""Passwords we make and passwords we accept: long and hard to guess, with no rules about their letters."""

import re
import secrets
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from pivotino.kit.fold import fold

# No look-alikes (0 o, 1 l i) and no vowels, so that no word appears by chance.
ALPHABET = "bcdfghjkmnpqrstvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 5  # 20 letters of 28: 96 bits

SHORTEST = 12
LONGEST = 256  # a limit on work, not on people: managers make 128 at most
SHORTEST_WORD = 3  # of what others know of a person; two letters prove nothing
_WEIGHED = 72  # zxcvbn reads no further


def generate() -> str:
    """A password that reads aloud well: "xxxxx-xxxxx-xxxxx-xxxxx", 96 bits from the system's own randomness."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


class MinimumLength:
    """Django password validator: at least `shortest` characters, at most `longest`."""

    def __init__(self, shortest: int = SHORTEST, longest: int = LONGEST) -> None:
        self.shortest = shortest
        self.longest = longest

    def validate(self, password: str, user: object = None) -> None:
        if len(password) < self.shortest:
            missing = self.shortest - len(password)
            raise ValidationError(
                f"Add {missing} more character{'s' if missing > 1 else ''}: a password has at least {self.shortest}.",
                code="password_too_short",
            )
        if len(password) > self.longest:
            raise ValidationError(f"A password has at most {self.longest} characters.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"At least {self.shortest} characters. A few words you will remember do well."


class Strength:
    """Django password validator: refuses what a guesser finds soon, counting nothing that others know of the person.

    Known words come from the user's `email`, `name` and `company_name` where present, and from `words_to_avoid()`
    if it has such a method.
    """

    def __init__(self, score: int = 3) -> None:
        self.score = score

    def validate(self, password: str, user: object = None) -> None:
        known = _known_words(user)
        used = [word for word in known if _holds(password, word)]
        if _score(_without(password, used), known) >= self.score:
            return
        if used and _score(password, []) >= self.score:
            raise ValidationError(
                f"Others know that “{used[0]}” belongs to you. Choose words that have nothing to do with you.",
                code="password_too_personal",
            )
        raise ValidationError(_reason(password, known), code="password_too_easy")

    def get_help_text(self) -> str:
        return "Four unrelated words, or one from your password manager. No rules about digits or signs."


def _known_words(user: object) -> list[str]:
    """What others know of the person, whole and word by word, the longest first. Two letters prove nothing."""
    if user is None:
        return []
    texts = [str(getattr(user, name, "") or "") for name in ("email", "name", "company_name")]
    more: Iterable[str] = user.words_to_avoid() if hasattr(user, "words_to_avoid") else ()
    words = {word for text in (*texts, *more) for word in (*fold(text).split(), fold(text).replace(" ", ""))}
    return sorted((word for word in words if len(word) >= SHORTEST_WORD), key=lambda word: (-len(word), word))


def _holds(password: str, word: str) -> bool:
    return _spelled(word).search(fold(password)) is not None


def _without(password: str, words: list[str]) -> str:
    password = fold(password) if words else password
    for word in words:
        password = _spelled(word).sub("", password)
    return password


def _spelled(word: str) -> re.Pattern[str]:
    """The word with anything between its letters that is neither letter nor digit: a n n a, an-na. A short one only as a word
    of its own, for three letters are in many others."""
    letters = r"[\W_]*".join(re.escape(letter) for letter in word)
    return re.compile(letters if len(word) > SHORTEST_WORD else rf"(?<![^\W\d_]){letters}(?![^\W\d_])")


def _score(password: str, known: list[str]) -> int:
    if not password:
        return 0
    score: int = _weighed(password, known)["score"]
    return score


def _reason(password: str, known: list[str]) -> str:
    warning: str = _weighed(password, known)["feedback"]["warning"]
    hint = f" {warning.rstrip('.')}." if warning else ""
    return f"This one is easy to guess.{hint} Add a word or two that have nothing to do with each other."


def _weighed(password: str, known: list[str]) -> Any:
    from zxcvbn import zxcvbn  # its lists of words take twelve megabytes, and most processes never judge a password

    return zxcvbn(password[:_WEIGHED], user_inputs=known)

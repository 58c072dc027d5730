"""We never ask for a password in a letter: the check that every letter of ours passes before it is sent."""

import re

from pivotino.letters.refusals import AsksForPassword

ASKS = re.compile(
    r"\b(?:send|reply|respond|answer|tell|give|share|forward|e-?mail|text|confirm|provide|let us (?:know|have))\b"
    r"[^.?!\n]{0,80}\b(?:pass\s?words?|pass\s?codes?|passphrases?|pins?)\b",
    re.IGNORECASE,
)
DENIES = re.compile(r"\b(?:never|not|nobody|no one|don['’]t|without)\b", re.IGNORECASE)
FORM = re.compile(r"<\s*(?:form|input|textarea|select)\b", re.IGNORECASE)


def asks_for_a_password(text: str) -> bool:
    """True where a sentence asks somebody to hand over a password; saying that we never do is not asking."""
    plain = re.sub(r"<[^>]*>", " ", text)
    return any(
        ASKS.search(sentence) and not DENIES.search(sentence) for sentence in re.split(r"[.?!]\s|\n\s*\n", plain)
    )


def refuse_to_ask(*texts: str) -> None:
    """Raise AsksForPassword for a text that asks for one, or holds a form to type it into."""
    for text in texts:
        if FORM.search(text) or asks_for_a_password(text):
            raise AsksForPassword("This letter asks for a password, or holds a form. We never do that in a letter.")

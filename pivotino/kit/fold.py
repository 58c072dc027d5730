"""One spelling for search and comparison, and how alike two names are."""

import re
import unicodedata

_VOICING = "\u3099\u309a"  # が and か are different letters, not one with a mark
_NO_PARTS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "æ": "ae",
     "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i", "ħ": "h", "Ħ": "H"}
)  # fmt: skip
# Marks that turn the direction of what follows: a name may be right-to-left, but not a trick.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`](?=\w)")
_NEITHER = re.compile(r"[^0-9a-z]+")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.)+[^\W\d_]?(?![^\W\d_])")
_AND = re.compile(r"\s*[&＆]\s*")

# The longest first, so that "co ltd" goes before "ltd".
_LEGAL_ENDINGS = sorted(
    (tuple(ending.split()) for ending in (
        "sdn bhd", "m sdn bhd", "malaysia sdn bhd", "berhad", "bhd", "sdn", "plt", "enterprise", "trading enterprise",
        "pte ltd", "pte", "pty ltd", "pvt ltd", "private limited", "public limited company", "co ltd",
        "company limited", "company ltd", "ltd", "limited", "plc", "llp", "llc", "lp", "inc", "incorporated", "corp",
        "corporation", "co", "company", "gmbh", "gmbh and co kg", "ag", "kg", "ohg", "ug", "ev", "sa", "sas", "sarl",
        "srl", "spa", "sl", "slu", "bv", "nv", "ab", "as", "asa", "oy", "oyj", "aps", "kft", "sro", "doo", "sp z oo",
        "sp z o o", "tbk", "pcl", "jsc", "kk", "lda", "ltda",
    )),
    key=len,
    reverse=True,
)  # fmt: skip
_LEGAL_BEGINNINGS = (("pt",), ("cv",), ("ud",), ("the",))
_LEGAL_CJK = re.compile(
    "股份有限公司|有限责任公司|有限責任公司|有限公司|株式会社|有限会社|合同会社|주식회사|유한회사|\\(株\\)|\\(주\\)"
)


def one_line(text: str) -> str:
    """The text as one line: single spaces, no control signs, nothing that turns the direction of what follows."""
    line = " ".join(text.translate(_TURNS).split())
    return line if line.isprintable() else "".join(letter for letter in line if unicodedata.category(letter) != "Cc")


def fold(text: str) -> str:
    """Lower case, no marks, no punctuation, single spaces: "Café  Münze!" and "cafe munze" are one.

    Letters of every script stay; width, ligatures and presentation forms do not.
    """
    if text.isascii():  # nearly every text of an import: the same, several times as fast
        return _NEITHER.sub(" ", _APOSTROPHES.sub("", text).lower()).strip()
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).translate(_NO_PARTS)).casefold()
    text = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in text if not unicodedata.combining(letter) or letter in _VOICING)
    spaced = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in bare)
    return unicodedata.normalize("NFC", " ".join(spaced.split()))


def trigrams(text: str) -> frozenset[str]:
    """Three letters at a time of each folded word, with two spaces before and one behind, as pg_trgm cuts them."""
    padded = (f"  {word} " for word in fold(text).split())
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def similarity(a: str, b: str) -> float:
    """Shared trigrams of all trigrams: 1.0 for the same words in any order, 0.0 for nothing in common."""
    first, second = trigrams(a), trigrams(b)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def core_name(company: str) -> str:
    """A company's name folded and without its legal form: "ACME (M) Sdn. Bhd." is "acme".

    A name that is nothing but legal words stays whole.
    """
    text = unicodedata.normalize("NFKC", company)
    text = _LEGAL_CJK.sub(" ", text)
    text = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    words = fold(_AND.sub(" and ", text)).split()
    return " ".join(_without_ending(_without_beginning(words))) or fold(company)


def likeness(a: str, b: str) -> float:
    """How likely two company names mean one company, 0.0 to 1.0; legal forms, case and spaces do not count.

    From 0.6 on, ask the person; never merge unasked.
    """
    first, second = core_name(a), core_name(b)
    if not first or not second:
        return 0.0
    if first.replace(" ", "") == second.replace(" ", ""):
        return 1.0
    return max(similarity(first, second), similarity(first.replace(" ", ""), second.replace(" ", "")))


def _without_beginning(words: list[str]) -> list[str]:
    for beginning in _LEGAL_BEGINNINGS:
        if len(words) > len(beginning) and tuple(words[: len(beginning)]) == beginning:
            return words[len(beginning) :]
    return words


def _without_ending(words: list[str]) -> list[str]:
    for ending in _LEGAL_ENDINGS:
        if len(words) > len(ending) and tuple(words[-len(ending) :]) == ending:
            return _without_ending(words[: -len(ending)])
    return words

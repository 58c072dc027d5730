"""Everything else one may forbid: numbers of identity cards, bank accounts, words about health, secrets.

Each looks for little and looks closely. A number needs a check sum, a date, or a word beside it that says what it is;
a word about health needs a person it is said of.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from pivotino.kit.sensitive.findings import Finding, Pack

# --- identity numbers

_NAMED = (
    r"(?:\b(?:ic|i/c|nric|mykad|mypr|mykid|kp|k/p|kad pengenalan|identity (?:card|number|no)|id card)\b[^\d\n]{0,14})"
)
MYKAD = re.compile(
    r"(?<![\w+./-])(\d{6})([-–‑ ])(\d{2})\2(\d{4})(?![\w-])|" + _NAMED + r"(\d{6})(\d{2})(\d{4})(?!\w)", re.I
)
NRIC = re.compile(r"(?<!\w)([STFGM])(\d{7})([A-Z])(?!\w)")
# Codes of the place of birth that are in use: states, countries, regions, nobody's.
PLACES: Final = frozenset(
    [*range(1, 17), *range(21, 60), *range(60, 69), 71, 72, *range(74, 80), *range(82, 94), 98, 99]
)
GROWN, CHILD = 18, 13


def identities(text: str) -> list[Finding]:
    """Malaysian numbers with a day that exists and a place that is in use; Singaporean ones whose letter adds up."""
    found = []
    for match in MYKAD.finditer(text):
        six, place, serial = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
        born = _born(six, serial) if int(place) in PLACES else None
        if born is not None:
            age = _age(born, datetime.now(UTC).date())
            start = match.start(1) if match[1] else match.start(5)
            kind = Pack.CHILDREN if age < CHILD else Pack.IDENTITY
            found.append(Finding(start, match.end(), f"•••• {serial}", kind, young=age < GROWN))
    return found + [
        Finding(match.start(), match.end(), f"•••• {match[2][-3:]}{match[3]}", Pack.IDENTITY)
        for match in NRIC.finditer(text)
        if _adds_up(*match.groups())
    ]


def _born(six: str, serial: str) -> date | None:
    """The day in the number. Serials of the last century begin with 5, 6 or 7; nobody there is past a hundred."""
    today = datetime.now(UTC).date()
    late, early = (_day(century, six) for century in (2000, 1900))
    if early and (late is None or late > today or (serial[0] in "567" and _age(early, today) <= 100)):
        return early
    return late if late and late <= today else None


def _day(century: int, six: str) -> date | None:
    try:
        return date(century + int(six[:2]), int(six[2:4]), int(six[4:]))
    except ValueError:
        return None


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _adds_up(first: str, digits: str, last: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(first, 0)
    if first == "M":
        return "KLJNPQRTUWX"[10 - total % 11] == last
    return ("JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK")[total % 11] == last


# --- bank accounts

IBAN = re.compile(r"(?<!\w)([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)(?!\w)")
ACCOUNT = re.compile(
    r"\b(?:(?:bank )?(?:account|akaun|acct|a/c|konto)[^\d\n+]{0,14}?|(?:maybank|cimb|rhb|ambank|public bank|hong leong)[.:# ]{1,3}(?!0|60))"
    r"(\d(?:[ -]?\d){8,16})(?![\w-])",
    re.IGNORECASE,
)


def accounts(text: str) -> list[Finding]:
    """IBANs that add up, and long numbers that a word beside them calls an account."""
    found = [
        Finding(match.start(), match.end(), f"•••• {match[1].replace(' ', '')[-4:]}", Pack.BANK)
        for match in IBAN.finditer(text)
        if is_iban(match[1])
    ]
    for match in ACCOUNT.finditer(text):
        if not any(one.start < match.end(1) and match.start(1) < one.end for one in found):
            found.append(Finding(match.start(1), match.end(1), f"•••• {match[1][-4:]}", Pack.BANK))
    return found


def is_iban(found: str) -> bool:
    code = found.replace(" ", "").upper()
    return 15 <= len(code) <= 34 and int("".join(str(int(letter, 36)) for letter in code[4:] + code[:4])) % 97 == 1


# --- health

_ILLS = (
    r"(?:cancer|leukaemia|leukemia|tumou?r|diabet(?:es|ic)|hiv|aids|hepatitis|tuberculosis|epilep(?:sy|tic)|asthma|dementia|"
    r"alzheimer|parkinson|depress(?:ion|ed)|schizophrenia|bipolar|anxiety disorder|autis(?:m|tic)|kidney failure|dialysis|"
    r"heart (?:attack|disease|condition)|high blood pressure|hypertension|stroke|miscarriage|chemotherapy|covid(?:-19)?|"
    r"kanser|barah|kencing manis|darah tinggi|sakit jantung|buah pinggang|tibi|batuk kering|sawan|lelah|kemurungan|strok|keguguran)"
)
HEALTH = re.compile(
    r"\b(?:(?:(?:was |is |been |got )?diagnosed with|suffer(?:s|ed|ing)? from|(?:is |was )?(?:being )?treated for|tested positive for|"
    r"recovering from|disahkan menghidap|(?:meng|peng)hidap|mengidap|pesakit)\W+(?:\w+\W+){0,2}"
    r"|(?:he|she|they|wife|husband|mother|father|mum|dad|son|daughter|boss|director|dia|beliau|isteri|suami|ibu|bapa|anak)\W+"
    r"(?:has|had|have|is|was|ada|sakit|kena)\W+(?:\w+\W+){0,2})(" + _ILLS + r")\b",
    re.IGNORECASE,
)


def illnesses(text: str) -> list[Finding]:
    """Illnesses that are said of somebody. A roof for a cancer hospital is none."""
    return [Finding(match.start(1), match.end(1), "•••", Pack.HEALTH) for match in HEALTH.finditer(text)]


# --- secrets

KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]{0,8000}?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]{0,8000})"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{40,}\b|\bglpat-[\w-]{20,}"
    r"|\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}\b|\bwhsec_[A-Za-z0-9+/=]{20,}|\bsk-[A-Za-z0-9_-]{24,}|\bxox[abprs]-[\w-]{16,}"
    r"|\bAIza[\w-]{35}\b|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|://[^\s/:@]+:([^\s/@]{4,})@"
)
WORDS = re.compile(
    r"\b(?:pass\s?(?:word|code|phrase)s?|passwd|pwd|passwort|kennwort|kata\s?laluan|kod\s?laluan|api[ _-]?key|secret[ _-]?key|client[ _-]secret"
    r"|(?:recovery|backup)[ _-]codes?|pin(?: (?:code|number))?)"
    r"(?:\s*[:=]\s*|\s+(?:is|ialah|adalah|ist)\s*:?\s+)(?P<quote>[\"'“‘]?)(?P<secret>[^\s\"'”’<>,;•]{4,128})",
    re.IGNORECASE,
)  # fmt: skip
PLAIN = frozenset(
    ["reset", "forgotten", "forgot", "please", "required", "changed", "wrong", "incorrect", "expired", "missing", "invalid", "unknown",
     "none", "needed", "optional", "lost", "same", "sent", "with", "that", "this", "your", "only", "never", "always", "kept", "case"]
)  # fmt: skip


def secrets(text: str) -> list[Finding]:
    """Keys as their makers mark them, and what stands behind a word like "password:"."""
    found = [
        Finding(*(match.span(1) if match[1] else match.span()), "••••", Pack.SECRETS) for match in KEYS.finditer(text)
    ]
    for match in WORDS.finditer(text):
        said = match["secret"].rstrip(".!?)")
        if said and _is_secret(
            said, sure="is" not in match[0][: match.start("secret") - match.start()].lower().split()
        ):
            start = match.start("secret")
            if not any(one.start <= start < one.end for one in found):
                found.append(Finding(start, start + len(said), "••••", Pack.SECRETS))
    return found


def _is_secret(said: str, *, sure: bool) -> bool:
    """After a colon nearly everything is one; after "is" it needs a sign or a digit, for "the password is wrong" has none."""
    if said.lower() in PLAIN or len(said) < 4:
        return False
    return sure or not said.isalpha()


FINDERS: Final[dict[Pack, Callable[[str], list[Finding]]]] = {
    Pack.SECRETS: secrets, Pack.IDENTITY: identities, Pack.BANK: accounts, Pack.HEALTH: illnesses,
}  # fmt: skip

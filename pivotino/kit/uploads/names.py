"""Names of files: what a person calls it, and nothing a machine could stumble over."""

import re
import unicodedata

LONGEST = 120
ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")
# Names that mean a device on some machines.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "text": "txt", "log": "txt", "tsv": "csv"}


def clean_name(name: str, *, ending: str = "") -> str:
    """The last part of a path, in one spelling, without signs nobody sees, and with the ending of what the file is.

    "..\\..\\offer\\u202efdp.exe" with "pdf" is "offerfdp.pdf". Letters of every script stay.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    text = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    text = "".join(" " if sign in "\t\r\n" else sign for sign in text if sign in "\t\r\n" or _is_seen(sign))
    text = re.sub(r'[<>:"|?*]', "-", text)
    text = re.sub(r"\s+", " ", text).strip(" .")
    if not ending:
        return _short(text, LONGEST) or "file"
    stem = ENDING.sub("", text).strip(" .") if ending_of(text) else text
    if _same(ending_of(stem)) == ending:
        stem = ENDING.sub("", stem).strip(" .")
    if DEVICES.match(stem):
        stem = f"_{stem}"
    return f"{_short(stem, LONGEST - len(ending) - 1) or 'file'}.{ending}"


def ending_of(name: str) -> str:
    """What stands behind the last dot, small; "" for nothing."""
    found = ENDING.search(name.strip(" ."))
    return found[1].lower() if found else ""


def _is_seen(sign: str) -> bool:
    # Cc and Cf are controls, among them those that turn the direction of writing; Cs half a sign, Co private ones.
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _same(ending: str) -> str:
    return SAME.get(ending, ending)


def _short(text: str, most: int) -> str:
    """Cut to so many bytes of UTF-8 at most three times `most`, and so many signs, never within a sign."""
    return text[:most].encode()[: 2 * most].decode("utf-8", "ignore").strip(" .")

"""Lines of vCard and iCalendar: escaped, and folded at 75 octets between whole signs."""

import re

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def escaped(text: str) -> str:
    """A value of text as both formats want it."""
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """The line with its end, continued on further lines where it is long."""
    raw = line.encode("utf-8", "replace")
    if len(raw) <= 75:
        return raw.decode() + "\r\n"
    pieces, room = [], 75
    while raw:
        cut = min(room, len(raw))
        while cut < len(raw) and raw[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(raw[:cut].decode())
        raw, room = raw[cut:], 74
    return "\r\n ".join(pieces) + "\r\n"

"""Which letters do the bytes of a text file stand for?

UTF-8 is proven by reading the whole file; the older code pages cannot be proven, only judged by what their bytes do in
company. Chinese (GB 18030), Cyrillic (Windows-1251) and Western (Windows-1252) files are told apart.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1024 * 1024
JUDGED = 256 * 1024
SAVE_AS_UTF8 = "In the program it comes from, save it as “CSV UTF-8” and try again."


class Undecodable(Exception):
    """No code page makes sense of the file."""


@dataclass(frozen=True)
class Encoding:
    codec: str
    errors: str = "strict"
    note: str = ""


def recognise(path: Path) -> Encoding:
    try:
        with path.open("rb") as file:
            head = file.read(JUDGED)
        return _marked(head) or _unmarked_utf16(head) or _eight_bit(path, head)
    except OSError as error:
        raise Undecodable("This file could not be opened. Choose it again.") from error


def _marked(head: bytes) -> Encoding | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Encoding("utf-32", "replace")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", "replace")
    return None


def _unmarked_utf16(head: bytes) -> Encoding | None:
    """Delimiters and line ends alone leave a zero in every second place, and none in the others."""
    sample = head[: len(head) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    places = len(sample) // 2
    if places and odd > 0.1 * places and even < 0.01 * places:
        return Encoding("utf-16-le", "replace")
    if places and even > 0.1 * places and odd < 0.01 * places:
        return Encoding("utf-16-be", "replace")
    return None


def _eight_bit(path: Path, head: bytes) -> Encoding:
    controls = len(CONTROL.findall(head))
    if controls > 0.005 * len(head) + 8 and controls * 20 > len(head):
        raise Undecodable("This file is not a sheet. Bring a CSV or XLSX file.")
    foreign, wrong, right = _survey_utf8(path)
    if not wrong:
        return Encoding("utf-8-sig")
    if right > 10 * wrong:
        letters = "One letter" if wrong == 1 else f"{wrong:,} letters"
        return Encoding("utf-8-sig", "replace", f"{letters} could not be read and will show as “\ufffd”.")
    return _judge_code_page(foreign)


# Zeros are left to the reader, which drops them.
CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _survey_utf8(path: Path) -> tuple[bytes, int, int]:
    """Bytes of the lines with foreign letters, and how many letters break and keep the rules of UTF-8."""
    foreign = bytearray()
    wrong = right = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            # A file may hold the replacement sign itself: somebody else lost letters before us.
            wrong += max(0, decoder.decode(chunk).count("\ufffd") - chunk.count(b"\xef\xbf\xbd"))
            if not chunk.isascii():
                right += len(UTF8_SEQUENCE.findall(chunk))
                if len(foreign) < JUDGED:
                    foreign += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[:JUDGED]
    wrong += decoder.decode(b"", final=True).count("\ufffd")
    return bytes(foreign), wrong, right


def _judge_code_page(foreign: bytes) -> Encoding:
    if _is_chinese(foreign):
        return Encoding("gb18030", "replace")
    if _is_cyrillic(foreign):
        return Encoding("cp1251", "replace")
    if _is_western(foreign):
        return Encoding("cp1252", "replace")
    raise Undecodable(f"The letters in this file cannot be read. {SAVE_AS_UTF8}")


def _is_chinese(foreign: bytes) -> bool:
    """Everyday characters sit in rows B0 to D7; Cyrillic read as Chinese falls outside them."""
    high = sum(byte >= 0x80 for byte in foreign)
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", foreign)
    everyday = sum(0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1 for pair in pairs)
    marks = sum(0xA1 <= pair[0] <= 0xA3 and pair[1] >= 0xA1 for pair in pairs)
    return bool(high) and 2 * (everyday + marks) > 0.8 * high and everyday > 0


def _is_cyrillic(foreign: bytes) -> bool:
    """Foreign letters stand together in Cyrillic words, alone among Latin letters in Western ones."""
    together = len(re.findall(rb"[\xa8\xb8\xc0-\xff]{3,}", foreign))
    alone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff]{1,2}(?![\x80-\xff])", foreign))
    return together > alone


def _is_western(foreign: bytes) -> bool:
    letters = len(re.findall(rb"[\x80-\xff]", foreign))
    undefined = len(re.findall(rb"[\x81\x8d\x8f\x90\x9d]", foreign))
    long_runs = sum(map(len, re.findall(rb"[\x80-\xff]{4,}", foreign)))
    return undefined * 20 <= letters and long_runs * 3 <= letters

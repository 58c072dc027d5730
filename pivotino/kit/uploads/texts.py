"""Plain text, in the few ways in which programs still write it."""

import codecs
import re

MAIL = re.compile(
    rb"(?:From |(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]+): )", re.I
)


def is_text(data: bytes) -> bool:
    """No zeros and no controls but those that end lines; UTF-16 with its mark is text too."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return False
        return "\x00" not in text and not text.lstrip().startswith("<")
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data)


def is_mail(data: bytes) -> bool:
    return bool(MAIL.match(data))


def decoded(data: bytes) -> str:
    """The text, whichever way it was written."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")

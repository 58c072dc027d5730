"""The words a PDF keeps as words, enough to find a number that must not be kept.

Text in fonts that number their own signs, and text in scans, is not read: no library of ours does that.
"""

import re
import zlib

MOST_STREAM, MOST_TEXT = 8 << 20, 16 << 20
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
SHOWN = re.compile(
    rb"\[((?:[^\[\]()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\]\s*TJ|(\((?:[^()\\]|\\.)*\))\s*(?:Tj|'|\")", re.DOTALL
)
SAID = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL)


def text_of(data: bytes) -> str:
    """One line for each piece of text, and what stands between the parts of the file."""
    told, left = [], MOST_TEXT
    for found in STREAM.finditer(data):
        body = _loosened(found[1])
        if left <= 0:
            break
        left -= len(body)
        told += [_words(match[1] or match[2]) for match in SHOWN.finditer(body)]
    told += [one[1] for one in SAID.finditer(STREAM.sub(b"", data)[: 1 << 20])]
    return "\n".join(line.decode("latin-1") for line in told)


def _words(shown: bytes) -> bytes:
    return b"".join(re.sub(rb"\\(.)", rb"\1", part[1]) for part in SAID.finditer(shown))


def _loosened(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, MOST_STREAM)
    except zlib.error:
        return body[:MOST_STREAM]

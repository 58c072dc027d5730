"""Reads the words of a PDF with pypdf, in a process of its own: run as a program by `pdfs.py`, never imported.

In come the bytes, out go lines of JSON as soon as they are known, so that whoever is stopped half-way has said what it read.
A file that asks for too much memory or time kills this process and nothing else.
"""

import json
import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

MEMORY, SECONDS, AT_MOST = 768 << 20, 10, 15  # AT_MOST ends even one page that never comes back
MOST_PAGES, MOST_TEXT = 2_000, 4_000_000


def main() -> None:
    logging.disable()
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, AT_MOST), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):  # fmt: skip
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    for told in read(sys.stdin.buffer.read()):
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def read(data: bytes) -> Iterator[dict[str, Any]]:
    """`pages` first, then text after text, of pages with the `page`."""
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        yield {"locked": True}
        return
    yield {"pages": len(reader.pages)}
    left = MOST_TEXT
    for words in beside(reader):
        yield {"text": words[:left]}
    for number, page in enumerate(reader.pages[:MOST_PAGES], 1):
        if time.process_time() > SECONDS or left <= 0:
            return
        with suppress(Exception):  # a broken page is not told of, and so counts as unread
            words = text_of(page)
            yield {"page": number, "text": words[:left]}
            left -= len(words)


def text_of(page: Any) -> str:
    """What is written on the page, and on the notes stuck to it. Raises where it cannot be read."""
    told = [page.extract_text()]
    for note in page.get("/Annots") or []:
        note = note.get_object()
        told += [str(note[key]) for key in ("/Contents", "/V") if isinstance(note.get(key), str)]
    return "\n".join(told)


def beside(reader: Any) -> Iterator[str]:
    """What stands in its head, in the fields of its form, and the names of files that hang on it."""
    parts: tuple[Callable[[], str], ...] = (
        lambda: "\n".join(str(said) for said in (reader.metadata or {}).values()),
        lambda: "\n".join(str(field.get("/V") or "") for field in (reader.get_fields() or {}).values()),
        lambda: "\n".join(reader.attachments),
    )
    for words in parts:
        with suppress(Exception):  # a part that is broken says nothing; the pages still do
            yield words()


if __name__ == "__main__":
    main()

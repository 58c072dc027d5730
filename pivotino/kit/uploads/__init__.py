"""Files that people send: judged, and pictures drawn anew, before anything of them is kept. One door for every room.

    try:
        taken = take(read(request.FILES["file"]), request.FILES["file"].name)
    except Harmful as refusal:      # a known pest: keep no byte of it, tell the owner what `refusal.found` names
        …
    except Refused as refusal:      # everything else; str(refusal) is a sentence for whoever chose the file
        form.add_error("file", str(refusal))
    taken.name       "Offer for Jaya.pdf": no path, no hidden signs, and the ending of what it really is
    taken.kind       Kind(ending="pdf", type="application/pdf", called="PDF")
    taken.data       the bytes to keep; of pictures without place, camera and owner, upright, in their colours
    taken.small      a small JPEG to show of a picture, else b""
    taken.sha256     of `data`
    taken.unread     a sentence where a part of its words could not be looked through, else ""
    taken.looked     False where ClamAV is named in the settings and did not answer: show it to nobody until `harm_in` says ""

Allowed are pictures (JPEG, PNG, WebP, GIF), PDF, Office documents without macros, plain text, CSV, calendar and address
cards, and mails whose attachments are allowed. What it is, its bytes say; a name never does. Card numbers in the name or
the text, and what else the place keeps out, are refused (`refusal.code == "card"`): a door nobody stands at, such as mail, masks the name before it asks
(`sensitive.mask`) and leaves the file out. Read are texts, mails with what hangs on them, every part of an Office document,
and the pages, notes, forms and head of a PDF. Not read are pictures, and so scans, and documents within documents. Nothing here
writes to a disk; the largest picture needs about 200 MB of memory, a PDF a process of its own with limits (`pdfs`).

`fields.FilesField` is this door for files that go with a form. Serve what was taken with `answer.download(...)`: always as an
attachment, from a sandbox.
"""

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from django.core.exceptions import ValidationError

from pivotino.kit import sensitive
from pivotino.kit.uploads import documents, kinds, mails, pdfs, pictures, texts
from pivotino.kit.uploads.harm import harm_in
from pivotino.kit.uploads.kinds import Kind
from pivotino.kit.uploads.names import clean_name
from pivotino.kit.uploads.refusals import Empty, Harmful, HoldsCard, Refused, TooLarge
from pivotino.kit.uploads.words import refuse_words

__all__ = [
    "ACCEPT",
    "LARGEST",
    "Harmful",
    "Kind",
    "Refused",
    "Taken",
    "TooLarge",
    "clean_name",
    "harm_in",
    "read",
    "take",
]

# Every word of a text is looked at, which takes a second for two million signs.
LARGEST, LARGEST_TEXT = 25 * 1024 * 1024, 8 * 1024 * 1024
# For `<input type="file" accept>`: with types named, phones turn their own kind of photos into JPEG by themselves.
ACCEPT = ",".join([*(kind.type for kind in kinds.PICTURES), *(f".{ending}" for ending in kinds.OF if ending != "jpg")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that may be kept."""

    name: str
    kind: Kind
    data: bytes
    sha256: str
    small: bytes = b""
    unread: str = ""
    looked: bool = True


def read(file: "IO[bytes] | Any", *, largest: int = LARGEST) -> bytes:
    """All bytes of an uploaded file, and one more at most than may be."""
    data: bytes = file.read(largest + 1)
    if len(data) > largest:
        raise TooLarge(largest)
    return data


def take(data: bytes, name: str, *, largest: int = LARGEST, deep: int = 0) -> Taken:
    """Judge a file, `deep` in how many mails. Raises Refused, and of it Harmful where something in it is known to do harm."""
    if not data:
        raise Empty
    if len(data) > largest:
        raise TooLarge(largest)
    found = harm_in(data)
    if found:
        raise Harmful(found)
    looked = found is not None
    kind = kinds.of(data, name)
    clean = clean_name(name, ending=kind.ending)
    _refuse_name(clean)
    small, unread = b"", ""
    if kind in kinds.PICTURES:
        data, small = pictures.drawn_anew(data)
    elif kind in kinds.OFFICE:
        words, unread = documents.words_of(data)
        refuse_words("This document", words)
    elif kind.ending == "pdf":
        words, unread = pdfs.words_of(data)
        refuse_words("This PDF", words)
    elif kind.ending == "eml":
        mails.judge(data, partial(take, deep=deep + 1), deep=deep)
    elif len(data) > LARGEST_TEXT:
        raise TooLarge(LARGEST_TEXT)
    else:
        refuse_words("This file", texts.decoded(data))
    digest = hashlib.sha256(data).hexdigest()
    return Taken(name=clean, kind=kind, data=data, sha256=digest, small=small, unread=unread, looked=looked)


def _refuse_name(name: str) -> None:
    try:
        sensitive.refuse(name)
    except ValidationError as error:
        raise HoldsCard("The name of this file", error.messages[0]) from error

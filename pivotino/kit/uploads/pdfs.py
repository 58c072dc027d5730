"""The words of a PDF, read by pypdf in a process of its own (`reading.py`) with limits on time, memory, pages and signs.

The rule for what cannot be read: a PDF whose pages cannot even be counted is damaged, and one with a password is locked;
both are refused, as documents are. One that is longer than the limits is kept, and whoever sent it is told up to which page it
was looked through. Pictures within it, and so scans, are not read.
"""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from pivotino.kit.uploads.refusals import Archive, OtherKind, Unreadable

PROGRAM = Path(__file__).with_name("reading.py")
SECONDS = 30.0  # by the clock on the wall, where the machine has much else to do


def words_of(data: bytes) -> tuple[str, str]:
    """Its text, and a sentence about what of it was not read, or ""."""
    if zipfile.is_zipfile(BytesIO(data)):
        raise Archive  # two kinds in one: what a program sees in it is not what a person does
    told = _told(data)
    if any(one.get("locked") for one in told):
        raise OtherKind("This PDF is locked with a password, so nobody can look into it. Save it without one.")
    pages = next((int(one["pages"]) for one in told if "pages" in one), 0)
    if not pages:
        raise Unreadable("PDF")
    text, read = "\n".join(one.get("text", "") for one in told), sum("page" in one for one in told)
    return (
        text,
        "" if read == pages else f"{read:,} of its {pages:,} pages could be looked through for what is not kept here.",
    )


def _told(data: bytes) -> list[dict[str, Any]]:
    command = [sys.executable, "-I", str(PROGRAM)]
    try:
        said = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False).stdout  # fmt: skip
    except subprocess.TimeoutExpired as stopped:
        said = stopped.stdout or b""
    whole = said[: said.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]

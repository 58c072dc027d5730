"""How a file that somebody sent goes out again: as an attachment, never drawn by the browser, from a sandbox."""

from typing import IO
from urllib.parse import quote

from django.http import FileResponse

SANDBOX = "sandbox; default-src 'none'"


def download(file: IO[bytes], *, name: str, type: str, size: int | None = None) -> FileResponse:
    """The file for whoever may have it; say so before."""
    answer = _plain(file, type)
    answer["Content-Disposition"] = disposition(name)
    if size is not None:
        answer["Content-Length"] = str(size)
    return answer


def shown(file: IO[bytes], *, mark: str) -> FileResponse:
    """A small JPEG of ours within a page. Rights are asked at each request; the same picture is not sent twice."""
    answer = _plain(file, "image/jpeg")
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = f'"{mark}"'
    return answer


def disposition(name: str) -> str:
    """RFC 6266: a name for everybody, and the real one for whoever reads it in UTF-8."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%;' else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(file: IO[bytes], type: str) -> FileResponse:
    answer = FileResponse(file, content_type=type)
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer

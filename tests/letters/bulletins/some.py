"""Pictures for tests, made here."""

from io import BytesIO

from PIL import Image


def a_picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (246, 145, 53)).save(out, kind, **more)
    return out.getvalue()

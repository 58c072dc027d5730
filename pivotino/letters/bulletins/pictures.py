"""Pictures in letters. Each is read, turned upright, made small and written anew: what a camera noted beside it is gone."""

import hashlib
from io import BytesIO
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.db.models.functions import Now
from django.http import HttpResponse

from pivotino.kit.uploads.pictures import careful
from pivotino.kit.uploads.refusals import OtherKind, Refused

LARGEST, WIDEST = 8 * 1024 * 1024, 1120
PICTURE_FIELDS = frozenset({"digest", "kind", "data", "width", "height", "made_at"})
NO_PICTURE = "This is no picture we can read. Take a PNG, JPEG, GIF or WebP file."


class PictureBase(models.Model):
    """One picture as it is shown. The same picture twice is one row. A room makes it concrete and shows it at an address."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20)
    data = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    @classmethod
    def keep(cls, file: "File[Any]") -> Self:
        """Keep an uploaded picture. Raises ValidationError with a sentence for whoever chose it."""
        data, kind, width, height = _written_anew(file)
        digest = hashlib.sha256(data).hexdigest()
        facts = {"kind": kind, "data": data, "width": width, "height": height}
        manager: Any = cls._default_manager
        picture: Self = manager.get_or_create(digest=digest, defaults=facts)[0]
        return picture

    def answer(self) -> HttpResponse:
        """The picture for whoever opens the letter: the same for everybody, and nothing is noted."""
        answer = HttpResponse(bytes(self.data), content_type=self.kind)
        answer["Cache-Control"] = "public, max-age=31536000, immutable"
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer


def _written_anew(file: "File[Any]") -> tuple[bytes, str, int, int]:
    if (file.size or 0) > LARGEST:
        raise ValidationError(f"The picture is larger than {LARGEST // 1024 // 1024} MB. Make it smaller first.")
    out = BytesIO()
    try:
        with careful(file.read()) as found:
            found.thumbnail((WIDEST, WIDEST * 4))
            clear = found.has_transparency_data
            kind = "PNG" if clear or found.format in ("PNG", "GIF") else "JPEG"
            picture = found.convert("RGBA" if clear else "RGB")
            picture.info = {}
            picture.save(out, kind, optimize=True, **({"quality": 85} if kind == "JPEG" else {}))
    except OtherKind as refusal:
        raise ValidationError(str(refusal)) from refusal
    except Refused as error:
        raise ValidationError(NO_PICTURE) from error
    return out.getvalue(), f"image/{kind.lower()}", picture.width, picture.height

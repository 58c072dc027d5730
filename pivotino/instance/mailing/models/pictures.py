"""Pictures in mailings, kept with everything else of the customer's, so that they leave and come back with it."""

import base64
from typing import Any

from django.db import models

from pivotino.kit.holds import Holds
from pivotino.letters.bulletins.pictures import PICTURE_FIELDS, PictureBase
from pivotino.tenancy.models import InstanceModel


class BytesAsText(models.TextField):  # type: ignore[type-arg]
    """Bytes in a column of text, the same on both engines and in an export."""

    def from_db_value(self, value: str | None, *args: Any) -> bytes | None:
        return None if value is None else base64.b64decode(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else base64.b64encode(bytes(value)).decode()

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""


class Picture(PictureBase, InstanceModel):
    """One picture of a mailing, shown to whoever opens the letter."""

    data = BytesAsText()

    holds = Holds(
        subject="contact", purpose="to show pictures in mailings", retention="the customer decides", export="mailing",
        erasure="the customer decides", personal={"data": "may show somebody"}, plain=PICTURE_FIELDS - {"data"},
    )  # fmt: skip

"""Columns that must mean the same on both engines."""

from typing import Any

from django.db import models


class RankField(models.CharField):  # type: ignore[type-arg]
    """A fractional order key (`kit.rank`), compared byte by byte on every engine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str | None:
        kind = super().db_type(connection)
        return f'{kind} COLLATE "C"' if connection.vendor == "postgresql" else kind

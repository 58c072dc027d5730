"""A word that groups contacts."""

from collections.abc import Iterable

from django.db import models

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import InstanceModel

LONGEST = 60


class Label(InstanceModel):
    """A word that groups contacts."""

    name = models.CharField(max_length=LONGEST, unique=True)

    holds = Nothing("to group contacts", plain={"name"})

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, names: Iterable[str]) -> "list[Label]":
        """The labels of these names, new ones made. Case and spaces at the ends do not make another label."""
        wanted = {name.casefold(): name for name in (" ".join(text.split())[:LONGEST] for text in names) if name}
        known = {label.name.casefold(): label for label in cls.objects.all()} if wanted else {}
        return [known.get(key) or cls.objects.create(name=name) for key, name in wanted.items()]

"""What staff keep ready to say."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from pivotino.control.helpdesk.categories import Category
from pivotino.kit.holds import Nothing
from pivotino.letters.secrets import asks_for_a_password
from pivotino.tenancy.models import ControlModel


def refuse_asking(text: str) -> None:
    """Validator: nothing that asks somebody for a password."""
    if asks_for_a_password(text):
        raise ValidationError("This asks for a password. We never do.", code="password")


class Macro(ControlModel):
    """An answer that is needed often. `{name}` and `{number}` are filled in; a category narrows where it is offered."""

    name = models.CharField(max_length=80, unique=True)
    category = models.CharField(max_length=12, choices=Category, blank=True)
    body = models.TextField(validators=[refuse_asking])
    changed_at = models.DateTimeField(default=timezone.now)

    holds = Nothing("to answer the same question the same way", plain={"name", "category", "body", "changed_at"})

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

"""Fields that every form of the entrance shares."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Marks that turn the direction of what follows: a name may be right-to-left, but not a trick.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ADDRESS = re.compile(r"://|\bwww\.|https?:|@|[<>]", re.IGNORECASE)


class LineField(forms.CharField):
    """One line as a person writes it: any script, single spaces, nothing invisible, no web address."""

    def __init__(self, *, what: str, max_length: int, autocomplete: str, **more: Any) -> None:
        self.what = what
        more.setdefault("error_messages", {})["required"] = f"Type your {what}."
        more["error_messages"]["max_length"] = f"Use at most {max_length} characters; this has %(show_value)d."
        more.setdefault("widget", forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"}))
        super().__init__(max_length=max_length, **more)

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "").translate(_TURNS)
        return " ".join(text.split())

    def validate(self, value: Any) -> None:
        super().validate(value)
        if "\ufffd" in value or any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in value):
            raise ValidationError("Some letters arrived broken. Type this again.", code="broken")
        if _ADDRESS.search(value):
            raise ValidationError(f"Your {self.what} has no web or mail address in it.", code="address")
        if value and not any(letter.isalnum() for letter in value):
            raise ValidationError(f"Type your {self.what}.", code="required")


class MailField(forms.EmailField):
    """A mail address of any provider, in small letters."""

    def __init__(self, **more: Any) -> None:
        wrong = "This does not look like a mail address. It reads like name@company.com."
        more.setdefault("label", "Work email")
        more.setdefault(
            "error_messages", {"required": "Type your mail address.", "invalid": wrong, "max_length": wrong}
        )
        typed = {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        more.setdefault("widget", forms.EmailInput(attrs=typed))
        super().__init__(max_length=254, **more)

    def clean(self, value: Any) -> str:
        address = str(super().clean(value)).lower()
        # A letter such as ı, which a database takes for an i where it compares without regard to case: another mailbox.
        if any(letter.upper() in _CAPITALS and not letter.isascii() for letter in address):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address

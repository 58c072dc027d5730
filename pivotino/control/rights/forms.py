"""What people type here."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.rights.models import Kind
from pivotino.kit.phones import NotAPhone, parse_phone
from pivotino.kit.places import HOME, countries


class AskForm(forms.Form):
    """What somebody wants, and the address it is about. Nothing else: whoever asks need not tell us more than we know."""

    kind = forms.ChoiceField(
        label="What would you like?", choices=Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of these."},
    )  # fmt: skip
    email = MailField(label="Your mail address", help_text="A letter goes there, whether we know the address or not.")
    receipt = forms.CharField(
        label="Receipt of a cookie choice", max_length=19, required=False, strip=True, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Only if you want that choice included: without its receipt we cannot tell it is yours.",
    )  # fmt: skip

    def __init__(self, *args: Any, own: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["email"]

    def clean_receipt(self) -> str:
        return str(self.cleaned_data["receipt"]).upper()


class CorrectionForm(forms.Form):
    """What we have, to be written right. Only what is held can be corrected."""

    name = LineField(label="Name", what="name", max_length=160, autocomplete="name")
    phone = forms.CharField(label="Phone", max_length=20, required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))  # fmt: skip
    company = LineField(label="Company", what="company", max_length=200, autocomplete="organization", required=False)
    country = forms.ChoiceField(label="Country", required=False)
    email = MailField(
        label="Another mail address",
        required=False,
        help_text="We write there first; it counts once its link is pressed.",
    )

    def __init__(self, *args: Any, known: dict[str, str], may_move: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", known)
        super().__init__(*args, **kwargs)
        self.known = known
        here = {*known, "email"} if may_move else set(known)
        for name in [name for name in self.fields if name not in here]:
            del self.fields[name]
        if isinstance(field := self.fields.get("country"), forms.ChoiceField):
            field.choices = [("", "Not known"), *countries()]

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        if not typed or typed == self.known.get("phone"):
            return str(typed)
        try:
            return parse_phone(typed, self.known.get("country") or HOME).e164
        except NotAPhone as refusal:
            raise ValidationError(refusal.message) from None

    @property
    def said(self) -> dict[str, str]:
        """Everything but a new address."""
        return {name: value for name, value in self.cleaned_data.items() if name != "email"}

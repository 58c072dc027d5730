"""What is asked before a support session."""

from typing import Any

from django import forms

from pivotino.control.support.models import WORDS, Scope, Urgency
from pivotino.letters.secrets import asks_for_a_password
from pivotino.tenancy import visiting


class WhyField(forms.CharField):
    """A reason the customer will read, in a letter of ours. It asks for no password."""

    def __init__(self) -> None:
        told = "The customer reads this, word for word."
        super().__init__(label="Why", min_length=10, max_length=300, strip=True, help_text=told)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if asks_for_a_password(value):
            raise forms.ValidationError("We never ask for a password, and the customer reads this.", code="asks")


class WhyForm(forms.Form):
    """A reason the customer will read."""

    why = WhyField()


class AskForm(forms.Form):
    """Which database, which ticket, why, and for what."""

    database = forms.CharField(
        label="Database", max_length=40, strip=True, help_text="Its name in the address: /@name/"
    )
    ticket = forms.CharField(label="Ticket", max_length=40, strip=True, help_text="T-1042")
    reason = WhyField()
    scope = forms.ChoiceField(label="For what", choices=Scope.choices, widget=forms.RadioSelect, initial=Scope.SETTINGS)
    rooms = forms.MultipleChoiceField(label="Which rooms", required=False, widget=forms.CheckboxSelectMultiple)
    record = forms.CharField(
        label="Which record", max_length=120, required=False, strip=True, help_text="Its address after the name of the database: /opportunities/…/"
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label="Can it not wait for the customer?", required=False, choices=Urgency.choices,
        help_text="Then a second one of us has to agree, and every owner is told at once.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rooms"].choices = [(room, WORDS.get(room, room).capitalize()) for room in visiting.rooms()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("scope") == Scope.ROOMS and not said.get("rooms"):
            self.add_error("rooms", "Say which rooms it is about.")
        if said.get("scope") == Scope.RECORD and not said.get("record"):
            self.add_error("record", "Say which record it is about.")
        return said

"""What people type here: a request for a demo, a question about their address; and staff, where a list comes from."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.prospects.models import HARVESTED, Basis, Kind
from pivotino.kit import places
from pivotino.kit.ids import uuid7
from pivotino.kit.phones import NotAPhone, parse_phone

FIRST = ("MY", "IN", "US")


def dial_choices() -> list[tuple[str, str]]:
    """Dial codes, those most of our visitors need on top."""
    known = {dial.country: f"{dial.code} {dial.name}" for dial in places.dial_codes()}
    return [(code, known[code]) for code in FIRST] + [(code, name) for code, name in known.items() if code not in FIRST]


class DemoForm(forms.Form):
    """Who wants to be shown around. Proven by a letter before anybody calls."""

    name = LineField(label="Your name", what="name", max_length=160, autocomplete="name")
    email = MailField(help_text="A letter goes there first: press its button, and we know it is you.")
    dial = forms.ChoiceField(label="Country code", error_messages={"invalid_choice": "Choose a country code."})
    phone = forms.CharField(
        label="Phone", max_length=40, error_messages={"required": "Type the number we may call."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel-national", "inputmode": "tel"}),
    )  # fmt: skip
    told_by = LineField(label="Who told you of us?", what="friend’s name", max_length=120, autocomplete="off", required=False)  # fmt: skip
    letters = forms.BooleanField(label="Send me tips and news of Pivotino now and then", required=False)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["dial"]).choices = dial_choices()

    def clean_phone(self) -> str:
        typed, country = self.cleaned_data["phone"], self.cleaned_data.get("dial") or places.HOME
        try:
            return parse_phone(typed, country).e164
        except NotAPhone as refusal:
            raise ValidationError(refusal.message) from None


def demo_guesses(accept_language: str) -> dict[str, str]:
    """What an empty form begins with."""
    return {"dial": places.guess_country(accept_language), "once": f"{uuid7().hex}{timezone.now():%f}"}


class WhereFromForm(forms.Form):
    email = MailField(label="Your mail address", help_text="The answer goes there, and nowhere else.")


class SourceForm(forms.Form):
    """Where people come from. Without it nobody is taken in."""

    kind = forms.ChoiceField(label="Kind of source", choices=[("", "Choose one"), *((kind, label) for kind, label in Kind.choices if kind != Kind.DEMO)])  # fmt: skip
    detail = forms.CharField(
        label="Which one", max_length=200, strip=True, help_text="As the person will read it: the list’s or site’s name, or who recommended them."
    )  # fmt: skip
    url = forms.URLField(
        label="Its address on the web", max_length=500, assume_scheme="https", help_text="Where anybody can see it or ask about it."
    )  # fmt: skip
    day = forms.DateField(
        label="Day it was found", widget=forms.DateInput(attrs={"type": "date"}), help_text="Not the day it was brought here."
    )  # fmt: skip
    basis = forms.ChoiceField(label="Lawful basis", choices=[("", "Choose one"), *Basis.choices])
    note = forms.CharField(
        label="Why this basis holds", max_length=500, required=False, strip=True, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Where the proof of their consent lies, or how our interest was weighed against theirs.",
    )  # fmt: skip
    allowed_by = forms.CharField(
        label="Officer who allowed it", max_length=160, required=False, strip=True, help_text="For addresses nobody handed over: domains, social networks, the public web."
    )  # fmt: skip
    country = forms.ChoiceField(
        label="Country where the list says none", required=False, help_text="Its law decides whether a letter may go. Unknown counts as the strictest."
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = [("", "Unknown"), *places.countries()]

    @property
    def source(self) -> dict[str, Any]:
        """The facts of an Origin, without who brought it."""
        return {name: self.cleaned_data[name] for name in ("kind", "detail", "url", "day", "basis", "note", "allowed_by")}  # fmt: skip

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.now().date():
            raise ValidationError("That day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("basis") in (Basis.CONSENT, Basis.INTEREST) and not said.get("note"):
            self.add_error("note", "Say where the consent can be seen, or how our interest was weighed.")
        if said.get("kind") in HARVESTED and not said.get("allowed_by"):
            self.add_error("allowed_by", "Nobody handed these addresses over. Which officer allowed it?")
        return said


class ListForm(SourceForm):
    """A list in a file."""

    file = forms.FileField(label="The list", help_text="CSV with one column for the mail address; 5,000 people at most.")  # fmt: skip


class PersonForm(SourceForm):
    """One person, with the same provenance."""

    email = MailField(label="Mail address")
    name = LineField(label="Name", what="name", max_length=160, autocomplete="off", required=False)
    company = LineField(label="Company", what="company", max_length=200, autocomplete="off", required=False)
    field_order = ["email", "name", "company", "country", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].label = "Country"


class KeyForm(forms.Form):
    name = forms.CharField(label="For which program", max_length=80, strip=True)
    days = forms.IntegerField(label="Good for days", min_value=1, max_value=365, initial=90)

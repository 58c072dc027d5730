"""The get-started form."""

from functools import cache
from typing import Any, cast

from django import forms
from django.utils import timezone

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.kit import places
from pivotino.kit.ids import uuid7
from pivotino.kit.money import currency_choices
from pivotino.kit.phones import NotAPhone, parse_phone


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone under its part of the world, as a choice field shows it."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for zone in places.zones():
        part, _, name = zone.partition("/")
        parts.setdefault(part if name else "Elsewhere", []).append(
            (zone, (name or zone).replace("_", " ").replace("/", ", "))
        )
    return list(parts.items())


@cache
def dial_choices() -> list[tuple[str, str]]:
    return [(dial.country, f"{dial.code} {dial.name}") for dial in places.dial_codes()]


class StartForm(forms.Form):
    """Who registers, for which company, and where they work. No password: one comes by mail."""

    first_name = LineField(label="First name", what="first name", max_length=80, autocomplete="given-name")
    last_name = LineField(label="Last name", what="last name", max_length=79, autocomplete="family-name")
    company = LineField(label="Company", what="company’s name", max_length=200, autocomplete="organization")
    email = MailField(help_text="You sign in with it. We prove it is yours by a letter.")
    dial = forms.ChoiceField(label="Country code", error_messages={"invalid_choice": "Choose a country code."})
    phone = forms.CharField(
        label="Mobile number", max_length=40, help_text="In case something is wrong with your account. No sales calls.",
        error_messages={"required": "Type your mobile number."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel-national", "inputmode": "tel"}),
    )  # fmt: skip
    country = forms.ChoiceField(label="Country", error_messages={"invalid_choice": "Choose a country."})
    currency = forms.ChoiceField(label="Currency", error_messages={"invalid_choice": "Choose a currency."})
    zone = forms.ChoiceField(label="Time zone", error_messages={"invalid_choice": "Choose a time zone."})
    terms = forms.BooleanField(
        label="I agree to the terms", error_messages={"required": "Without the terms we cannot open an account."}
    )
    grown = forms.BooleanField(
        label="I am 13 or older", error_messages={"required": "We can only open an account for people of 13 or older."}
    )
    plan = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Set here and not above: reading the world's names takes a moment that starting the server need not.
        choices: dict[str, Any] = {
            "dial": dial_choices(),
            "country": list(places.countries()),
            "currency": list(currency_choices()),
            "zone": zone_choices(),
        }
        for name, offered in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = offered

    def clean_phone(self) -> str:
        typed, country = self.cleaned_data["phone"], self.cleaned_data.get("dial") or places.HOME
        try:
            return parse_phone(typed, country).e164
        except NotAPhone as refusal:
            raise forms.ValidationError(refusal.message) from None

    @property
    def is_too_young(self) -> bool:
        """True where only the statement about the age is missing or nothing may be read from the rest either."""
        return "grown" in self.errors

    @property
    def full_name(self) -> str:
        return f"{self.cleaned_data['first_name']} {self.cleaned_data['last_name']}"


def guesses(accept_language: str, *, plan: str = "", country: str = "") -> dict[str, str]:
    """What an empty form begins with."""
    known = dict(places.countries())
    here = country if country in known else places.guess_country(accept_language)
    return {
        "country": here, "dial": here, "currency": places.currency_of(here), "zone": places.zone_of(here), "plan": plan[:40],
        "once": f"{uuid7().hex}{timezone.now():%f}",
    }  # fmt: skip

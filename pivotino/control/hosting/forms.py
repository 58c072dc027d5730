"""What the first run asks."""

from typing import Any, cast

from django import forms

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.accounts.forms import OwnPasswordForm
from pivotino.control.accounts.models import Account
from pivotino.kit import places
from pivotino.kit.money import currency_choices


class FirstRunForm(OwnPasswordForm):
    """The company, its first Business Owner, and how they sign in."""

    company = LineField(label="Company", what="company’s name", max_length=200, autocomplete="organization")
    country = forms.ChoiceField(label="Country", error_messages={"invalid_choice": "Choose a country."})
    currency = forms.ChoiceField(label="Currency", error_messages={"invalid_choice": "Choose a currency."})
    name = LineField(label="Your name", what="name", max_length=160, autocomplete="name")
    email = MailField(help_text="You sign in with it.")
    grown = forms.BooleanField(
        label="I am 13 or older", error_messages={"required": "Only people of 13 or older may have an account."}
    )
    field_order = ["company", "country", "currency", "name", "email", "password", "grown"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(Account(), *args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = list(places.countries())
        cast(forms.ChoiceField, self.fields["currency"]).choices = list(currency_choices())

    def clean_password(self) -> str:
        self.account.name = str(self.cleaned_data.get("name", ""))
        self.account.email = str(self.cleaned_data.get("email", ""))
        return super().clean_password()


class TestLetterForm(forms.Form):
    email = MailField(label="Send a letter to")

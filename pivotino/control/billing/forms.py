"""The forms about what is paid, and by whom."""

from typing import Any, cast

from django import forms

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.billing.models import Buyer
from pivotino.control.billing.taxes import is_european, is_vat_id, plain_vat_id
from pivotino.control.billing.wishes import MOST_SEATS, Wish
from pivotino.control.subscriptions.models import AddOn, NotOffered, Plan
from pivotino.kit import places


class PlanForm(forms.Form):
    """Which plan, for how many people, with which extensions. `people` is how many work there: nobody pays for fewer."""

    plan = forms.ChoiceField(label="Plan", widget=forms.RadioSelect, error_messages={"required": "Choose a plan.", "invalid_choice": "This plan is not on offer any more."})  # fmt: skip
    seats = forms.IntegerField(
        label="People", min_value=1, max_value=MOST_SEATS, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Type a whole number.", "min_value": "At least one person.", "max_value": f"For more than {MOST_SEATS:,} people, write to us."},
    )  # fmt: skip
    currency = forms.ChoiceField(label="Currency", required=False, widget=forms.HiddenInput, error_messages={"invalid_choice": "Choose another currency."})  # fmt: skip
    add_ons = forms.MultipleChoiceField(label="Beside the plan", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, plans: list[Plan], extensions: list[AddOn], currencies: list[str], people: int, keeps: Wish | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.people, self.keeps = people, keeps
        self.paid = {plan.code for plan in plans if plan.is_paid}
        choices: dict[str, list[tuple[str, str]]] = {
            "plan": [(plan.code, plan.name) for plan in plans], "currency": [(code, code) for code in currencies],
            "add_ons": [(add_on.code, add_on.name) for add_on in extensions],
        }  # fmt: skip
        for name, offered in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = offered

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("plan") not in self.paid:
            return data
        seats = data.get("seats")
        if "seats" not in self.errors and seats is None:
            self.add_error("seats", "Type how many people you pay for.")
        elif seats is not None and seats < self.people:
            self.add_error(
                "seats", f"{self.people} people work here. End somebody’s membership first, or pay for {self.people}."
            )
        return data

    def wish(self) -> Wish | None:
        """What was chosen; None for the free plan. Raises NotOffered."""
        data = self.cleaned_data
        if data["plan"] not in self.paid:
            return None
        if not data.get("currency"):
            raise NotOffered("Choose a currency.")
        text = "+".join([f"{data['plan']}.{data['currency']}.{data['seats']}", *data["add_ons"]])
        return Wish.read(text, keeps=self.keeps)


class BuyerForm(forms.Form):
    """Whom invoices are made out to. Only name and country must be there."""

    name = LineField(label="Company or name", what="company’s name", max_length=200, autocomplete="organization")
    attention = LineField(
        label="For the attention of", what="contact’s name", max_length=160, autocomplete="off", required=False
    )
    email = MailField(label="Invoices also go to", required=False)
    street = LineField(label="Street", what="street", max_length=200, autocomplete="address-line1", required=False)
    more = LineField(label="Second line", what="address", max_length=200, autocomplete="address-line2", required=False)
    postcode = LineField(label="Postcode", what="postcode", max_length=20, autocomplete="postal-code", required=False)
    city = LineField(label="Town", what="town", max_length=120, autocomplete="address-level2", required=False)
    region = LineField(
        label="State or region", what="state", max_length=120, autocomplete="address-level1", required=False
    )
    country = forms.ChoiceField(label="Country", error_messages={"invalid_choice": "Choose a country.", "required": "Choose a country."})  # fmt: skip
    registration = LineField(
        label="Company number", what="company number", max_length=40, autocomplete="off", required=False
    )
    tax_number = LineField(
        label="Tax number (TIN)", what="tax number", max_length=40, autocomplete="off", required=False
    )
    vat_id = forms.CharField(label="VAT number", max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))  # fmt: skip
    reference = LineField(label="Your reference", what="reference", max_length=80, autocomplete="off", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = list(places.countries())

    def clean_tax_number(self) -> str:
        """Letters, digits and dashes: every country has its own form, and none has others."""
        text = str(self.cleaned_data["tax_number"]).upper()
        if text and not (4 <= len(text) <= 40 and all(letter.isalnum() or letter in "-/ ." for letter in text)):
            raise forms.ValidationError("A tax number has letters and digits, like C20830570010.")
        return text

    def clean_vat_id(self) -> str:
        return plain_vat_id(self.cleaned_data["vat_id"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        country, vat_id = data.get("country", ""), data.get("vat_id", "")
        if country and vat_id and not is_european(country):
            self.add_error("vat_id", "VAT numbers are for companies in the European Union. Leave this empty.")
        elif country and vat_id and not is_vat_id(vat_id, country):
            self.add_error(
                "vat_id",
                "This is not the form of a VAT number of that country. It begins with two letters, like DE123456789.",
            )
        return data

    def keep(self, buyer: Buyer) -> Buyer:
        """Write it down."""
        for name, value in self.cleaned_data.items():
            setattr(buyer, name, value)
        buyer.save()
        return buyer


FACTS = (
    "name",
    "attention",
    "email",
    "street",
    "more",
    "postcode",
    "city",
    "region",
    "country",
    "registration",
    "tax_number",
    "vat_id",
    "reference",
)


def facts_of(buyer: Buyer) -> dict[str, str]:
    """What the form begins with."""
    return {name: getattr(buyer, name) for name in FACTS}

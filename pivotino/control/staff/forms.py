"""What staff type."""

from typing import Any

from django import forms

from pivotino.control.staff.queries import STATES
from pivotino.control.subscriptions.models import AddOn, Plan
from pivotino.control.subscriptions.models.offering import Offering
from pivotino.control.testimonials.forms import WordingForm
from pivotino.control.testimonials.models import Wording
from pivotino.kit.money import digits, parse_amount


class Search(forms.Form):
    q = forms.CharField(label="Search customers", max_length=120, required=False, strip=True)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any state"), *((name, name) for name in STATES)]
    )


class Reason(forms.Form):
    """Nothing is done to a customer without a reason that somebody can check."""

    why = forms.CharField(
        label="Why", min_length=10, max_length=300, strip=True, help_text="The customer may read this."
    )
    ticket = forms.CharField(label="Ticket", max_length=40, required=False, strip=True)


class TestimonialForm(WordingForm):
    """One wording of what a customer says, and why it is written down. Whom to ask is fixed from the first version on."""

    email = forms.EmailField(label="Whom we ask", max_length=254, help_text="The address of the person who said it.")
    why = forms.CharField(
        label="Why", min_length=10, max_length=300, strip=True, help_text="Where it was said, or what changed. The words themselves do not go here."
    )  # fmt: skip
    ticket = forms.CharField(label="Ticket", max_length=40, required=False, strip=True)
    field_order = [
        "email",
        "text",
        "name",
        "role",
        "company",
        "language",
        "places",
        "picture",
        "no_picture",
        "why",
        "ticket",
    ]

    def __init__(self, *args: Any, before: Wording | None = None, **kwargs: Any) -> None:
        super().__init__(*args, before=before, **kwargs)
        if before is not None:
            del self.fields["email"]


class OfferForm(Reason):
    """What plans and add-ons have in common. Prices are typed one a line, as people write them: `USD 9.00`."""

    new_code = forms.SlugField(label="Code", max_length=40, help_text="How the books call it, for good: team-monthly.")
    name = forms.CharField(label="Name", max_length=80, strip=True)
    blurb = forms.CharField(label="In a sentence", max_length=300, required=False, strip=True)
    prices = forms.CharField(
        label="Prices", required=False, strip=True, widget=forms.Textarea(attrs={"rows": 4, "placeholder": "USD 9.00\nMYR 39.00"}),
        help_text="One currency a line. Empty for what costs nothing.",
    )  # fmt: skip

    def __init__(self, *args: Any, before: Offering | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        if before is not None:
            del self.fields["new_code"]
            for name in self.fields:
                if hasattr(before, name):
                    self.initial.setdefault(name, getattr(before, name))
            self.initial["prices"] = "\n".join(plain(before.prices[code], code) for code in before.currencies)
            self.initial["why"] = ""

    @property
    def code(self) -> str:
        return self.before.code if self.before is not None else str(self.cleaned_data["new_code"])

    @property
    def said(self) -> dict[str, Any]:
        """What the new version says, without who and why."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("why", "ticket", "new_code")}

    def clean_prices(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in self.cleaned_data["prices"].splitlines():
            code, _, amount = line.strip().partition(" ")
            if not line.strip():
                continue
            try:
                found[code.upper()] = parse_amount(amount, code.upper()).minor
            except ValueError:
                raise forms.ValidationError(f"“{line.strip()}” is no price. Write it like USD 9.00.") from None
        return found


class PlanForm(OfferForm):
    kind = forms.ChoiceField(label="Kind", choices=Plan.Kind.choices)
    period = forms.ChoiceField(label="Paid", choices=Plan.Period.choices)
    per_seat = forms.BooleanField(label="Times the people it is paid for", required=False)
    seats_at_most = forms.IntegerField(
        label="People at most", min_value=0, max_value=10_000, help_text="0: any number."
    )
    duration_days = forms.IntegerField(label="Ends after days", min_value=0, max_value=3650, help_text="0: it lasts.")
    trial_days = forms.IntegerField(label="May be tried for days", min_value=0, max_value=365)
    points = forms.CharField(
        label="Points", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="One a line."
    )
    field_order = ["new_code", "name", "kind", "period", "prices", "per_seat", "seats_at_most", "duration_days", "trial_days", "blurb",
                   "points", "why", "ticket"]  # fmt: skip

    def __init__(self, *args: Any, before: Offering | None, **kwargs: Any) -> None:
        super().__init__(*args, before=before, **kwargs)
        self.initial["points"] = "\n".join(getattr(before, "points", []))
        for name in ("seats_at_most", "duration_days", "trial_days"):
            self.initial.setdefault(name, 0)

    def clean_points(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        paid = said.get("kind") == Plan.Kind.PAID
        if paid and not said.get("prices") and "prices" not in self.errors:
            self.add_error("prices", "A paid plan needs a price.")
        if not paid and said.get("prices"):
            self.add_error("prices", "Only a paid plan has prices.")
        if paid and said.get("period") == Plan.Period.EVER:
            self.add_error("period", "A paid plan is paid by the month or by the year.")
        if said.get("kind") == Plan.Kind.TRIAL and not said.get("duration_days"):
            self.add_error("duration_days", "A trial ends. After how many days?")
        return said


class AddOnForm(OfferForm):
    kind = forms.ChoiceField(label="Kind", choices=AddOn.Kind.choices)
    duration_days = forms.IntegerField(
        label="Days", min_value=0, max_value=3650, help_text="Of a promotion; 0 for an extension."
    )
    seats = forms.IntegerField(label="More people", min_value=0, max_value=10_000)
    listed = forms.BooleanField(label="Customers may take it themselves", required=False)
    field_order = ["new_code", "name", "kind", "prices", "duration_days", "seats", "listed", "blurb", "why", "ticket"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        extension = said.get("kind") == AddOn.Kind.EXTENSION
        if extension != bool(said.get("prices")) and "prices" not in self.errors:
            self.add_error("prices", "An extension has a price, a promotion has none.")
        if extension == bool(said.get("duration_days")):
            self.add_error("duration_days", "A promotion has days, an extension has none.")
        return said


def plain(minor: int, currency: str) -> str:
    """A price as the form takes it: USD 9.00."""
    places = digits(currency)
    return f"{currency} {minor / 10**places:.{places}f}"

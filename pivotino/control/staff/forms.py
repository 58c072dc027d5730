"""What staff type."""

from django import forms

from pivotino.control.staff.queries import STATES


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

"""What may be chosen, and what a browser may tell."""

from typing import Any

from django import forms

from pivotino.control.visitors.wording import OPTIONAL


class Choice(forms.Form):
    """One press: refuse, accept, or exactly what is ticked."""

    choice = forms.ChoiceField(choices=[(name, name) for name in ("refuse", "accept", "chosen")])
    granted = forms.MultipleChoiceField(choices=[(name, name) for name in OPTIONAL], required=False)

    @property
    def wanted(self) -> set[str]:
        pressed: dict[str, Any] = self.cleaned_data
        return {"refuse": set(), "accept": set(OPTIONAL), "chosen": set(pressed["granted"])}[pressed["choice"]]


class PingForm(forms.Form):
    path = forms.CharField(max_length=120)
    seconds = forms.IntegerField(min_value=1, max_value=3600)

"""What people type about what they plan."""

from __future__ import annotations

from typing import Any

from django import forms

from pivotino.instance.activities.models import ActivityKind
from pivotino.instance.members.models import Member

FIRST_YEAR, LAST_YEAR = 2000, 2100


class PlanForm(forms.Form):
    """One thing to do, by a day."""

    kind = forms.ModelChoiceField(
        ActivityKind.objects.none(), empty_label=None, label="What",
        error_messages={"required": "Pick what is to be done.", "invalid_choice": "This kind is not on the list."},
    )  # fmt: skip
    summary = forms.CharField(
        max_length=200, required=False, label="About", error_messages={"max_length": "Keep it under 200 letters."}
    )
    due_on = forms.DateField(
        label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Pick a day.", "invalid": "This day does not exist."},
    )  # fmt: skip
    due_time = forms.TimeField(
        required=False, label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Type a time, like 14:30."},
    )  # fmt: skip
    assigned_to = forms.ModelChoiceField(
        Member.objects.none(), required=False, empty_label="Whoever owns the card", label="Who"
    )
    note = forms.CharField(max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 2}), label="Note")

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "plan-%s")
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = ActivityKind.objects.offered()  # type: ignore[attr-defined]
        self.fields["assigned_to"].queryset = Member.objects.working()  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"Pick a day between {FIRST_YEAR} and {LAST_YEAR}.")
        return day


class DoneForm(forms.Form):
    feedback = forms.CharField(
        max_length=10_000, required=False, error_messages={"max_length": "Keep it under 10,000 letters."}
    )


class DayForm(forms.Form):
    """Another day for it, with or without a time."""

    due_on = forms.DateField(error_messages={"required": "Pick a day.", "invalid": "This day does not exist."})
    due_time = forms.TimeField(required=False, error_messages={"invalid": "Type a time, like 14:30."})
    keep_time = forms.BooleanField(required=False)

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"Pick a day between {FIRST_YEAR} and {LAST_YEAR}.")
        return day

"""When an upgrade is to begin."""

from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.utils import timezone

from pivotino.kit.retention import in_words_of

LONGEST_AHEAD = timedelta(days=90)


class ScheduleForm(forms.Form):
    """Now, or at a time of one's choice."""

    at = forms.DateTimeField(
        label="Not before",
        required=False,
        help_text="Leave it empty to begin at once. For a few minutes the database can only be read.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "This is not a date and a time."},
    )

    def clean_at(self) -> datetime | None:
        at = cast("datetime | None", self.cleaned_data["at"])
        now = timezone.now()
        if at and at < now - timedelta(minutes=5):
            raise forms.ValidationError("This time has passed. Choose a later one, or leave it empty.")
        if at and at > now + LONGEST_AHEAD:
            raise forms.ValidationError(f"Choose a time within the next {in_words_of(LONGEST_AHEAD)}.")
        return at

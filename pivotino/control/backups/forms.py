"""Asking for a restore."""

from django import forms


class RestoreForm(forms.Form):
    """Why it is put back, in a few words, for colleagues who wonder."""

    why = forms.CharField(
        label="Why", required=False, max_length=400, help_text="It stands in the letter to the Business Owners.",
        error_messages={"max_length": "Say it in 400 letters."},
    )  # fmt: skip
    understood = forms.BooleanField(
        label="I have read what will be lost",
        error_messages={"required": "Tick this when you have read what will be lost."},
    )

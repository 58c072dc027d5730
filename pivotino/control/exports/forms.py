"""The form of the exports room."""

from typing import Any

from django import forms
from django.conf import settings

MOST = 50 * 1024 * 1024


class ArrivalForm(forms.Form):
    """The file of an export."""

    file = forms.FileField(
        label="The file of an export", widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text="The .zip as it was downloaded, up to 50 MB. Nothing is put in before you have seen what is in it.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty. Choose another."},
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST:
            raise forms.ValidationError(
                f"This file has {file.size / 1024 / 1024:,.0f} MB and 50 MB is the most here. Write to"
                f" {settings.OPERATOR.support}: larger ones are put in by hand."
            )
        return file

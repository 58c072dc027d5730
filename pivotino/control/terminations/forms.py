"""The word to leave."""

from typing import Any

from django import forms

from pivotino.tenancy.models import Instance


class LeaveForm(forms.Form):
    """The name of the database, typed by hand so that nobody leaves by accident, and a reason for those who like to give one."""

    name = forms.CharField(
        label="The name of the database", max_length=200,
        error_messages={"required": "Type the name of the database."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    reason = forms.CharField(
        label="Why do you leave", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It helps us. It is erased together with everything else.",
        error_messages={"max_length": "Say it in 1,000 letters."},
    )  # fmt: skip

    def __init__(self, *args: Any, instance: Instance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = instance.name

    def clean_name(self) -> str:
        typed = " ".join(str(self.cleaned_data["name"]).split())
        if typed.casefold() != " ".join(self.wanted.split()).casefold():
            raise forms.ValidationError("That is another name. Type it as it stands above.")
        return typed

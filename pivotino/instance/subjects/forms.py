"""The forms of this room."""

from typing import Any

from django import forms

from pivotino.instance.members.queries import today
from pivotino.instance.subjects.models import Sort


class MonthsForm(forms.Form):
    """After how many months something goes."""

    months = forms.IntegerField(
        label="Goes after", min_value=1, max_value=240,
        error_messages={"required": "Type a number of months.", "invalid": "Type a number of months.",
                        "min_value": "One month at least.", "max_value": "Twenty years at most."},
    )  # fmt: skip


class SourceForm(forms.Form):
    how = forms.CharField(
        label="How we got their data", max_length=200, help_text="“Met at the fair in Penang”, “Wrote to us”."
    )
    on = forms.DateField(label="When", widget=forms.DateInput(attrs={"type": "date"}), initial=today)


class ConsentForm(forms.Form):
    """A yes or a no, as it was said."""

    topic = forms.CharField(label="To what", max_length=80)
    given = forms.ChoiceField(label="Answer", choices=[("yes", "Yes"), ("no", "No")])
    on = forms.DateField(label="When", widget=forms.DateInput(attrs={"type": "date"}), initial=today)
    how = forms.CharField(label="How", max_length=120, help_text="By telephone, on a form, in a letter.")
    wording = forms.CharField(
        label="What they were asked", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_on(self) -> Any:
        if (on := self.cleaned_data["on"]) > today():
            raise forms.ValidationError("That day is still to come.")
        return on


class RestrictForm(forms.Form):
    why = forms.CharField(label="Why", max_length=200)


class AskingForm(forms.Form):
    """A request somebody received."""

    sort = forms.ChoiceField(label="What they ask for", choices=Sort.choices)
    who = forms.CharField(label="Who", max_length=200)
    address = forms.EmailField(label="E-mail", required=False)
    came_on = forms.DateField(label="When it came", widget=forms.DateInput(attrs={"type": "date"}), initial=today)
    said = forms.CharField(
        label="Their words", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_came_on(self) -> Any:
        if (on := self.cleaned_data["came_on"]) > today():
            raise forms.ValidationError("That day is still to come.")
        return on


class AnswerForm(forms.Form):
    answer = forms.CharField(label="What you did", max_length=400)


class EraseForm(forms.Form):
    """Which sales stay without the person. Won ones always do."""

    open = forms.ChoiceField(
        label="Open opportunities", choices=[("delete", "Delete"), ("blank", "Keep without the person")], required=False
    )
    lost = forms.ChoiceField(
        label="Lost opportunities", choices=[("delete", "Delete"), ("blank", "Keep without the person")], required=False
    )
    name = forms.CharField(label="Type the name to be sure", max_length=200)

    def __init__(self, *args: Any, called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.called = called

    def clean_name(self) -> str:
        if str(self.cleaned_data["name"]).strip().casefold() != self.called.strip().casefold():
            raise forms.ValidationError(f"That is not the name. It is {self.called}.")
        return self.called

    @property
    def blanked(self) -> list[str]:
        return [kind for kind in ("open", "lost") if self.cleaned_data.get(kind) == "blank"]

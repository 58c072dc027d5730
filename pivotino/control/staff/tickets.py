"""What staff type about tickets, and what they may do with one."""

from typing import Any

from django import forms

from pivotino.control.helpdesk import queries
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Macro, Ticket
from pivotino.control.helpdesk.verbs import LONGEST
from pivotino.kit.uploads.fields import FilesField

ENDS = "We never ask for your password."


class SeekForm(forms.Form):
    q = forms.CharField(label="Number, address or words", max_length=120, required=False, strip=True)
    category = forms.ChoiceField(label="Category", required=False, choices=[("", "Any category"), *Category.choices])
    show = forms.ChoiceField(required=False, choices=list(queries.SHOWS.items()), widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """`version` is that of the page: who answers what another answered meanwhile reads it first."""

    body = forms.CharField(
        label="Your answer", max_length=LONGEST, strip=True, widget=forms.Textarea(attrs={"rows": 8}), required=False,
        help_text=f"By letter and on their page. “{ENDS}” stands below it by itself.",
    )  # fmt: skip
    macro = forms.ModelChoiceField(
        label="Something kept ready", queryset=Macro.objects.none(), required=False, empty_label="Choose"
    )
    attached = FilesField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, files: Any = None, *, ticket: Ticket, body: str = "", version: int | None = None
    ) -> None:
        super().__init__(data, files, initial={"body": body, "version": version or ticket.version})
        ready = [one.pk for one in queries.macros_for(ticket)]
        self.fields["macro"].queryset = Macro.objects.filter(pk__in=ready)  # type: ignore[attr-defined]
        self.ticket = ticket

    @property
    def wants_macro(self) -> bool:
        return self.data.get("do") == "fill"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.wants_macro and not said.get("body") and "body" not in self.errors:
            self.add_error("body", "Write something first.")
        return said

    def filled(self) -> str:
        """What was typed, and the chosen macro below it with name and number put in."""
        macro = self.cleaned_data.get("macro")
        ready = (
            macro.body.replace("{name}", self.ticket.name or "").replace("{number}", self.ticket.number)
            if macro
            else ""
        )
        return "\n\n".join(part for part in (self.cleaned_data.get("body", ""), ready) if part)


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Among us", max_length=LONGEST, strip=True, widget=forms.Textarea(attrs={"rows": 3}), help_text="They never see it.",
        error_messages={"required": "Write something first."},
    )  # fmt: skip


class AssignForm(forms.Form):
    to = forms.ChoiceField(label="Looks after it", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), one.name) for one in queries.helpers()]
        self.fields["to"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]


class CategoryForm(forms.Form):
    category = forms.ChoiceField(label="Category", choices=Category.choices)


class SolveForm(forms.Form):
    """`version` is that of the page, as with an answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MergeForm(forms.Form):
    into = forms.CharField(
        label="Merge into",
        max_length=12,
        strip=True,
        widget=forms.TextInput(attrs={"placeholder": "T-1042", "autocomplete": "off"}),
    )

    def clean_into(self) -> Ticket:
        typed = self.cleaned_data["into"].upper()
        found = Ticket.objects.filter(number=typed if typed.startswith("T-") else f"T-{typed}").first()
        if found is None:
            raise forms.ValidationError("There is no such ticket.")
        return found


class MacroForm(forms.ModelForm[Macro]):
    class Meta:
        model = Macro
        fields = ("name", "category", "body")
        labels = {"body": "Text"}
        help_texts = {"body": "{name} and {number} are put in.", "category": "Offered there alone; empty: everywhere."}
        widgets = {"body": forms.Textarea(attrs={"rows": 8})}

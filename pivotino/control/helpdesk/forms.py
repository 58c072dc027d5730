"""What people type to us."""

from typing import Any

from django import forms

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.helpdesk.categories import Category, rules
from pivotino.control.helpdesk.verbs import LONGEST
from pivotino.kit.ids import uuid7
from pivotino.kit.uploads.fields import FilesField

# In the order people look for them; the rules themselves begin with the most urgent.
OFFERED = (Category.SUPPORT, Category.PRIVACY, Category.SECURITY, Category.CHILD, Category.UNSUBSCRIBE, Category.LEGAL)


def offered() -> list[tuple[str, str]]:
    return [(category.value, rules()[category].title) for category in OFFERED]


class TextForm(forms.Form):
    """One more thing said."""

    body = forms.CharField(
        label="Your answer", max_length=LONGEST, strip=True, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write something first."},
    )  # fmt: skip
    attached = FilesField()


class SubjectField(LineField):
    """One line that may name a page or an address: it is about those."""

    def validate(self, value: Any) -> None:
        forms.CharField.validate(self, value)


class AskForm(forms.Form):
    """A question of somebody we know: signed in."""

    category = forms.ChoiceField(label="What is it about?", choices=offered)
    subject = SubjectField(label="In a few words", what="subject", max_length=150, autocomplete="off")
    body = forms.CharField(
        label="Your question", max_length=LONGEST, strip=True, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What you did, what you saw, what you expected. No passwords, no card numbers.",
        error_messages={"required": "Write your question."},
    )  # fmt: skip
    attached = FilesField()
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput, initial=lambda: uuid7().hex)


class ContactForm(AskForm):
    """A question of anybody."""

    name = LineField(label="Your name", what="name", max_length=160, autocomplete="name", required=False)
    email = MailField(label="Your mail address", help_text="We answer there, and nowhere else.")
    field_order = ["once", "category", "subject", "body", "attached", "email", "name"]


class RatingForm(forms.Form):
    """Two buttons and one line that may stay empty."""

    good = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
    remark = forms.CharField(label="A line for us", max_length=300, strip=True, required=False)

    @property
    def is_good(self) -> bool:
        said: Any = self.cleaned_data["good"]
        return bool(said == "yes")

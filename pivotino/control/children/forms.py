"""What somebody writes who thinks that we hold something about a child."""

from django import forms

from pivotino.control.accounts.fields import MailField
from pivotino.kit.ids import uuid7


class ReportForm(forms.Form):
    says = forms.CharField(
        label="What did you find?", max_length=4000, strip=True, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Where you saw it, and why you think that it is about a child under 13. Leave the child’s name out if you can.",
        error_messages={"required": "Tell us what you found."},
    )  # fmt: skip
    where = forms.CharField(
        label="How do we find it?", max_length=254, strip=True, required=False,
        help_text="The mail address it was opened with, or the address of the page. Empty if you do not know.",
    )  # fmt: skip
    email = MailField(label="Your mail address", help_text="We tell you there what became of it, and nothing else.")
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput, initial=lambda: uuid7().hex)

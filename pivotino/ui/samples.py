"""What the gallery shows: one form in every state, and the data of a small roofing company that does not exist."""

from dataclasses import dataclass
from functools import cached_property

from django import forms

STAGES = [("1", "New"), ("2", "First activity"), ("3", "Follow up"), ("4", "Quotation")]


class Pieces(forms.Form):
    at_rest = forms.CharField(label="At rest", initial="Klinik Harmoni")
    empty = forms.CharField(label="Empty", required=False, help_text="Printed at the foot of quotes.")
    choice = forms.ChoiceField(label="Choice", choices=STAGES, initial="3")
    locked = forms.CharField(label="Locked", initial="S00231", disabled=True, help_text="Numbers are given once.")
    amount = forms.IntegerField(label="Amount", initial=64800)
    allowed = forms.IntegerField(label="Days a stage allows", initial=7)
    password = forms.CharField(label="Password", widget=forms.PasswordInput, help_text="Twelve letters or more.")
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    tin = forms.CharField(label="Worked out", initial="RM 64,800.00", help_text="From the quote.")
    solar = forms.BooleanField(label="Solar", initial=True, required=False)
    roofing = forms.BooleanField(label="Roofing", required=False)
    accepted = forms.ChoiceField(
        label="When a quote is accepted",
        choices=[("move", "Move its card to Won"), ("ask", "Ask the owner of the card first")],
        initial="move",
        widget=forms.RadioSelect,
    )
    cards = forms.BooleanField(
        label="Make a card for every quote without one",
        help_text="So nothing sold is missing from the overview.",
        initial=True,
        required=False,
    )
    letter = forms.BooleanField(label="Weekly letter", help_text="Monday 8 am, to every owner.", required=False)
    file = forms.FileField(label="A list of people", help_text="CSV or Excel, up to 50 MB.", required=False)


class Refused(forms.Form):
    day = forms.CharField(label="Closing day", initial="31 Feb 2026")
    lost = forms.IntegerField(label="Days until a card counts as lost", initial=5)

    def clean_day(self) -> str:
        raise forms.ValidationError("February has 28 days this year.")

    def clean_lost(self) -> int:
        raise forms.ValidationError("Must be at least 7, the days a stage allows.")


@dataclass(frozen=True)
class Sample:
    """One copy of every piece. Ids carry its name, for a page may hold each only once."""

    theme: str
    density: str = "roomy"

    @property
    def id(self) -> str:
        return f"{self.theme}-{self.density}"

    @cached_property
    def form(self) -> Pieces:
        return Pieces(prefix=self.id)

    @cached_property
    def refused(self) -> Refused:
        prefix = f"{self.id}-refused"
        return Refused({f"{prefix}-day": "31 Feb 2026", f"{prefix}-lost": "5"}, prefix=prefix)

"""What of the trail somebody wants to see."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from pivotino.instance.history.models import Trail
from pivotino.instance.members.queries import zone

SORTS = (
    ("", "Everything"), ("member.", "People, roles and sign-ins"), ("support.", "Visits of our staff"), ("export.", "Exports"),
    ("import.", "Imports"), ("company.", "The company's facts"), ("stage.", "Stages"), ("mailing", "Mails to many"),
    ("contact.", "People removed or brought back"), ("opportunity.", "Opportunities removed or brought back"),
    ("keeping.", "What went because its time was over"), ("trail.", "The trail itself"),
)  # fmt: skip


class TrailForm(forms.Form):
    """The filters above the trail; without any, all of it."""

    who = forms.CharField(label="Who", required=False, max_length=80)
    what = forms.ChoiceField(label="What", required=False, choices=SORTS)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    staff = forms.BooleanField(label="Only our staff", required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("since") and said.get("until") and said["since"] > said["until"]:
            self.add_error("until", "This day is before the first one.")
        return said

    def rows(self) -> QuerySet[Trail]:
        """The chosen lines, newest first; none where the form is wrong."""
        if not self.is_valid():
            return Trail.objects.none()
        said, found = self.cleaned_data, Trail.objects.all()
        if said["who"]:
            found = found.filter(by__icontains=said["who"])
        if said["what"]:
            found = found.filter(what__startswith=said["what"])
        if said["staff"]:
            found = found.filter(staff=True)
        if said["since"]:
            found = found.filter(at__gte=datetime.combine(said["since"], time.min, zone()))
        if said["until"]:
            found = found.filter(at__lt=datetime.combine(said["until"] + timedelta(days=1), time.min, zone()))
        return found

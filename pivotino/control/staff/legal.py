"""What staff type about orders, holds, disclosures and breaches, and what they may do with each. Each act is a deed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.children import reporting
from pivotino.control.children.models import Report
from pivotino.control.matters import breaches, disclosing, holding, opening
from pivotino.control.matters.models import Disclosure, Hold, Incident, Matter
from pivotino.control.matters.people import NotPossible
from pivotino.control.matters.reaching import Sort
from pivotino.control.staff.forms import Reason
from pivotino.control.staff.models import Deed
from pivotino.kit.places import HOME, country_name
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

# Where orders come from: here, the countries around, and the law of the European Union.
COUNTRIES = (HOME, "SG", "ID", "TH", "BN", "DE", "FR", "NL", "IE", "GB", "US", "AU")


def day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, **{"required": False, "widget": forms.DateInput(attrs={"type": "date"}), **more}
    )


class MatterForm(forms.Form):
    sort = forms.ChoiceField(label="Kind", choices=Matter.Sort.choices)
    authority = forms.CharField(label="Who orders it", max_length=160, strip=True)
    instrument = forms.CharField(
        label="By which paper", max_length=160, strip=True, help_text="Its name and number, as it stands on it."
    )
    jurisdiction = forms.ChoiceField(
        label="Of which country", choices=[(code, country_name(code)) for code in COUNTRIES]
    )
    scope = forms.CharField(
        label="What it reaches", max_length=2000, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    received_on = day("Received", initial=timezone.localdate, required=True)
    from_on = day("Data from")
    until_on = day("Data until")
    expires_on = day("The order runs out")
    gag = forms.ChoiceField(label="May we not speak of it?", choices=Matter.Gag.choices)
    gag_until = day("Not until", help_text="From the day after, whoever it concerns is told.")
    reviewer = forms.ModelChoiceField(
        label="Who reviews it", queryset=Account.objects.none(), empty_label=None, help_text="Every quarter. Not you."
    )
    ticket = forms.CharField(label="Ticket", max_length=40, required=False, strip=True, help_text="Notes belong there.")

    def __init__(self, *args: Any, by: SignedIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Account.objects.filter(is_staff=True, is_active=True).exclude(pk=by.id).order_by("name")
        self.fields["reviewer"].queryset = others  # type: ignore[attr-defined]
        self.fields["reviewer"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]

    def clean_received_on(self) -> date:
        return _not_ahead(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        _gag_names_its_day(self, said)
        if said.get("from_on") and said.get("until_on") and said["from_on"] > said["until_on"]:
            self.add_error("until_on", "This is before the first day.")
        return said


def _gag_names_its_day(form: forms.Form, said: Mapping[str, Any]) -> None:
    if (said.get("gag") == Matter.Gag.UNTIL) != bool(said.get("gag_until")) and "gag_until" not in form.errors:
        form.add_error("gag_until", "Say the day, or choose that there is none.")


def _not_ahead(on: date) -> date:
    if on > timezone.localdate():
        raise forms.ValidationError("This lies ahead.")
    return on


def _databases(text: str) -> list[Instance]:
    """Those of these addresses, one a line. Raises ValidationError for one that is not there."""
    slugs = list(dict.fromkeys(text.split()))
    found = {one.slug: one for one in Instance.objects.filter(slug__in=slugs)}
    if missing := [slug for slug in slugs if slug not in found]:
        raise forms.ValidationError(f"There is no database of the address “{missing[0]}”.")
    return [found[slug] for slug in slugs]


class WhoseForm(forms.Form):
    """A database by its address, or a person by theirs."""

    slug = forms.SlugField(
        label="Database", max_length=40, required=False, help_text="Its address, as in /@atap-suria/."
    )
    email = forms.EmailField(
        label="Or a person",
        required=False,
        help_text="Their mail address. Only what we ourselves know of them; never what customers keep.",
    )

    def clean_slug(self) -> Instance | None:
        slug = self.cleaned_data["slug"]
        found = Instance.objects.filter(slug=slug).first() if slug else None
        if slug and found is None:
            raise forms.ValidationError("There is no database of this address.")
        return found

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("slug") and said.get("email"):
            self.add_error("email", "One of both, not both.")
        return said


class HoldForm(WhoseForm):
    records = forms.CharField(
        label="Only these records", required=False, strip=True, widget=forms.Textarea(attrs={"rows": 4, "placeholder": "contacts.Contact 01a2…"}),
        help_text="One a line: the sort and the number from its address. Prefer this: a whole database only where an order says so.",
    )  # fmt: skip
    why = Reason.base_fields["why"]

    def clean_records(self) -> list[tuple[str, UUID]]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["records"].splitlines())):
            kind, _, number = line.partition(" ")
            try:
                found.append((kind, UUID(number.strip())))
            except ValueError:
                raise forms.ValidationError(
                    f"“{line}” is no record. Write it like contacts.Contact and its number."
                ) from None
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not (said.get("slug") or said.get("email") or said.get("records")):
            self.add_error("slug", "Say which database, which person or which records.")
        return said


class DisclosureForm(WhoseForm):
    why = Reason.base_fields["why"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not (said.get("slug") or said.get("email")):
            self.add_error("slug", "Say which database or which person.")
        return said


class SortForm(forms.Form):
    """Which sort of record to choose fields of."""

    kind = forms.ChoiceField(label="Add fields of")

    def __init__(self, sorts: list[Sort]) -> None:
        super().__init__()
        self.fields["kind"].choices = [(one.kind, f"{one.kind} ({one.name})") for one in sorts]  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """Which fields of one sort of record, and which of its records."""

    fields_ = forms.MultipleChoiceField(
        label="Fields", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose what the order names."}
    )
    ids = forms.CharField(
        label="Records by number",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, from their addresses.",
    )
    about = forms.CharField(
        label="Records that hold exactly this",
        max_length=254,
        required=False,
        strip=True,
        help_text="A mail address, a phone number, a name.",
    )
    by_dates = forms.BooleanField(label="Only within the dates of the matter", required=False)

    def __init__(self, *args: Any, sort: Sort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, f"{name}: {why}" if why else name) for name, why in sort.fields.items()]
        self.fields["fields_"].choices = choices  # type: ignore[attr-defined]

    def clean_ids(self) -> list[str]:
        words = [word for word in re.split(r"[\s,]+", self.cleaned_data["ids"]) if word]
        try:
            return [str(UUID(word)) for word in words]
        except ValueError:
            raise forms.ValidationError("One of these is no number of a record.") from None

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not (said["ids"] or said["about"] or said["by_dates"]):
            self.add_error("about", "Say which records: by number, by what they hold, or by the dates.")
        return said


class HandOverForm(Reason):
    to = forms.CharField(label="Who got it", max_length=160, strip=True)
    how = forms.CharField(label="How", max_length=160, strip=True, help_text="In person, on a stick, by their portal.")
    field_order = ["to", "how", "why", "ticket"]


class RenewForm(Reason):
    """The order goes on, or says something else about silence."""

    expires_on = day("The order runs out", help_text="Empty where the paper names no day.")
    gag = forms.ChoiceField(label="May we not speak of it?", choices=Matter.Gag.choices)
    gag_until = day("Not until", help_text="From the day after, whoever it concerns is told.")
    field_order = ["expires_on", "gag", "gag_until", "why", "ticket"]

    def clean_expires_on(self) -> date | None:
        on: date | None = self.cleaned_data["expires_on"]
        if on and on < timezone.localdate():
            raise forms.ValidationError("This day is over.")
        return on

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        _gag_names_its_day(self, said)
        return said


class ApproveForm(Reason):
    """Says yes to what stood on the page when it was opened, and to nothing else."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class KindsForm(forms.Form):
    """What of a breach may grow."""

    people = forms.IntegerField(label="People it concerns, as far as we know", min_value=0, max_value=2_000_000_000)
    kinds = forms.MultipleChoiceField(label="Sorts of data", required=False, widget=forms.CheckboxSelectMultiple)
    unreadable = forms.BooleanField(label="Whoever has it cannot read it: sealed, and the key is safe", required=False)
    databases = forms.CharField(
        label="Databases of customers it touches", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Their addresses, one a line, as in /@atap-suria/. Their owners and no others are told from here.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(breaches.harms().items())  # type: ignore[attr-defined]

    def clean_databases(self) -> list[Instance]:
        return _databases(self.cleaned_data["databases"])


class IncidentForm(KindsForm):
    title = forms.CharField(label="In a line", max_length=160, strip=True)
    aware_at = forms.DateTimeField(
        label="When we knew of it (UTC)", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="The clocks count from here, not from when it began.",
    )  # fmt: skip
    happened = forms.CharField(
        label="What happened", max_length=4000, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    laws = forms.MultipleChoiceField(label="Whose law", widget=forms.CheckboxSelectMultiple)
    as_processor = forms.BooleanField(
        label="It touches databases of customers, though we do not know which yet", required=False
    )
    measures = forms.CharField(
        label="What we did and do",
        max_length=4000,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ["title", "aware_at", "happened", "people", "kinds", "unreadable", "laws", "databases", "as_processor", "measures"]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        laws = [(code, law["name"]) for code, law in breaches.laws().items() if code != "processor"]
        self.fields["laws"].choices = laws  # type: ignore[attr-defined]
        self.initial.setdefault("laws", ["my"])
        self.initial.setdefault("aware_at", timezone.now())

    def clean_aware_at(self) -> Any:
        at = self.cleaned_data["aware_at"]
        if at > timezone.now():
            raise forms.ValidationError("This lies ahead.")
        return at


class UpdateForm(KindsForm):
    says = forms.CharField(
        label="What we know now", max_length=3000, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ["says", "people", "kinds", "unreadable", "databases"]


class NoticeForm(forms.Form):
    """The draft of one notice. `how` is asked for once it was sent."""

    says = forms.CharField(label="How it reads", max_length=8000, strip=True, widget=forms.Textarea(attrs={"rows": 16}))
    how = forms.CharField(
        label="How it was sent",
        max_length=160,
        strip=True,
        help_text="Their form, by mail, by letter; with its number if there is one.",
    )

    def __init__(self, *args: Any, sent: bool, by_us: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].required = sent
        if by_us:
            del self.fields["how"]


class QuarantineForm(Reason):
    address = forms.EmailField(
        label="Their mail address", help_text="What we hold under it is put out of reach at once."
    )
    guardian = forms.EmailField(
        label="Mail address of a parent or guardian", required=False, help_text="If we know one. They read at once what we did, and what became of it."
    )  # fmt: skip
    field_order = ["address", "guardian", "why", "ticket"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("guardian") and said["guardian"].lower() == said.get("address", "").lower():
            self.add_error("guardian", "Nothing reaches this address from now on. Another one, or none.")
        return said


class PassOnForm(Reason):
    slug = forms.SlugField(label="Database", max_length=40, help_text="Its address, as in /@atap-suria/.")
    about = forms.CharField(
        label="What its owner reads", max_length=1000, strip=True, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="How the report describes whom it is about. Not who reported it.",
    )  # fmt: skip
    field_order = ["slug", "about", "why", "ticket"]

    def clean_slug(self) -> Instance:
        found = Instance.objects.living().filter(slug=self.cleaned_data["slug"]).first()
        if found is None:
            raise forms.ValidationError("There is no database of this address.")
        return found


@dataclass(frozen=True)
class Act:
    """One thing staff may do. `fits` says when it is offered; who may do it is for the verb to say."""

    label: str
    says: str
    work: Callable[[Any, Any, SignedIn], Any]
    fits: Callable[[Any], bool]
    form: type[Reason] = Reason
    dangerous: bool = False
    begins: Callable[[Any], Mapping[str, Any]] = lambda one: {}


def _why(form: Reason) -> str:
    return str(form.cleaned_data["why"])


RENEWED = ("expires_on", "gag", "gag_until")
OF_MATTERS = {
    "review": Act("Review it", "Says that it still has to go on, for another quarter. Whoever brought it in cannot.",
                  lambda one, form, by: opening.review(one, _why(form), by=by), lambda one: one.closed_at is None),
    "renew": Act("Renew it", "It goes on: the paper names another day, or another silence. What it reaches stays as it was written down.",
                 lambda one, form, by: opening.renew(one, **{name: form.cleaned_data[name] for name in RENEWED}),
                 lambda one: one.closed_at is None, RenewForm, begins=lambda one: {name: getattr(one, name) for name in RENEWED}),
    "speak": Act("We may speak of it", "The gag is lifted. Whoever it concerns is told in the coming night.",
                 lambda one, form, by: opening.speak_of(one), lambda one: one.is_gagged),
    "close": Act("Close it", "Nothing is held and nothing waits any more.",
                 lambda one, form, by: opening.close(one), lambda one: one.closed_at is None),
}  # fmt: skip
OF_HOLDS = {
    "begin": Act("Confirm it", "You are the second person. From now on these survive every deletion, and nothing else does.",
                 lambda one, form, by: holding.begin(one, by=by), lambda one: not one.begun_at and not one.released_at),
    "let-go": Act("Ask for its release", "It stays in force until somebody else says yes. One that nobody confirmed goes at once.",
                  lambda one, form, by: holding.let_go(one, by=by), lambda one: not one.released_at and not one.letting_go_at),
    "release": Act("Release it", "You are the second person. Everything that was put off is deleted by itself, for good.",
                   lambda one, form, by: holding.release(one, by=by), lambda one: bool(one.letting_go_at and not one.released_at), dangerous=True),
    "keep-on": Act("Keep it", "It is not released. Whoever wants it released asks anew.",
                   lambda one, form, by: holding.keep_on(one), lambda one: bool(one.letting_go_at and not one.released_at)),
}  # fmt: skip
OF_DISCLOSURES = {
    "prepare": Act("That is all of it", "From here on somebody else decides. Nothing leaves yet.",
                   lambda one, form, by: disclosing.prepare(one, by=by), lambda one: one.state == "being prepared"),
    "approve": Act("Approve it", "You are the second person. The package is made, and only you may take it away, once. Whom it concerns is told in that moment, unless a gag forbids it.",
                   lambda one, form, by: disclosing.approve(one, by=by, seen=form.cleaned_data["seen"]),
                   lambda one: one.state == "waits for a second person", ApproveForm, dangerous=True, begins=lambda one: {"seen": one.contents}),
    "again": Act("Take it back", "The scope was wrong, or the package got lost. Two of us decide again.",
                 lambda one, form, by: disclosing.reopen(one, by=by), lambda one: bool(one.prepared_at and not one.handed_at and not one.refused_at)),
    "hand-over": Act("Handed over", "Writes down who has it now.",
                     lambda one, form, by: disclosing.hand_over(one, form.cleaned_data["to"], form.cleaned_data["how"], by=by),
                     lambda one: one.state == "taken away", HandOverForm),
    "refuse": Act("Refuse it", "We do not obey, because … It counts in public.",
                  lambda one, form, by: disclosing.refuse(one, _why(form), by=by), lambda one: not one.taken_at and not one.refused_at, dangerous=True),
}  # fmt: skip
OF_INCIDENTS = {
    "close": Act("Close it", "Everybody who has to know knows. The register keeps it for two years.",
                 lambda one, form, by: breaches.close(one), lambda one: one.closed_at is None),
}  # fmt: skip

OF_CHILDREN = {
    "quarantine": Act("It seems true", "From this moment the account opens nothing, and nothing is shown or mailed. All of it can come back. Somebody else decides.",
                      lambda one, form, by: reporting.quarantine(one, form.cleaned_data["address"], guardian=form.cleaned_data["guardian"], by=by), lambda one: one.triaged_at is None, QuarantineForm),
    "pass-on": Act("It lies in a customer’s database", "Its owners get a letter now, and decide. Nothing of ours changes.",
                   lambda one, form, by: reporting.pass_on(one, form.cleaned_data["slug"], form.cleaned_data["about"], by=by),
                   lambda one: one.triaged_at is None, PassOnForm),
    "set-aside": Act("Nothing is here", "Whoever reported it is thanked, and told that we found nothing.",
                     lambda one, form, by: reporting.set_aside(one, by=by), lambda one: one.triaged_at is None),
    "erase": Act("Erase it", "You are the second person. Everything we hold goes, and whoever reported it gets a receipt.",
                 lambda one, form, by: reporting.erase(one, by=by), lambda one: bool(one.quarantined_at and not one.decided_at), dangerous=True),
    "release": Act("It was wrong", "You are the second person. Everything is as it was, and nothing is lost.",
                   lambda one, form, by: reporting.release(one, by=by), lambda one: bool(one.quarantined_at and not one.decided_at)),
}  # fmt: skip


def offered(acts: Mapping[str, Act], one: Any) -> dict[str, Act]:
    """What may be done with it now, by the word in the address."""
    return {code: act for code, act in acts.items() if act.fits(one)}


def do(what: str, act: Act, one: Any, form: Reason, *, by: SignedIn) -> None:
    """Write the deed down and do it, both or neither. Raises NotPossible."""
    with transaction.atomic():
        act.work(one, form, by)
        keep(what, one, why=_why(form), ticket=form.cleaned_data["ticket"], by=by)


def keep(
    what: str, one: Matter | Hold | Disclosure | Incident | Report, *, why: str, by: SignedIn, ticket: str = ""
) -> None:
    """A deed about a matter. The database is not named: its owner reads about that on a page of its own, as far as we may say."""
    matter = one if isinstance(one, Matter) else getattr(one, "matter", None)
    told = {"matter": str(matter or one), "id": str(one.pk)}
    ticket = ticket or (matter.ticket if matter else getattr(one, "ticket", ""))
    Deed.objects.keep(by=by.name, account_id=by.id, what=what[:60], why=why[:300], ticket=ticket, facts=told)


REFUSALS = (NotPossible, reporting.NotPossible)
__all__ = [
    "OF_CHILDREN",
    "OF_DISCLOSURES",
    "OF_HOLDS",
    "OF_INCIDENTS",
    "OF_MATTERS",
    "REFUSALS",
    "NotPossible",
    "do",
    "keep",
    "offered",
]

"""What people type on the board and on a card, checked before a noun hears of it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms

from pivotino.instance.contacts.models import Contact, ContactKind
from pivotino.instance.contacts.queries import named_company
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency
from pivotino.instance.pipeline.models import LostReason, Stage
from pivotino.kit.fold import fold
from pivotino.kit.money import MOST, NotAnAmount, currency_choices, digits, parse_amount
from pivotino.tenancy import rows

CLOSING_FIRST, CLOSING_LAST = 2000, 2100


def first_error(form: forms.Form) -> str:
    """The first thing that is wrong, as one sentence."""
    return str(next(iter(form.errors.values()))[0])


class Fixed(dict[str, forms.Field]):
    """The fields of a form that none of its forms changes: they need no copy for each request."""

    def __deepcopy__(self, memo: object) -> Fixed:
        return self


class ColumnForm(forms.Form):
    """Which column is folded or opened."""

    stage = forms.ModelChoiceField(Stage.objects.none())
    folded = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = Stage.objects.all()  # type: ignore[attr-defined]

    @staticmethod
    def stage_named(text: str | None) -> UUID | None:
        """A stage's id out of an address; nothing where somebody made it up."""
        try:
            return UUID(text) if text else None
        except ValueError:
            return None


class StageField(forms.UUIDField):
    """A stage of the board by its id, read in one plain statement."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid": "This stage is not on the board."}, **kwargs)

    def clean(self, value: Any) -> Stage | None:
        id = super().clean(value)
        if id is None:
            return None
        stage = Stage.known().get(id) or rows.first(Stage, "id = %s", [id])
        if stage is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return stage


class OpenStageField(StageField):
    """A stage in which work goes on."""

    def clean(self, value: Any) -> Stage | None:
        stage = super().clean(value)
        if stage is not None and not stage.is_open:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return stage


class ReasonField(forms.UUIDField):
    """A reason for losing by its id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid": "This reason is not on the list."}, **kwargs)

    def clean(self, value: Any) -> LostReason | None:
        id = super().clean(value)
        if id is None:
            return None
        reason = rows.first(LostReason, "id = %s", [id])
        if reason is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if reason.retired_at is not None:
            raise forms.ValidationError(
                f"“{reason.name}” is not offered any more. Choose another reason.", code="retired"
            )
        return reason


class MoveForm(forms.Form):
    """Where a card goes, which version of it was seen, and for Lost why."""

    stage = StageField()
    after = forms.UUIDField(required=False)
    before = forms.UUIDField(required=False)
    version = forms.IntegerField(min_value=1)
    reason = ReasonField(required=False)
    note = forms.CharField(max_length=2000, required=False)


MoveForm.base_fields = Fixed(MoveForm.base_fields)


def tags_typed(text: str) -> list[str]:
    """The tags somebody wrote with commas between them. Refuses very long and very many ones."""
    names = [" ".join(name.strip().lstrip("#").split()) for name in text.split(",")]
    found = list(dict.fromkeys(name for name in names if name))
    if long := next((name for name in found if len(name) > 40), ""):
        raise forms.ValidationError(f"“{long[:30]}…” is longer than 40 letters.")
    if len(found) > 20:
        raise forms.ValidationError("A card carries 20 tags at most.")
    return found


class SweepForm(forms.Form):
    """What is to be done to many chosen cards. `cards` are their ids, at most so many as one sweep takes."""

    MOST: ClassVar[int] = 200
    KINDS: ClassVar = (
        ("call", "Call"), ("email", "Email"), ("meeting", "Meeting"), ("visit", "Visit"), ("todo", "To do"),
    )  # fmt: skip

    do = forms.ChoiceField(choices=[(name, name) for name in ("move", "owner", "tag", "plan")])
    stage = StageField(required=False)
    reason = ReasonField(required=False)
    note = forms.CharField(max_length=2000, required=False)
    owner = forms.ModelChoiceField(
        Member.objects.none(), required=False, error_messages={"invalid_choice": "This colleague is not here any more."}
    )
    tags = forms.CharField(max_length=400, required=False)
    kind = forms.ChoiceField(choices=KINDS, required=False)
    due_on = forms.DateField(required=False, error_messages={"invalid": "Type a day, like 2026-12-08."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Member.objects.working()  # type: ignore[attr-defined]

    @property
    def cards(self) -> list[UUID]:
        told = self.data.getlist("cards") if hasattr(self.data, "getlist") else []
        return [id for text in told[: self.MOST] if (id := ColumnForm.stage_named(text))]

    def clean_tags(self) -> list[str]:
        return tags_typed(self.cleaned_data["tags"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = {"move": "stage", "tag": "tags", "plan": "due_on"}.get(given.get("do", ""))
        said = {"stage": "Say where to.", "tags": "Say which tag.", "due_on": "Say on which day."}
        if needed and not given.get(needed) and needed not in self.errors:
            self.add_error(needed, said[needed])
        if given.get("do") == "move" and (stage := given.get("stage")) and stage.is_lost and not given.get("reason"):
            self.add_error("reason", "Say why it was lost.")
        if given.get("do") == "plan":
            given["kind"] = given.get("kind") or "todo"
        return given


class LineForm(forms.Form):
    """The quick line, or several pasted at once."""

    line = forms.CharField(
        max_length=20_000, strip=True,
        error_messages={"required": "Type what it is about.", "max_length": "That is too long for one line. Import a list instead."},
    )  # fmt: skip
    stage = OpenStageField(required=False)
    many = forms.BooleanField(required=False)

    @property
    def plain(self) -> list[str]:
        """Words that the person took back from being recognised."""
        found: list[str] = self.data.getlist("plain") if hasattr(self.data, "getlist") else []
        return [word[:200] for word in found[:50]]


LineForm.base_fields = Fixed(LineForm.base_fields)


class NoteForm(forms.Form):
    body = forms.CharField(
        max_length=20_000, label="Note", widget=forms.Textarea,
        error_messages={"required": "Write something first.", "max_length": "This note is longer than 20,000 letters."},
    )  # fmt: skip


class ReopenForm(forms.Form):
    """Back to an open stage; with a later closing day where the old one has passed."""

    stage = forms.ModelChoiceField(Stage.objects.none(), required=False)
    expected_closing = forms.DateField(required=False, error_messages={"invalid": "Type a day, like 2026-12-08."})
    version = forms.IntegerField(min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = Stage.objects.filter(kind__in=("open", "quotation"))  # type: ignore[attr-defined]


# --- facts: one field of a card at a time


class FactForm(forms.Form):
    """One fact. `changes()` are the fields to edit; `label` is what the sheet calls it."""

    label: ClassVar[str]
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def typed(self) -> list[Any]:
        """The fields a person sees, in order."""
        return self.visible_fields()


class TitleForm(FactForm):
    label = "Title"
    title = forms.CharField(max_length=200, error_messages={"required": "A card needs a title."})


class AmountForm(FactForm):
    label = "Amount"
    amount = forms.CharField(
        max_length=60, label="Amount", widget=forms.TextInput(attrs={"inputmode": "decimal"}), required=False
    )
    currency = forms.ChoiceField(choices=(), label="Currency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = base_currency()
        codes = sorted((code for code, _ in currency_choices()), key=lambda code: (code != own, code))
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text, currency = given.get("amount", ""), given.get("currency")
        if currency and text.strip():
            try:
                given["amount_minor"] = parse_amount(text, currency).minor
            except NotAnAmount as wrong:
                self.add_error("amount", wrong.message)
        return given

    def changes(self) -> dict[str, Any]:
        return {"amount_minor": self.cleaned_data.get("amount_minor", 0), "currency": self.cleaned_data["currency"]}


class ProbabilityForm(FactForm):
    label = "Chance"
    probability = forms.IntegerField(
        min_value=0, max_value=100, label="Chance in percent",
        error_messages={"min_value": "A chance is 0 to 100 percent.", "max_value": "A chance is 0 to 100 percent.",
                        "invalid": "Type a whole number from 0 to 100."},
    )  # fmt: skip


class ClosingForm(FactForm):
    label = "Closing"
    expected_closing = forms.DateField(
        required=False, label="Closing", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "This day does not exist. Type one like 2026-12-08."},
    )  # fmt: skip

    def clean_expected_closing(self) -> Any:
        day = self.cleaned_data["expected_closing"]
        if day is not None and not CLOSING_FIRST <= day.year <= CLOSING_LAST:
            raise forms.ValidationError(f"Pick a day between {CLOSING_FIRST} and {CLOSING_LAST}.")
        return day


class OwnerForm(FactForm):
    label = "Owner"
    owner = forms.ModelChoiceField(Member.objects.none(), required=False, empty_label="Nobody", label="Owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Member.objects.working()  # type: ignore[attr-defined]


class StarsForm(FactForm):
    label = "Priority"
    stars = forms.IntegerField(min_value=0, max_value=3, label="Stars")


class TagsForm(FactForm):
    label = "Tags"
    tags = forms.CharField(
        required=False, max_length=400, label="Tags", widget=forms.TextInput(attrs={"list": "tag-names"})
    )

    def clean_tags(self) -> list[str]:
        return tags_typed(self.cleaned_data["tags"])


class ProductForm(FactForm):
    label = "Product"
    product = forms.CharField(required=False, max_length=120, label="Product")


class ContactForm(FactForm):
    """Whose sale it is: the one that was picked while typing, else by name; a new name becomes a company."""

    label = "Customer"
    contact = forms.CharField(
        required=False,
        max_length=200,
        label="Customer",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def changes(self) -> dict[str, Any]:
        picked = ColumnForm.stage_named(self.data.get("contact_id"))
        known = Contact.objects.kept().filter(pk=picked).first() if picked else None
        same = known is not None and known.name == self.cleaned_data["contact"]
        return {"contact": known if same else contact_named(self.cleaned_data["contact"], by=self.by)}


class EmailForm(FactForm):
    label = "Email"
    email = forms.EmailField(
        required=False, max_length=254, error_messages={"invalid": "An email address looks like name@company.com."}
    )


class PhoneForm(FactForm):
    label = "Phone"
    phone = forms.CharField(required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"}))


class NotesForm(FactForm):
    label = "About"
    notes = forms.CharField(required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), label="About")


FACTS: dict[str, type[FactForm]] = {
    "title": TitleForm, "amount": AmountForm, "probability": ProbabilityForm, "expected_closing": ClosingForm, "owner": OwnerForm,
    "stars": StarsForm, "tags": TagsForm, "product": ProductForm, "contact": ContactForm, "email": EmailForm, "phone": PhoneForm,
    "notes": NotesForm,
}  # fmt: skip


def contact_named(name: str, *, by: Member, kind: str = ContactKind.COMPANY) -> Contact | None:
    """The contact somebody means by a name, made where nobody is called so; None for no name."""
    name = " ".join(name.split())
    if not name:
        return None
    known = named_company(name) or Contact.objects.kept().filter(folded=fold(name)).order_by("id").first()
    return known or Contact.add(name, kind=kind, by=by)


def amount_typed(minor: int, currency: str) -> str:
    """An amount as a field shows it: 64800 or 64800.50."""
    whole, part = divmod(minor, 10 ** digits(currency))
    return f"{whole}.{part:0{digits(currency)}}" if part else str(whole) if abs(minor) < MOST and minor else ""

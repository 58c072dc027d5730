"""What is asked about the company, its people and its rules."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms

from pivotino.instance.lifecycle import guarding
from pivotino.instance.members.models import Company, Role
from pivotino.instance.members.queries import company, today
from pivotino.instance.pipeline.models import LostCategory, LostReason, Stage
from pivotino.kit.money import NotAnAmount, currency_choices, money_parts, parse_amount
from pivotino.kit.places import countries, zones
from pivotino.kit.sensitive import Pack, Stance

OTHERS = "others"
INDUSTRIES = ["Manufacturing", "Food & Beverage", "Transportation", "Healthcare"]
LONGEST = 365
KINDS: dict[Pack, tuple[str, str]] = {
    Pack.SECRETS: ("Passwords and keys", "What stands behind “password:”, and keys as their makers mark them."),
    Pack.IDENTITY: ("Numbers of identity cards", "MyKad with a real date and place, and Singapore’s NRIC."),
    Pack.CHILDREN: ("Identity cards of children", "A MyKad whose date says: under 13. You are told each time. Under 18 the question says so."),
    Pack.BANK: ("Bank accounts", "IBANs, and long numbers that a word beside them calls an account."),
    Pack.HEALTH: ("Words about health", "An illness that is said of somebody, in English or Malay."),
}  # fmt: skip
DAYS_REFUSED = f"Type a whole number of days from 1 to {LONGEST}."


class AmountField(forms.Field):
    """A whole amount, typed in any usual way; becomes minor units of `currency`, which is the company's unless set."""

    currency = ""

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            amount = parse_amount(text, self.currency or company().currency)
        except NotAnAmount as error:
            raise forms.ValidationError(error.message) from None
        if amount.amount != amount.amount.to_integral_value():
            raise forms.ValidationError("A target is a whole number, like 50,000.")
        return amount.minor

    def prepare_value(self, value: Any) -> Any:
        return money_parts(value, self.currency or company().currency)[1] if isinstance(value, int) else value


class DaysField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid": DAYS_REFUSED,
            "min_value": DAYS_REFUSED,
            "max_value": DAYS_REFUSED,
            "required": DAYS_REFUSED,
        }
        super().__init__(
            min_value=1,
            max_value=LONGEST,
            error_messages=messages,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            **kwargs,
        )


class SetUpForm(forms.Form):
    """The four questions. Each may be skipped: then it stays as it is."""

    industry = forms.ChoiceField(
        label="Which industry is your company in?", required=False, widget=forms.RadioSelect,
        choices=[*((name, name) for name in INDUSTRIES), (OTHERS, "Another")],
    )  # fmt: skip
    other_industry = forms.CharField(label="Which one?", max_length=80, required=False)
    days_due = forms.ChoiceField(
        label="After how many days should somebody have been in touch?", required=False, widget=forms.RadioSelect,
        choices=[("2", "2 days"), ("7", "7 days"), ("14", "14 days"), (OTHERS, "Another number")],
    )  # fmt: skip
    other_days_due = DaysField(label="How many days?", required=False)
    days_to_lost = forms.ChoiceField(
        label="After how many more days without a next step is a sale lost?", required=False, widget=forms.RadioSelect,
        choices=[("7", "7 days"), ("14", "14 days"), ("30", "30 days"), (OTHERS, "Another number")],
    )  # fmt: skip
    other_days_to_lost = DaysField(label="How many days?", required=False)
    target_minor = AmountField(label="How much do you want to sell in a month?", required=False)

    def __init__(self, data: Any = None, *, ours: Company) -> None:
        super().__init__(data, initial=_answered(ours))

    def clean(self) -> dict[str, Any]:
        for question in ("industry", "days_due", "days_to_lost"):
            other = f"other_{question}"
            if (
                self.cleaned_data.get(question) == OTHERS
                and not self.cleaned_data.get(other)
                and other not in self.errors
            ):
                self.add_error(other, "Say which, or choose one above." if question == "industry" else DAYS_REFUSED)
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """What was answered, by field of the company; None for what was skipped."""
        said = self.cleaned_data
        days = {name: self._days(name) for name in ("days_due", "days_to_lost")}
        industry = " ".join(said["other_industry"].split()) if said["industry"] == OTHERS else said["industry"]
        return {"industry": industry or None, "target_minor": said["target_minor"], **days}

    def _days(self, question: str) -> int | None:
        said = self.cleaned_data[question]
        if said == OTHERS:
            return cast(int, self.cleaned_data[f"other_{question}"])
        return int(said) if said else None


def _answered(ours: Company) -> dict[str, Any]:
    """The company's own answers, as the questions show them; before the first time only what holds anyway."""
    shown: dict[str, Any] = {"target_minor": ours.target_minor or ""}
    for question, known in (("days_due", ("2", "7", "14")), ("days_to_lost", ("7", "14", "30"))):
        value = str(getattr(ours, question))
        shown |= {question: value} if value in known else {question: OTHERS, f"other_{question}": value}
    if ours.industry:
        shown |= (
            {"industry": ours.industry}
            if ours.industry in INDUSTRIES
            else {"industry": OTHERS, "other_industry": ours.industry}
        )
    return shown


class CompanyForm(forms.Form):
    name = forms.CharField(label="Company name", max_length=200)
    country = forms.ChoiceField(label="Country", help_text="Phone numbers without + are dialled from here.")
    currency = forms.ChoiceField(
        label="Base currency", help_text="Amounts in other currencies are counted in this one."
    )
    zone = forms.ChoiceField(label="Time zone", help_text="Decides when a day starts and ends.")
    industry = forms.CharField(label="Industry", max_length=80, required=False)
    target_minor = AmountField(label="Monthly sales target", required=False)

    def __init__(self, data: Any = None, *, ours: Company, fixed: str = "") -> None:
        fields = ("name", "country", "currency", "zone", "industry", "target_minor")
        super().__init__(data, initial={field: getattr(ours, field) for field in fields})
        _choose(self, "country", countries())
        _choose(self, "currency", currency_choices())
        _choose(self, "zone", [(name, name.replace("_", " ")) for name in zones()])
        chosen = self.data.get("currency", "")
        cast(AmountField, self.fields["target_minor"]).currency = (
            chosen if chosen in dict(currency_choices()) else ours.currency
        )
        if fixed:
            cast(AmountField, self.fields["target_minor"]).currency = ours.currency
            self.fields["currency"].disabled, self.fields["currency"].help_text = True, fixed

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_target_minor(self) -> int:
        return self.cleaned_data["target_minor"] or 0


class DaysForm(forms.Form):
    days_due = DaysField(
        label="Days until an activity is due", help_text="Counts for every kind of activity planned from now on."
    )
    days_to_lost = DaysField(
        label="Days until an opportunity is lost",
        help_text="Counted from its last planned activity. Nobody asked again: it goes to Lost at night.",
    )


class SensitiveForm(forms.Form):
    """How strict to be, one choice a kind. Cards are refused, so they are not asked about."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={pack.value: stance.value for pack, stance in guarding.stances().items()})
        for pack, (name, hint) in KINDS.items():
            choices = [(stance.value, words) for stance, words in guarding.WORDS.items()]
            self.fields[pack.value] = forms.ChoiceField(
                label=name,
                help_text=hint,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one.", "invalid_choice": "Choose one of these."},
            )

    @property
    def chosen(self) -> dict[Pack, Stance]:
        return {Pack(pack): Stance(stance) for pack, stance in self.cleaned_data.items()}


class StageForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60)
    purpose = forms.CharField(label="What is true here", max_length=200, required=False)
    floor = forms.IntegerField(label="Chance at least", min_value=0, max_value=100)
    days_allowed = DaysField(label="Days allowed")

    def __init__(self, data: Any = None, *, stage: Stage) -> None:
        initial = {field: getattr(stage, field) for field in ("name", "purpose", "floor", "days_allowed")}
        super().__init__(data, prefix=stage.pk.hex, initial=initial)
        self.stage = stage
        if not stage.is_open:
            for name in ("floor", "days_allowed"):
                self.fields[name].disabled = True


def stages_agree(stages: list[StageForm]) -> bool:
    """All stage forms are valid and no two stages have one name."""
    if not all([form.is_valid() for form in stages]):  # noqa: C419 - each is asked, so that each shows its errors
        return False
    seen: set[str] = set()
    for form in stages:
        name = form.cleaned_data["name"].casefold()
        if name in seen:
            form.add_error("name", "Another stage has this name.")
        seen.add(name)
    return not any(form.errors for form in stages)


class ReasonForm(forms.Form):
    name = forms.CharField(label="Reason", max_length=80)
    category: "forms.ModelChoiceField[LostCategory]" = forms.ModelChoiceField(
        queryset=None, label="Belongs to", empty_label=None
    )

    def __init__(self, *args: Any, row: LostReason | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        cast(Any, self.fields["category"]).queryset = LostCategory.objects.all()
        if row is not None:
            del self.fields["category"]

    def clean_name(self) -> str:
        return _free_name(self.cleaned_data["name"], LostReason, self.row)


class CategoryForm(forms.Form):
    name = forms.CharField(label="Family of reasons", max_length=60)

    def __init__(self, *args: Any, row: LostCategory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def clean_name(self) -> str:
        return _free_name(self.cleaned_data["name"], LostCategory, self.row)


class RateForm(forms.Form):
    currency = forms.ChoiceField(label="Currency")
    rate = forms.DecimalField(label="One of it is worth", max_digits=20, decimal_places=10)
    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"since": today()})
        ours = company().currency
        _choose(
            self, "currency", [("", "Choose"), *((code, name) for code, name in currency_choices() if code != ours)]
        )

    def clean_rate(self) -> Decimal:
        rate: Decimal = self.cleaned_data["rate"]
        if rate <= 0:
            raise forms.ValidationError("A rate is above zero.")
        return rate

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since > today():
            raise forms.ValidationError("A rate starts today or earlier; nobody knows tomorrow’s.")
        return since


class MeForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=160, help_text="How colleagues see you. Your account keeps its own name."
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class AddressesForm(forms.Form):
    """Whom to invite, before anything is sent."""

    addresses = forms.CharField(
        label="E-mail addresses", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "none", "spellcheck": "false"}),
        help_text="Commas or lines between them. “Siti Aminah <siti@atap.example>” works too.",
    )  # fmt: skip
    role = forms.ChoiceField(label="They come in as", choices=Role.choices, initial=Role.USER, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


def _choose(form: forms.Form, name: str, choices: Any) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def _free_name(name: str, model: type[LostReason] | type[LostCategory], row: Any) -> str:
    name = " ".join(name.split())
    others = model.objects.exclude(pk=row.pk) if row is not None else model.objects.all()
    if any(other.casefold() == name.casefold() for other in others.values_list("name", flat=True)):
        raise forms.ValidationError("There is one of this name already.")
    return name

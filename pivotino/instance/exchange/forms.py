"""What is asked about an import: the file, and then what each column and word of it means."""

from dataclasses import replace
from typing import Any

from django import forms

from pivotino.instance.exchange.cells import DateOrder
from pivotino.instance.exchange.fields import FIELDS, NAMED, Field, Kind
from pivotino.instance.exchange.mapping import TITLE_RULES, Column, Mapping
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.plans import INVITE, MOST_PEOPLE, MOST_WORDS, Words, known_people
from pivotino.instance.exchange.storage import MOST
from pivotino.instance.exchange.worths import Worths
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Stage
from pivotino.kit.ids import uuid7
from pivotino.kit.money import currency_choices

KINDS = [
    (Kind.OPPORTUNITIES, "Opportunities"), (Kind.COMPANIES, "Companies"), (Kind.PEOPLE, "People outside"),
    (Kind.MEMBERS, "Our sales team"), (Kind.PRODUCTS, "Products"),
]  # fmt: skip
LABELS: dict[Field, str] = {
    Field.EXTERNAL_ID: "Number in the other system", Field.TITLE: "Name of the opportunity", Field.COMPANY: "Company",
    Field.PERSON: "Person", Field.FIRST_NAME: "First name", Field.LAST_NAME: "Last name", Field.JOB: "Job position",
    Field.EMAIL: "E-mail", Field.PHONE: "Phone", Field.MOBILE: "Mobile", Field.PRODUCT: "Product", Field.AMOUNT: "Amount",
    Field.CURRENCY: "Currency", Field.STAGE: "Stage", Field.PROBABILITY: "Probability", Field.OWNER: "Salesperson",
    Field.ENGAGED: "Began on", Field.CLOSED: "Closed on", Field.EXPECTED: "Expected closing", Field.LOST_REASON: "Reason for losing",
    Field.DO_NOT_MAIL: "Wants no mailings", Field.TAGS: "Tags", Field.NOTES: "Notes", Field.PRIORITY: "Stars", Field.IS_COMPANY: "Is it a company?",
    Field.PARENT: "Parent company", Field.SECTOR: "Industry", Field.WEBSITE: "Website", Field.EMPLOYEES: "Employees",
    Field.REVENUE: "Revenue", Field.FOUNDED: "Founded in", Field.STREET: "Street", Field.CITY: "City", Field.POSTCODE: "Postcode",
    Field.STATE: "State", Field.COUNTRY: "Country", Field.REFERENCE: "Reference", Field.CATEGORY: "Category", Field.PRICE: "Price",
    Field.COST: "Cost", Field.BARCODE: "Barcode", Field.MANAGER: "Manager", Field.TEAM: "Team or office",
}  # fmt: skip
ORDERS = [
    (DateOrder.DAY_FIRST, "Day first, 31-12-2025"), (DateOrder.MONTH_FIRST, "Month first, 12-31-2025"),
    (DateOrder.YEAR_FIRST, "Year first, 2025-12-31"),
]  # fmt: skip
RULES = dict(
    zip(
        TITLE_RULES,
        ("GTX Pro for Cancity", "Cancity, GTX Pro", "The product alone", "The company alone", "Its number"),
        strict=True,
    )
)
CALLED = {
    Kind.OPPORTUNITIES: (Field.TITLE, Field.PRODUCT, Field.COMPANY, Field.EXTERNAL_ID),
    Kind.PEOPLE: (Field.PERSON, Field.FIRST_NAME, Field.LAST_NAME),
}
# Read, and of no use here yet: what the records have no field for.
UNUSED = frozenset({Field.MANAGER, Field.TEAM})


class UploadForm(forms.Form):
    """One file. Sent twice with the same id, it is kept once."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label="A CSV or XLSX file", widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text="Up to 50 MB. Nothing is written before you have seen what would change.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty. Nothing was kept; choose another."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"id": uuid7()}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST:
            size = file.size / 1024 / 1024
            raise forms.ValidationError(
                f"This file has {size:,.0f} MB and 50 MB is the most. Nothing was kept. Split it, or save it as CSV, which is smaller."
            )
        return file


class PlanForm(forms.Form):
    """How to read one sheet. Every column, and every word that needs a meaning, is a choice of its own."""

    kind = forms.ChoiceField(label="Each row is one of", choices=KINDS)
    date_order = forms.ChoiceField(label="Dates are written", choices=ORDERS, required=False)
    currency = forms.ChoiceField(label="Amounts without a currency are in", required=False)
    title_rule = forms.ChoiceField(label="Call each opportunity", choices=list(RULES.items()), required=False)

    def __init__(self, one: Import, by: Member, data: Any = None) -> None:
        self.one, self.by, self.mapping, self.words = one, by, one.mapping, Words.of(one)
        self.worths = Worths()
        super().__init__(data, initial={
            "kind": self.mapping.kind, "date_order": self.mapping.date_order, "currency": self.mapping.currency,
            "title_rule": self.mapping.title_rule,
        })  # fmt: skip
        self._choose("currency", self._currencies())
        self._add_columns()
        self._add_words()

    # -- what the page draws

    @property
    def columns(self) -> list[tuple[Column, Any]]:
        return [(column, self[f"column_{place}"]) for place, column in enumerate(self.mapping.columns)]

    @property
    def stages(self) -> list[tuple[str, int, Any]]:
        return [
            (word, times, self[f"stage_{place}"]) for place, (word, times) in enumerate(self.words.stages[:MOST_WORDS])
        ]

    @property
    def people(self) -> list[tuple[str, int, Any]]:
        return [
            (word, times, self[f"person_{place}"])
            for place, (word, times) in enumerate(self.words.people[:MOST_PEOPLE])
        ]

    @property
    def spellings(self) -> list[tuple[str, str, int, Any]]:
        return [
            (rare, usual, times, self[f"spelling_{place}"])
            for place, (rare, usual, times) in enumerate(self.words.spellings)
        ]

    @property
    def asks_dates(self) -> bool:
        return not self.mapping.date_order_sure

    @property
    def asks_currency(self) -> bool:
        return bool({Field.AMOUNT, Field.REVENUE} & set(self.mapping.fields))

    @property
    def asks_title(self) -> bool:
        return self.mapping.kind is Kind.OPPORTUNITIES and Field.TITLE not in self.mapping.fields

    @property
    def kind_changed(self) -> bool:
        return self.is_bound and self.data.get("kind") in list(Kind) and self.data.get("kind") != self.mapping.kind

    # -- what was chosen

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, str] = {}
        for place, column in enumerate(self.mapping.columns):
            wanted = self.cleaned_data.get(f"column_{place}", "")
            if wanted and wanted in chosen:
                self.add_error(
                    f"column_{place}",
                    f"“{LABELS[Field(wanted)]}” is “{chosen[wanted]}” already. Leave one of them out.",
                )
            chosen[wanted] = column.header
        kind = self.mapping.kind
        named = CALLED.get(kind, (NAMED[kind],))
        if not any(field in chosen for field in named) and not self.errors:
            needed = " or ".join(f"“{LABELS[field]}”" for field in named)
            self.add_error("kind", f"Nothing says what each row is called. Say which column is {needed}.")
        if len(self.words.stages) > MOST_WORDS and Field.STAGE in chosen:
            self.add_error(
                None, f"The column of stages holds more than {MOST_WORDS} different words. Is it another column?"
            )
        if len(self.words.people) > MOST_PEOPLE and Field.OWNER in chosen:
            self.add_error(
                None, f"The column of salespeople holds more than {MOST_PEOPLE} different names. Is it another column?"
            )
        currency = self.cleaned_data.get("currency") or self.mapping.currency
        if kind is Kind.OPPORTUNITIES and Field.AMOUNT in chosen and not self.worths.knows(currency):
            base = self.worths.base
            self.add_error("currency", f"There is no rate from {currency} to {base} yet. A Business Owner can add one under Settings, "
                                       f"Currencies. Or say that the amounts are in {base}.")  # fmt: skip
        return self.cleaned_data

    def chosen(self) -> Mapping:
        """The plan as chosen; only after `is_valid`."""
        data = self.cleaned_data
        columns = tuple(
            column if column.field == data[f"column_{place}"] else
            replace(column, field=Field(data[f"column_{place}"]), score=1.0, why="You chose it.")
            for place, column in enumerate(self.mapping.columns)
        )  # fmt: skip
        stages = {word: data[f"stage_{place}"] for place, (word, _) in enumerate(self.words.stages[:MOST_WORDS])}
        people = {word: data[f"person_{place}"] for place, (word, _) in enumerate(self.words.people[:MOST_PEOPLE])}
        products = {
            rare: usual if data[f"spelling_{place}"] else rare
            for place, (rare, usual, _) in enumerate(self.words.spellings)
        }
        return replace(
            self.mapping, columns=columns, stages=stages, people=people, products=products,
            currency=data["currency"] or self.mapping.currency, title_rule=data["title_rule"] or self.mapping.title_rule,
            date_order=DateOrder(data["date_order"] or self.mapping.date_order),
        )  # fmt: skip

    # -- its fields

    def _add_columns(self) -> None:
        fields = [("", "Leave it out"), *((field.value, LABELS[field]) for field in FIELDS[self.mapping.kind])]
        for place, column in enumerate(self.mapping.columns):
            self._add(f"column_{place}", column.header, fields, column.field.value)

    def _add_words(self) -> None:
        stages = [("", "Leave these rows out"), *((stage.name, stage.name) for stage in Stage.objects.all())]
        for place, (word, _) in enumerate(self.words.stages[:MOST_WORDS]):
            self._add(f"stage_{place}", f"“{word}” is", stages, self.mapping.stages.get(word, ""))
        people = [*known_people(self.by).items()]
        people = (
            [(INVITE, "Invite later, keep the name now"), ("", "Nobody"), *people]
            if self.by.sees_all
            else [("", "Leave these rows out"), *people]
        )
        for place, (word, _) in enumerate(self.words.people[:MOST_PEOPLE]):
            self._add(f"person_{place}", f"“{word}” is", people, self.mapping.people.get(word, ""))
        for place, (rare, usual, _) in enumerate(self.words.spellings):
            accepted = self.mapping.products.get(rare, usual) == usual
            self.fields[f"spelling_{place}"] = forms.BooleanField(
                label=f"“{rare}” is “{usual}”", required=False, initial=accepted
            )

    def _add(self, name: str, label: str, choices: list[Any], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _currencies(self) -> list[tuple[str, str]]:
        """Ours and those with a rate first."""
        known = [pair for pair in currency_choices() if self.worths.knows(pair[0])]
        known.sort(key=lambda pair: pair[0] != self.worths.base)
        return known + [pair for pair in currency_choices() if not self.worths.knows(pair[0])]

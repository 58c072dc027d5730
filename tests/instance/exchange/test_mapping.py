# Tables are read by row.
# ruff: noqa: E501

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pivotino.instance.exchange.drafts import (
    CompanyDraft,
    MemberDraft,
    OpportunityDraft,
    PersonDraft,
    ProductDraft,
    Refusal,
    read_row,
)
from pivotino.instance.exchange.fields import FIELDS, Field, Kind
from pivotino.instance.exchange.mapping import (
    BrokenMapping,
    Column,
    Mapping,
    guess_columns,
    guess_kind,
    kind_of,
    survey,
)
from pivotino.instance.exchange.matching import guess_people, guess_stages, normalise_product
from pivotino.instance.exchange.reading import Row, Sheet, open_sheet
from pivotino.kit.money import Money
from tests.instance.exchange import shape

STAGES = ["New", "First Activity", "Follow Up", "Quotation", "Won", "Lost"]
F = Field


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, record_testsuite_property: Any) -> Path:
    """The published data set where PIVOTINO_DATA points to it, else files of the same shape; the report says which."""
    given_folder = os.environ.get("PIVOTINO_DATA", "")
    if given_folder and (Path(given_folder) / "sales_pipeline.csv").exists():
        record_testsuite_property("sales pipeline", "the published data set")
        return Path(given_folder)
    record_testsuite_property("sales pipeline", "made by shape.py in the same shape")
    made = tmp_path_factory.mktemp("shape")
    shape.write_pipeline(made / "sales_pipeline.csv")
    shape.write_companies(made / "accounts.csv")
    shape.write_products(made / "products.csv")
    shape.write_sellers(made / "sales_teams.csv")
    return made


def read_sheet(path: Path) -> tuple[Sheet, Mapping]:
    sheet = open_sheet(path)
    return sheet, guess_columns(sheet.headers, sheet.sample(), currency="USD", region="US")


def matched(sheet: Sheet, mapping: Mapping, members: dict[str, str]) -> Mapping:
    words = survey(sheet, mapping).words
    mapping = mapping.with_stages(guess_stages(words[F.STAGE], STAGES))
    return mapping.with_people(guess_people(words[F.OWNER], members))


def test_the_pipeline_of_another_crm_is_understood_as_it_is(folder: Path) -> None:
    sheet, mapping = read_sheet(folder / "sales_pipeline.csv")
    mapping = matched(sheet, mapping, {})

    assert mapping.kind is Kind.OPPORTUNITIES
    assert {column.header: column.field for column in mapping.columns} == {
        "opportunity_id": F.EXTERNAL_ID, "sales_agent": F.OWNER, "product": F.PRODUCT, "account": F.COMPANY,
        "deal_stage": F.STAGE, "engage_date": F.ENGAGED, "close_date": F.CLOSED, "close_value": F.AMOUNT,
    }  # fmt: skip
    assert (mapping.date_order, mapping.date_order_sure) == ("dmy", True)
    assert mapping.stages == {"Won": "Won", "Lost": "Lost", "Engaging": "First Activity", "Prospecting": "New"}


def test_every_row_of_the_pipeline_becomes_a_draft_without_refusals(folder: Path) -> None:
    sheet, mapping = read_sheet(folder / "sales_pipeline.csv")
    members = {name: name for name in survey(sheet, mapping).words[F.OWNER]}
    mapping = matched(sheet, mapping, members)

    drafts = [read_row(mapping, row) for row in sheet.rows()]

    assert len(drafts) == 8_800
    assert [draft for draft in drafts if draft.refusals or draft.notes] == []
    opportunities = [draft for draft in drafts if isinstance(draft, OpportunityDraft)]
    assert Counter(draft.stage for draft in opportunities) == {
        "Won": 4_238, "Lost": 2_473, "First Activity": 1_589, "New": 500,
    }  # fmt: skip
    assert len([draft for draft in opportunities if not draft.company]) == 1_425
    assert len({draft.company for draft in opportunities if draft.company}) == 85
    assert len({draft.external_id for draft in opportunities}) == 8_800
    assert all(draft.closed_on for draft in opportunities if draft.stage in ("Won", "Lost"))
    assert all(draft.owner == draft.owner_name for draft in opportunities)


def test_a_list_of_companies_is_understood(folder: Path) -> None:
    sheet, mapping = read_sheet(folder / "accounts.csv")

    drafts = [read_row(mapping, row) for row in sheet.rows()]

    assert guess_kind(sheet) is Kind.COMPANIES
    assert mapping.fields == (F.COMPANY, F.SECTOR, F.FOUNDED, F.REVENUE, F.EMPLOYEES, F.COUNTRY, F.PARENT)
    assert [draft.refusals for draft in drafts if draft.refusals] == []
    companies = [draft for draft in drafts if isinstance(draft, CompanyDraft)]
    assert len(companies) == 85
    assert {note.message for draft in companies for note in draft.notes} == {"Read as Philippines."}
    assert {"US", "KE", "KR", "PH"} <= {draft.address.country for draft in companies}


def test_a_price_list_and_a_sales_team_are_understood(folder: Path) -> None:
    products, product_mapping = read_sheet(folder / "products.csv")
    sellers, seller_mapping = read_sheet(folder / "sales_teams.csv")

    first_product = read_row(product_mapping, next(products.rows()))
    first_seller = read_row(seller_mapping, next(sellers.rows()))

    assert product_mapping.fields == (F.PRODUCT, F.CATEGORY, F.PRICE)
    assert isinstance(first_product, ProductDraft)
    assert first_product.price == Money(55_000, "USD")
    assert seller_mapping.fields == (F.OWNER, F.MANAGER, F.TEAM)
    assert isinstance(first_seller, MemberDraft)
    assert (first_seller.team, sellers.count()) == ("Central", 35)


def test_the_made_pipeline_is_the_same_every_time(tmp_path: Path) -> None:
    one = shape.write_pipeline(tmp_path / "one.csv").read_bytes()

    assert shape.write_pipeline(tmp_path / "two.csv").read_bytes() == one


# -- headings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        (Kind.COMPANIES, {"Name": F.COMPANY, "Is a company": F.IS_COMPANY, "Related company": F.PARENT, "Phone": F.PHONE,
                          "Email": F.EMAIL, "Street": F.STREET, "ZIP": F.POSTCODE, "City": F.CITY, "State": F.STATE,
                          "Country": F.COUNTRY}),
        (Kind.OPPORTUNITIES, {"Name": F.TITLE, "Customer": F.COMPANY, "Stage": F.STAGE, "Currency": F.CURRENCY,
                              "Amount": F.AMOUNT, "Probability": F.PROBABILITY, "Notes": F.NOTES}),
        (Kind.PRODUCTS, {"Name": F.PRODUCT, "Internal Reference": F.REFERENCE, "Sales Price": F.PRICE, "Cost": F.COST,
                         "Sales Description": F.NOTES, "Barcode": F.BARCODE}),
        (Kind.OPPORTUNITIES, {"Opportunity Name": F.TITLE, "Account Name": F.COMPANY, "Stage": F.STAGE,
                              "Probability (%)": F.PROBABILITY, "Opportunity Owner": F.OWNER, "Lead Source": F.NONE}),
        (Kind.OPPORTUNITIES, {"Deal - Title": F.TITLE, "Deal - Value": F.AMOUNT, "Deal - Organization": F.COMPANY,
                              "Deal - Contact person": F.PERSON, "Deal - Expected close date": F.EXPECTED}),
        (Kind.PEOPLE, {"First Name": F.FIRST_NAME, "Last Name": F.LAST_NAME, "Email": F.EMAIL, "Mobile": F.MOBILE,
                       "Job Title": F.JOB, "Company": F.COMPANY}),
        (Kind.PEOPLE, {"Nama": F.PERSON, "Syarikat": F.COMPANY, "Jawatan": F.JOB, "No Telefon": F.PHONE, "Emel": F.EMAIL}),
        (Kind.OPPORTUNITIES, {"商机名称": F.TITLE, "客户名称": F.COMPANY, "金额": F.AMOUNT, "阶段": F.STAGE,
                              "负责人": F.OWNER, "预计成交日期": F.EXPECTED}),
        (Kind.OPPORTUNITIES, {"closeDate": F.CLOSED, "Amonut": F.AMOUNT, "dealstage": F.STAGE}),
    ],
)  # fmt: skip
def test_headings_are_understood(kind: Kind, headings: dict[str, Field]) -> None:
    mapping = guess_columns(list(headings), [])

    assert mapping.kind is kind
    assert {column.header: column.field for column in mapping.columns} == headings


def rows_of(*rows: list[Any]) -> list[Row]:
    return [Row(number, tuple(values)) for number, values in enumerate(rows, start=2)]


def test_content_speaks_where_the_heading_says_nothing() -> None:
    samples = rows_of(["a@b.com", "Won", "x"], ["c@d.com", "Negotiation", "y"], ["e@f.com", "Lost", "z"])

    mapping = guess_columns(["A", "B", "C"], samples, kind=Kind.OPPORTUNITIES)

    assert [column.field for column in mapping.columns] == [F.EMAIL, F.STAGE, F.NONE]
    assert mapping.columns[0].why == "The values are e-mail addresses."


def test_content_overrules_a_heading_it_denies() -> None:
    mapping = guess_columns(["Email"], rows_of(["yes"], ["no"]), kind=Kind.PEOPLE)

    assert mapping.fields == ()


def test_a_close_date_that_open_deals_have_too_is_a_forecast() -> None:
    samples = rows_of(["Won", "01-02-2026"], ["Negotiation", "01-09-2026"], ["Qualification", "15-09-2026"])

    assert guess_columns(["Stage", "Close Date"], samples, kind=Kind.OPPORTUNITIES).fields == (F.STAGE, F.EXPECTED)


@pytest.mark.parametrize(
    ("header", "factor"),
    [("Revenue (millions)", 1_000_000), ("Nilai (RM '000)", 1_000), ("金额（万元）", 10_000), ("Amount", 1)],
)
def test_a_heading_may_say_that_it_counts_in_thousands(header: str, factor: int) -> None:
    assert guess_columns([header], [], kind=Kind.OPPORTUNITIES).columns[0].factor == factor


def test_a_guess_can_be_corrected_and_a_field_names_one_column() -> None:
    mapping = guess_columns(["Title", "Subject matter"], [], kind=Kind.OPPORTUNITIES).with_field(1, F.TITLE)

    assert [column.field for column in mapping.columns] == [F.NONE, F.TITLE]
    with pytest.raises(BrokenMapping):
        mapping.with_field(0, F.BARCODE)


def test_a_mapping_travels_as_json(folder: Path) -> None:
    sheet, mapping = read_sheet(folder / "sales_pipeline.csv")
    mapping = matched(sheet, mapping, {"m1": "Moses Frase"})

    assert Mapping.from_json(mapping.to_json()) == mapping


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(
    key=st.sampled_from(sorted(json.loads(Mapping(Kind.PEOPLE, ()).to_json()))), value=JSON, text=st.text(max_size=30)
)
def test_no_json_raises_anything_but_a_broken_mapping(key: str, value: Any, text: str) -> None:
    whole = json.loads(Mapping(Kind.PEOPLE, (Column("Name", F.PERSON),)).to_json())
    for attempt in (text, json.dumps({**whole, key: value}), json.dumps(value)):
        try:
            Mapping.from_json(attempt)
        except BrokenMapping:
            pass


# -- matching ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "stage"),
    [("Prospecting", "New"), ("Engaging", "First Activity"), ("Follow up", "Follow Up"), ("FOLLOW-UP", "Follow Up"),
     ("followup", "Follow Up"), ("Closed Won", "Won"), ("closed_lost", "Lost"), ("Proposal/Price Quote", "Quotation"),
     ("3. Negotiation (60%)", "Quotation"), ("Sebut harga", "Quotation"), ("Kalah", "Lost"), ("跟进中", "Follow Up"),
     ("已成交", "Won"), ("Quotatoin", "Quotation"), ("Mystery", None), ("", None)],
)  # fmt: skip
def test_a_word_for_a_stage_finds_the_stage(word: str, stage: str | None) -> None:
    assert guess_stages([word], STAGES) == {word: stage}


def test_a_stage_that_does_not_exist_here_falls_back_or_stays_open() -> None:
    assert guess_stages(["Engaging", "Quote sent", "Won"], ["New", "Follow up", "Signed"]) == {
        "Engaging": "Follow up",
        "Quote sent": "Follow up",
        "Won": None,
    }


def test_sellers_are_found_among_the_members() -> None:
    members = {"1": "Moses Frase", "2": "Mei-Mei Johns", "3": "Anna Lim", "4": "Anna Tan", "5": "carl.lin@example.com"}

    assert guess_people(
        ["moses frase", "Frase, Moses", "Mei Mei Johns", "Moses", "Anna", "Carl Lin", "Mozes Frase", "Nobody Known"], members
    ) == {
        "moses frase": "1", "Frase, Moses": "1", "Mei Mei Johns": "2", "Moses": "1", "Anna": None, "Carl Lin": "5",
        "Mozes Frase": "1", "Nobody Known": None,
    }  # fmt: skip


def test_two_spellings_of_one_product_are_reported_and_never_merged(tmp_path: Path) -> None:
    sheet, mapping = read_sheet(shape.write_pipeline(tmp_path / "pipeline.csv"))
    products = survey(sheet, mapping).words[F.PRODUCT]

    assert normalise_product(products).pairs == (("Fern Pro", "FernPro"),)
    assert normalise_product(products, known=["Fern Pro"]).pairs == (("FernPro", "Fern Pro"),)
    assert {read_row(mapping, row).product for row in sheet.rows()} >= {"Fern Pro", "FernPro"}  # type: ignore[union-attr]


def test_a_slip_of_the_pen_is_reported_and_a_different_number_is_not() -> None:
    counts = {"technology": 9, "technolgy": 1, "Kelp 500": 3, "Kelp 600": 3, "Product A": 1, "Product B": 1, "GTX Pro": 2,
              "GTX Plus Pro": 2}  # fmt: skip

    assert normalise_product(counts).pairs == (("technolgy", "technology"),)


# -- drafts ------------------------------------------------------------------------------------------------------------


def deal_mapping(*fields: Field, **more: Any) -> Mapping:
    columns = tuple(Column(str(field), field) for field in fields)
    return Mapping(
        Kind.OPPORTUNITIES, columns, stages={"Won": "Won", "Odd": ""}, people={"Anna": "a1", "Bo": ""}, **more
    )


def test_a_row_without_a_title_is_called_after_what_it_has() -> None:
    mapping = deal_mapping(F.TITLE, F.PRODUCT, F.COMPANY, F.EXTERNAL_ID)
    rows = rows_of(["T", "P", "C", "7"], ["", "P", "C", "7"], ["", "P", "", "7"], ["", "", "C", "7"], ["", "", "", 7.0])

    drafts = [read_row(mapping, row) for row in rows]

    assert [draft.title for draft in drafts if isinstance(draft, OpportunityDraft)] == ["T", "P for C", "P", "C", "7"]


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    mapping = deal_mapping(F.TITLE, F.STAGE, F.ENGAGED, F.CLOSED, F.AMOUNT, F.EMAIL, F.OWNER)
    row = Row(9, ("", "Odd", "05-01-2026", "04-01-2026", "-5", "anna@", "Bo"), ("spare",))

    draft = read_row(mapping, row)

    assert draft.row == 9
    assert set(draft.refusals) == {
        Refusal("title", "This row has no name, nor a product, a company or a number to be called after."),
        Refusal("stage", "“Odd” is not matched to a stage yet."),
        Refusal("closed_on", "It closed before it began. Check both dates."),
        Refusal("amount", "An amount cannot be below zero."),
        Refusal("email", "“anna@” is not an e-mail address."),
        Refusal("", "This row has a cell beyond the last column name."),
    }
    assert [note.message for note in draft.notes] == ["Nobody here is matched to “Bo”."]


def test_an_amount_takes_its_currency_from_the_row() -> None:
    mapping = deal_mapping(F.TITLE, F.AMOUNT, F.CURRENCY)

    drafts = [read_row(mapping, row) for row in rows_of(["T", "1,500", "SGD"], ["T", "$5", ""], ["T", 7.5, ""])]

    amounts = [draft.amount for draft in drafts if isinstance(draft, OpportunityDraft)]
    assert amounts == [Money(150_000, "SGD"), Money(500, "USD"), Money(750, "MYR")]


def test_a_row_that_is_no_company_becomes_a_person() -> None:
    columns = tuple(Column(str(field), field) for field in (F.COMPANY, F.IS_COMPANY, F.PARENT, F.EMAIL))
    mapping = Mapping(Kind.COMPANIES, columns)

    drafts = [read_row(mapping, row) for row in rows_of(["Acme", "yes", "", ""], ["Anna", "no", "Acme", "a@b.com"])]

    assert drafts == [
        CompanyDraft(row=2, name="Acme"),
        PersonDraft(row=3, name="Anna", company="Acme", email="a@b.com"),
    ]


CELL = st.one_of(
    st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times()
)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(Kind), data=st.data())
def test_no_row_upsets_the_drafting(kind: Kind, data: st.DataObject) -> None:
    fields = data.draw(st.lists(st.sampled_from(list(FIELDS[kind])), unique=True, max_size=12))
    values = data.draw(st.lists(CELL, max_size=14))
    mapping = Mapping(
        kind, tuple(Column(str(field), field) for field in fields), currency=data.draw(st.sampled_from(["MYR", "??"]))
    )

    draft = read_row(mapping, Row(2, tuple(values), tuple(values[12:])))

    assert all(refusal.message.endswith((".", "”")) for refusal in draft.refusals)


@settings(max_examples=100, deadline=None)
@given(headers=st.lists(st.text(max_size=12), max_size=6), rows=st.lists(st.lists(CELL, max_size=6), max_size=5))
def test_no_sheet_upsets_the_guesses(headers: list[str], rows: list[list[Any]]) -> None:
    samples = [Row(number, tuple([*row, *[""] * 6][: len(headers)])) for number, row in enumerate(rows)]

    kind = kind_of(headers, samples)
    mapping = guess_columns(headers, samples)

    assert (mapping.kind, len(mapping.columns)) == (kind, len(headers))


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.text(max_size=15), max_size=6))
def test_no_words_upset_the_matching(words: list[str]) -> None:
    assert set(guess_stages(words, words[:2])) == set(words)
    assert set(guess_people(words, {str(place): word for place, word in enumerate(words)})) == set(words)
    normalise_product(Counter(words), known=words[:1])

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotino.kit.csvs import bare_cell, csv_lines, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+60123", "-cmd", "@sum", "\t=1", "\r=1", "\n=1", "＝1"])
def test_text_that_would_be_computed_gets_a_quote_in_front(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-5, "-5"), (Decimal("-1.50"), "-1.50"), (None, ""), ("Anna", "Anna"), ("a=b", "a=b"), ("'n", "'n")],
)
def test_everything_else_stays(value, cell):
    assert safe_cell(value) == cell


@given(st.text())
def test_what_went_out_comes_back(text):
    assert bare_cell(safe_cell(text)) == text


def test_the_file_opens_as_utf_8_and_quotes_what_needs_it():
    lines = list(
        csv_lines(["Name", "Amount"], iter([("Klinik, Harmoni", Decimal("64.80")), ('=HYPERLINK("x")', None)]))
    )

    assert lines == ["\ufeffName,Amount\r\n", '"Klinik, Harmoni",64.80\r\n', '"\'=HYPERLINK(""x"")",\r\n']


def test_lines_are_made_one_by_one_as_they_are_read():
    def rows():
        yield ("first",)
        raise AssertionError("read too far")

    lines = csv_lines(["Name"], rows())

    assert [next(lines), next(lines)] == ["\ufeffName\r\n", "first\r\n"]


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), st.integers())))
def test_a_reader_finds_every_row(rows):
    text = "".join(csv_lines(["Name", "Number"], rows)).removeprefix("\ufeff")

    found = list(csv.reader(io.StringIO(text, newline="")))[1:]

    assert [(bare_cell(name), int(number)) for name, number in found] == rows

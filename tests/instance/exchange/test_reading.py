# Tables are read by row, and a workbook knows no zones.
# ruff: noqa: E501, DTZ001

import datetime
import io
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pivotino.instance.exchange import reading, sheets
from pivotino.instance.exchange.reading import CsvSheet, UnreadableSheet, XlsxSheet, open_sheet
from tests.instance.exchange import shape
from tests.instance.exchange.sheets import archive, byte_file, text_file, workbook

ACCENTED = "Name;Größe\nMüller;groß\nCafé;mittel\n"
CYRILLIC = "Имя,Город\nИван Петров,Москва\nОльга Шишкина,Пенза\n"
CHINESE = "姓名,公司\n张伟,北京公司\n李娜,上海集团\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", CHINESE), ("utf-8-sig", CHINESE), ("utf-16", CHINESE), ("utf-16-le", "name,city\nAnna,Ipoh\n"),
        ("utf-16-be", "name,city\nAnna,Ipoh\n"), ("utf-32", CHINESE), ("cp1252", ACCENTED), ("gb18030", CHINESE),
        ("gbk", CHINESE), ("cp1251", CYRILLIC), ("utf-8", CYRILLIC),
    ],
)  # fmt: skip
def test_the_letters_of_a_file_are_recognised(tmp_path: Path, encoding: str, text: str) -> None:
    sheet = open_sheet(text_file(tmp_path, text, encoding=encoding))

    lines = text.replace(";", ",").splitlines()
    assert list(sheet.headers) == lines[0].split(",")
    assert [list(row.values) for row in sheet.rows()] == [line.split(",") for line in lines[1:]]


def test_a_foreign_letter_far_down_still_decides(tmp_path: Path) -> None:
    text = "name,city\n" + "Anna,Ipoh\n" * 200_000 + "Müller,Köln\n"

    sheet = open_sheet(text_file(tmp_path, text, encoding="cp1252"))

    assert list(sheet.rows())[-1].values == ("Müller", "Köln")


def test_a_few_broken_letters_in_a_file_are_told_about(tmp_path: Path) -> None:
    content = CHINESE.encode() * 20 + b"\xff,x\n"

    sheet = open_sheet(byte_file(tmp_path, content))

    assert sheet.notes == ("One letter could not be read and will show as “\ufffd”.",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path: Path, delimiter: str) -> None:
    rows = [["name", "price", "remark"], ["Chair", "1,50", "a; b"], ["Table", "2,75", "c | d"], ["Lamp", "3,25", "e"]]
    quoted = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)

    sheet = open_sheet(text_file(tmp_path, quoted))

    assert [list(row.values) for row in sheet.rows()] == rows[1:]


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    sheet = open_sheet(text_file(tmp_path, "name;price\nChair;1,50\nTable;2,75\n"))

    assert [row.values for row in sheet.rows()] == [("Chair", "1,50"), ("Table", "2,75")]


def test_excels_own_line_about_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    sheet = open_sheet(text_file(tmp_path, "sep=;\nname;price\nChair;1\n"))

    assert (sheet.headers, [row.values for row in sheet.rows()]) == (("name", "price"), [("Chair", "1")])


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    sheet = open_sheet(text_file(tmp_path, 'name,remark\n\nAnna,"two\nlines"\n,\nBo,x\n'))

    assert [(row.number, row.values) for row in sheet.rows()] == [(3, ("Anna", "two\nlines")), (5, ("Bo", "x"))]


def test_short_rows_are_filled_and_long_ones_lose_nothing(tmp_path: Path) -> None:
    sheet = open_sheet(text_file(tmp_path, "a,b,c\n1x\n1x,2x,3x,4x,,5x\n1x,2x,3x,,\n"))

    assert [(row.values, row.extra) for row in sheet.rows()] == [
        (("1x", "", ""), ()),
        (("1x", "2x", "3x"), ("4x", "5x")),
        (("1x", "2x", "3x"), ()),
    ]


def test_zero_bytes_and_old_line_ends_are_no_trouble(tmp_path: Path) -> None:
    sheet = open_sheet(byte_file(tmp_path, b"name,city\rAn\0na,Ipoh\rBo,Klang"))

    assert [row.values for row in sheet.rows()] == [("Anna", "Ipoh"), ("Bo", "Klang")]


def test_a_title_above_the_column_names_is_left_out_and_told(tmp_path: Path) -> None:
    sheet = open_sheet(text_file(tmp_path, "Deals of March,,\n\nname,price,city\nChair,1,Ipoh\n"))

    assert sheet.headers == ("name", "price", "city")
    assert sheet.notes == ("The column names were found in row 3; what stands above was left out.",)


def test_unnamed_and_twice_named_columns_get_names_of_their_own(tmp_path: Path) -> None:
    sheet = open_sheet(text_file(tmp_path, "name,Name,, name ,price,,\nAnna,Bo,x,Cy,1,,\n"))

    assert sheet.headers == ("name", "Name 2", "Column C", "name 3", "price")
    assert sheet.notes == (
        "Two columns are called “Name”; the second is “Name 2” here.",
        "Two columns are called “name”; the second is “name 3” here.",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b"\n\n ,,\n", "This file is empty."),
        (b"%PDF-1.7\n...", "This is a PDF. Save it as CSV or XLSX and try again."),
        (b"\x89PNG\r\n\x1a\n", "This is a picture."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an old Excel file (.xls)."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (b"<html><table><tr><td>x</td></tr></table>", "This is a web page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "an Excel file in an old XML format"),
        (b'[{"name": "Anna"}]', "This is a JSON file."),
        (b"BEGIN:VCARD\nVERSION:3.0\n", "This is an address card"),
        (b"\x1f\x8b\x08", "This file is compressed."),
        (bytes(range(1, 32)) * 40, "This file is not a sheet."),
        (b"12,500\n13,600\n14,700\n", "The first row holds values, not column names."),
        (b"anna@x.com,0123456789\nbo@x.com,0123456780\n", "The first row holds values, not column names."),
        (b'name,city\n"Anna,Ipoh\nBo,Klang\n', "A quotation mark in row 2 is opened and never closed"),
        (b"PK\x03\x04 broken", "This workbook is damaged."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sheet_is_refused_in_plain_words(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableSheet) as refused:
        open_sheet(byte_file(tmp_path, content)).count()

    assert words in str(refused.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(reading.MAX_BYTES + 1)

    with pytest.raises(UnreadableSheet, match="64 MB is the most"):
        open_sheet(path)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)

    with pytest.raises(UnreadableSheet, match="more than 3 rows"):
        open_sheet(text_file(tmp_path, "name\n" + "Anna\n" * 4)).count()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSheet, match="could not be opened"):
        open_sheet(tmp_path / "nothing.csv")


# -- workbooks ---------------------------------------------------------------------------------------------------------


def test_a_workbook_keeps_its_numbers_and_days(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        {"Deals": [["name", "amount", "day", "at", "open"], ["Chair", 1.5, datetime.date(2026, 3, 3), None, True],
                   ["Table", 2, datetime.datetime(2026, 3, 3, 10), datetime.time(9), False]]},
    )  # fmt: skip

    sheet = open_sheet(path, "deals.xlsx")

    assert isinstance(sheet, XlsxSheet)
    assert [row.values for row in sheet.rows()] == [
        ("Chair", 1.5, datetime.date(2026, 3, 3), "", True),
        ("Table", 2, datetime.datetime(2026, 3, 3, 10), datetime.time(9), False),
    ]


def test_the_visible_sheet_with_most_rows_is_read(tmp_path: Path) -> None:
    rows = [["name", "city"], *([f"n{number}", "Ipoh"] for number in range(20))]
    path = workbook(tmp_path, {"Cover": [["Our deals"]], "Deals": rows, "Workings": rows * 3}, hidden=["Workings"])

    sheet = open_sheet(path)

    assert sheet.count() == 20
    assert sheet.notes == ("The sheet “Deals” was read, as it has the most rows. Left out: “Cover”.",)


def test_a_formula_is_never_run(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"Deals": [["name", "amount"], ["Chair", "=1+1"]]})

    assert [row.values for row in open_sheet(path).rows()] == [("Chair", "")]


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSheet, match="no filled sheet"):
        open_sheet(workbook(tmp_path, {"Deals": []}))


def test_a_workbook_that_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 40_000_000})

    with pytest.raises(UnreadableSheet, match="unfolds into far more"):
        open_sheet(path)


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'})

    with pytest.raises(UnreadableSheet, match="not written by a spreadsheet program"):
        open_sheet(path)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("word/document.xml", "This is a Word document"),
        ("xl/workbook.bin", "This is a binary Excel file"),
        ("photo.jpg", "This file is compressed."),
    ],
)
def test_other_archives_are_named_for_what_they_are(tmp_path: Path, part: str, words: str) -> None:
    with pytest.raises(UnreadableSheet, match=words):
        open_sheet(archive(tmp_path, {part: b"x"}))


def test_a_stated_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    honest = workbook(tmp_path, {"Deals": [["name", "city"], ["Anna", "Ipoh"]]})
    with zipfile.ZipFile(honest) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b'ref="A1:B2"' in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')

    rows = list(open_sheet(archive(tmp_path, parts, "liar.xlsx")).rows())

    assert [(row.number, row.values) for row in rows] == [(2, ("Anna", "Ipoh"))]


# -- speed and hostility -----------------------------------------------------------------------------------------------


def test_two_hundred_thousand_rows_stream_through_little_memory(tmp_path: Path) -> None:
    sheet = open_sheet(shape.write_pipeline(tmp_path / "long.csv", rows=200_000))

    assert sheet.count() == 200_000
    tracemalloc.start()
    assert sum(1 for row, _ in zip(sheet.rows(), range(50_000), strict=False)) == 50_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert isinstance(sheet, CsvSheet)
    assert peak < 5_000_000


def _open_bytes(folder: Path, content: bytes) -> None:
    try:
        open_sheet(byte_file(folder, content)).count()
    except UnreadableSheet as refused:
        assert str(refused).endswith((".", "”"))


HOSTILE = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@HOSTILE
@given(
    content=st.one_of(st.binary(max_size=400), st.text(alphabet='ab1,;\t|"\n\r\0 é张=', max_size=200).map(str.encode))
)
def test_no_file_raises_anything_but_the_refusal(tmp_path: Path, content: bytes) -> None:
    _open_bytes(tmp_path, content)


def _honest_workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["name", "day"], ["Anna", datetime.date(2026, 3, 3)], ["Bo", 5]):
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WORKBOOK = _honest_workbook()
with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as _file:
    PARTS = {name: _file.read(name) for name in _file.namelist()}


@settings(HOSTILE, max_examples=60)
@given(part=st.sampled_from(sorted(PARTS)), cut=st.floats(0, 1), put=st.binary(max_size=20))
def test_no_damaged_workbook_raises_anything_but_the_refusal(tmp_path: Path, part: str, cut: float, put: bytes) -> None:
    at = int(len(PARTS[part]) * cut)
    damaged = {**PARTS, part: PARTS[part][:at] + put + PARTS[part][at + 5 :]}

    _open_bytes(tmp_path, archive(tmp_path, damaged).read_bytes())


@settings(HOSTILE, max_examples=60)
@given(at=st.integers(0, len(WORKBOOK) - 1), put=st.binary(min_size=1, max_size=9))
def test_no_broken_archive_raises_anything_but_the_refusal(tmp_path: Path, at: int, put: bytes) -> None:
    _open_bytes(tmp_path, WORKBOOK[:at] + put + WORKBOOK[at + len(put) :])

"""Files that people send: what is taken, what is not, and what is gone from those that are."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from PIL import Image, ImageCms
from pypdf import PdfWriter

from pivotino.kit.uploads import LARGEST, Harmful, Refused, clean_name, pdfs, read, take
from pivotino.kit.uploads.answer import disposition
from pivotino.kit.uploads.harm import EICAR
from pivotino.kit.uploads.refusals import TooLarge
from tests.kit.papers import pdf, saying

CARD = "4111 1111 1111 1111"


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "orange" if mode in ("RGB", "RGBA") else 100).save(out, kind, **more)
    return out.getvalue()


def noted() -> Image.Exif:
    """What a phone writes: where, with which camera, and that it was held upright."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Phone of Aminah", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (3.0, 8.0, 12.0), 3: "E", 4: (101.0, 41.0, 7.0), 29: "2026:11:23"})
    return exif


def packed(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


def office(folder: str = "word", /, **more: Any) -> bytes:
    main = {"word": "word/document.xml", "xl": "xl/workbook.xml", "ppt": "ppt/presentation.xml"}[folder]
    return packed(**{"[Content_Types].xml": "<Types/>", main: "<w:p><w:t>An offer</w:t></w:p>", **more})


def code_of(data: bytes, name: str) -> str:
    with pytest.raises(Refused) as refusal:
        take(data, name)
    assert str(refusal.value).endswith(".")
    return refusal.value.code


# --- pictures


@pytest.mark.promise("A45")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_where_and_with_what_it_was_taken_and_stands_upright(kind: str) -> None:
    raw = photo(kind, exif=noted())
    assert b"Aminah" in raw

    taken = take(raw, "IMG_1.jpeg")

    assert b"Aminah" not in taken.data and b"2026:11:23" not in taken.data and b"Exif" not in taken.data
    with Image.open(io.BytesIO(taken.data)) as after:
        assert (after.format, after.size, dict(after.getexif())) == (kind, (40, 60), {})
    assert b"Aminah" not in taken.small and Image.open(io.BytesIO(taken.small)).size == (40, 60)


def test_words_beside_the_points_are_gone_and_the_colours_stay() -> None:
    colours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    after = take(photo(icc_profile=colours, comment=b"at home in Ipoh"), "a.jpg").data

    assert b"Ipoh" not in after and Image.open(io.BytesIO(after)).info["icc_profile"] == colours


def test_a_clear_picture_stays_clear_and_a_moving_one_moves() -> None:
    clear = take(photo("PNG", mode="RGBA"), "logo.png").data
    assert Image.open(io.BytesIO(clear)).mode == "RGBA"

    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0, comment=b"Ipoh")
    moving = take(out.getvalue(), "a.gif")

    assert b"Ipoh" not in moving.data and getattr(Image.open(io.BytesIO(moving.data)), "n_frames") == 3  # noqa: B009
    assert moving.small[:3] == b"\xff\xd8\xff"


def test_what_would_fill_the_memory_is_refused_by_its_head() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + b"\0\0\0\0IEND\xaeB`\x82"
    )
    assert code_of(png, "a.png") in ("kind", "bomb")


def test_a_photo_of_very_many_points_is_read_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pivotino.kit.uploads.pictures.MOST_POINTS", 20_000)
    after = Image.open(io.BytesIO(take(photo(size=(400, 200)), "a.jpg").data))
    assert after.size == (200, 100)
    assert code_of(photo("PNG", (400, 200)), "a.png") == "kind"


@pytest.mark.parametrize(
    "raw", [photo()[:200], b"\x89PNG\r\n\x1a\n" + b"0" * 50, b"GIF89a" + b"0" * 60, b"RIFF\0\0\0\0WEBP"]
)
def test_a_broken_picture_is_refused(raw: bytes) -> None:
    assert code_of(raw, "a.jpg") == "broken"


def test_a_phones_own_kind_is_refused_with_advice() -> None:
    with pytest.raises(Refused, match="Most Compatible"):
        take(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_2.HEIC")


# --- what it really is


@pytest.mark.promise("A45")
@pytest.mark.parametrize(
    "raw", [b"MZ\x90\0" + b"\0" * 60, b"\x7fELF\x02", b"#!/bin/sh\nrm -rf /", b"\xca\xfe\xba\xbe\0\0"]
)
def test_a_program_is_refused_whatever_its_name_says(raw: bytes) -> None:
    assert code_of(raw, "holiday.jpg") == "program"


@pytest.mark.parametrize(
    ("raw", "name", "code"),
    [
        (b"echo off", "run.bat", "program"), (b"alert(1)", "a.js", "program"), (b"[InternetShortcut]", "a.url", "program"),
        (b"<svg onload='x'/>", "a.txt", "kind"), (b"\xef\xbb\xbf <!doctype html>", "a.csv", "kind"), (b"hello", "a.html", "kind"),
        (b"\0\1\2\3" * 40, "a.bin", "kind"), (b"Rar!\x1a\x07", "a.rar", "archive"), (b"\x1f\x8b\x08", "a.gz", "archive"),
        (packed(a="b"), "a.zip", "archive"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "kind"), (b"{\\rtf1}", "a.rtf", "kind"),
        (b"ID3\x04", "a.mp3", "kind"), (b"\0\0\0\x18ftypmp42", "a.mp4", "kind"), (b"", "a.txt", "empty"),
    ],
)  # fmt: skip
def test_what_is_none_of_the_kinds_we_keep_is_refused(raw: bytes, name: str, code: str) -> None:
    assert code_of(raw, name) == code


@pytest.mark.parametrize(
    ("raw", "name", "kept"),
    [
        (photo("PNG"), "offer.pdf", "offer.png"), (pdf(saying("An offer")), "offer.PDF", "offer.pdf"), (b"a;b\n1;2", "list.csv", "list.csv"),
        (b"hello", "notes", "notes.txt"), (b"hello", "read.me.conf", "read.me.txt"), (office(), "x.zip", "x.docx"),
        (office("xl"), "y.xlsx", "y.xlsx"), (office("ppt"), "z.pptx", "z.pptx"), ("héllo".encode("utf-16"), "a.txt", "a.txt"),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "w.odt", "w.odt"), (b"BEGIN:VCARD\n", "a.vcf", "a.vcf"),
        (b"From: a@b.example\nSubject: x\n\nhello", "a.eml", "a.eml"), (photo(), "a.jpeg", "a.jpg"),
    ],
)  # fmt: skip
def test_a_file_is_called_what_it_is(raw: bytes, name: str, kept: str) -> None:
    assert take(raw, name).name == kept


# --- inside


def test_documents_with_programs_in_them_are_refused() -> None:
    assert code_of(office(**{"word/vbaProject.bin": b"x"}), "a.docx") == "macros"
    assert code_of(office(**{"word/activeX/activeX1.xml": b"x"}), "a.docx") == "macros"
    assert code_of(office(**{"word/embeddings/run.exe": b"x"}), "a.docx") == "program"
    assert (
        code_of(
            packed(**{"[Content_Types].xml": "vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml": ""}),
            "a.docx",
        )
        == "macros"
    )
    loads = '<Relationship Type="x/attachedTemplate" Target="http://evil.example/" TargetMode="External"/>'
    assert code_of(office(**{"word/_rels/settings.xml.rels": loads}), "a.docx") == "kind"


def test_a_document_that_would_fill_the_disk_is_refused() -> None:
    assert code_of(office(**{"word/media/a.bin": b"\0" * 30_000_000}), "a.docx") == "bomb"


def test_a_broken_document_is_refused() -> None:
    assert code_of(office()[:-30], "a.docx") == "broken"


@pytest.mark.promise("A43")
@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"hello", f"card {CARD}.txt"),
        (f"pay with {CARD}".encode(), "a.txt"),
        (office(**{"word/comments.xml": f"<w:p><w:r><w:t>{CARD[:9]}</w:t></w:r><w:r><w:t>{CARD[9:]}</w:t></w:r></w:p>"}), "a.docx"),
        (office("xl", **{"xl/worksheets/sheet1.xml": f"<c><v>7</v></c><c><v>{CARD.replace(' ', '')}</v></c>"}), "a.xlsx"),
        (office(**{"docProps/core.xml": f"<dc:title>For {CARD}</dc:title>"}), "a.docx"),
        (office(**{"word/document.xml": f"<w:t>{CARD.replace(' ', '&#160;')}</w:t>"}), "a.docx"),
        (packed(**{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"<text:p>{CARD}</text:p>"}), "a.odt"),
        (f"name;note\nMei;{CARD}\n".encode(), "a.csv"),
        (f"note\n{CARD}".encode("utf-16"), "a.txt"),
        (pdf(saying("page one"), b"BT /F 12 Tf 50 700 Td [(4111 1111 )-20(1111 1111)] TJ ET"), "a.pdf"),
        (pdf(saying("page one"), notes=f"/Annots[<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents({CARD})>>]"), "a.pdf"),
        (pdf(saying("a form"), field=CARD), "a.pdf"),
        (f"From: a@b.example\nSubject: card\n\nMine is {CARD}\n".encode(), "a.eml"),
    ],
)  # fmt: skip
def test_a_card_number_is_refused_wherever_it_is_read(raw: bytes, name: str) -> None:
    with pytest.raises(Refused, match="•••• 1111") as refusal:
        take(raw, name)
    assert refusal.value.code == "card" and CARD not in str(refusal.value)


def test_words_a_pdf_keeps_packed_and_locked_for_changes_are_read() -> None:
    open_one = PdfWriter(clone_from=io.BytesIO(pdf(saying(f"Pay with {CARD}"))))
    for page in open_one.pages:
        page.compress_content_streams()
    open_one.encrypt("", "only who knows this may change it", algorithm="RC4-128")
    open_one.write(out := io.BytesIO())

    assert CARD.encode() not in out.getvalue()
    assert code_of(out.getvalue(), "a.pdf") == "card"


def test_a_pdf_nobody_can_look_into_is_refused() -> None:
    locked = PdfWriter(clone_from=io.BytesIO(pdf(saying("An offer"))))
    locked.encrypt("secret", algorithm="RC4-128")
    locked.write(out := io.BytesIO())

    with pytest.raises(Refused, match="locked with a password"):
        take(out.getvalue(), "a.pdf")
    for raw in (b"%PDF-1.7\n", b"%PDF-1.7\nAn offer\n%%EOF\n", pdf(), b"%PDF-1.7\n" + b"<<" * 50_000):
        assert code_of(raw, "a.pdf") == "broken"
    assert code_of(pdf(saying("An offer")) + office(), "a.pdf") == "archive", "two kinds in one"


def test_a_pdf_longer_than_the_limits_is_kept_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = pdfs.PROGRAM.read_text().replace("MOST_PAGES, MOST_TEXT = 2_000,", "MOST_PAGES, MOST_TEXT = 2,")
    (tmp_path / "reading.py").write_text(program)
    monkeypatch.setattr(pdfs, "PROGRAM", tmp_path / "reading.py")

    taken = take(pdf(saying("one"), saying("two"), saying("three")), "a.pdf")

    assert taken.unread.startswith("2 of its 3 pages could be looked through")
    assert take(pdf(saying("one"), saying("two")), "a.pdf").unread == ""
    assert code_of(pdf(saying("one"), saying(CARD), saying("three")), "a.pdf") == "card"


def test_a_pdf_that_never_ends_or_grows_beyond_measure_harms_only_its_own_reader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = pdfs.PROGRAM.read_text()
    endless = program.replace(
        "    told = [page.extract_text()]\n",
        "    told = [page.extract_text()]\n    if 'two' in told[0]:\n        while True: pass\n",
    )
    assert endless != program
    (tmp_path / "reading.py").write_text(endless.replace("AT_MOST = 768 << 20, 10, 15", "AT_MOST = 768 << 20, 1, 1"))
    monkeypatch.setattr(pdfs, "PROGRAM", tmp_path / "reading.py")

    assert take(pdf(saying("one"), saying("two")), "a.pdf").unread.startswith("1 of its 2 pages")

    monkeypatch.setattr(pdfs, "PROGRAM", tmp_path / "greedy.py")
    (tmp_path / "greedy.py").write_text(
        program.replace("    told = [page.extract_text()]\n", "    told = ['x' * (2 << 30)]\n")
    )
    assert take(pdf(saying("one")), "a.pdf").unread.startswith("0 of its 1 pages")


def test_pages_within_pages_are_counted_once() -> None:
    round_and_round = pdf(saying("one")).replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]")
    assert code_of(round_and_round, "a.pdf") == "broken"


def test_a_document_with_very_many_words_is_kept_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pivotino.kit.uploads.documents.MOST_TEXT", 40)
    assert "the rest is too long" in take(office(**{"word/comments.xml": "<w:t>more</w:t>" * 9}), "a.docx").unread


def test_mails_in_mails_end_somewhere() -> None:
    raw = b"From: a@b.example\nSubject: x\n\nhello"
    for _ in range(3_000):
        raw = (
            b'From: a@b.example\nContent-Type: application/octet-stream; name="a.eml"\nContent-Disposition: attachment; filename="a.eml"\n\n'
            + raw
        )
    with pytest.raises(Refused, match="mails within mails"):
        take(raw, "a.eml")


def test_a_mail_is_judged_with_what_is_attached() -> None:
    import email.message

    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "Offer"
    mail.set_content("See below")
    mail.add_attachment(photo(), maintype="image", subtype="jpeg", filename="a.jpg")
    assert take(mail.as_bytes(), "offer.eml").kind.ending == "eml"

    mail.add_attachment(b"MZ\x90\0", maintype="application", subtype="octet-stream", filename="offer.pdf")
    with pytest.raises(Refused, match="attachment of this mail") as refusal:
        take(mail.as_bytes(), "offer.eml")
    assert refusal.value.code == "program"


# --- sizes, harm, names


def test_one_byte_too_many_is_refused_and_the_largest_is_not() -> None:
    assert take(pdf(saying("An offer"), b"%" + b"x" * (LARGEST - 2_000)).ljust(LARGEST), "a.pdf").sha256
    assert code_of(b"a" * (8 * 1024 * 1024 + 1), "a.txt") == "large"
    assert code_of(b"a" * (LARGEST + 1), "a.txt") == "large"
    with pytest.raises(TooLarge):
        read(io.BytesIO(b"12345"), largest=4)


@pytest.mark.promise("A45")
@pytest.mark.parametrize("name", ["eicar.com", "eicar.txt", "photo.jpg"])
def test_the_test_file_of_every_scanner_is_found_without_one(name: str) -> None:
    with pytest.raises(Harmful) as refusal:
        take(EICAR, name)
    assert refusal.value.found == "Eicar-Test-Signature"


def test_without_an_answer_of_the_daemon_a_file_is_not_looked_at() -> None:
    with override_settings(CLAMAV="unix:/nowhere/clamd.ctl"):
        assert not take(b"hello", "a.txt").looked
    assert take(b"hello", "a.txt").looked


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\a\\Offer.txt", "Offer.txt"), ("a\r\nb.txt", "a b.txt"),
        ("invoice\u202etxt.exe", "invoicetxt.txt"), ("  .hidden. ", "hidden.txt"), ("", "file.txt"), ("...", "file.txt"),
        ("CON.txt", "_CON.txt"), ('a<b>:"c".txt', "a-b---c-.txt"), ("名前 கோப்பு.txt", "名前 கோப்பு.txt"),
        ("Cafe\u0301.txt", "Caf\u00e9.txt"), ("a\0b.txt", "ab.txt"), ("x" * 400, f"{'x' * 116}.txt"), ("a.txt.txt", "a.txt"),
    ],
)  # fmt: skip
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert clean_name(name, ending="txt") == kept


def test_a_name_goes_out_in_a_header_that_cannot_be_broken() -> None:
    said = disposition('a"b\\ 名.pdf')
    assert said == "attachment; filename=\"a_b_ _.pdf\"; filename*=UTF-8''a%22b%5C%20%E5%90%8D.pdf"


def test_pillow_is_not_loaded_before_there_is_a_picture() -> None:
    import subprocess
    import sys

    said = subprocess.run(
        [sys.executable, "-c", "import sys, pivotino.kit.uploads, pivotino.control.testimonials.pictures; print('PIL' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "False"

"""Files of cards and contacts: added, had, removed, and never anybody else's."""

import errno
import io
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from pivotino.instance.contacts.models import Contact
from pivotino.instance.files import jobs
from pivotino.instance.files.models import File, State
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, take_back
from pivotino.instance.members.models import Member
from pivotino.jobs.testing import run_all
from pivotino.kit.uploads import LARGEST
from pivotino.kit.uploads.harm import EICAR
from pivotino.letters.models import Sent
from pivotino.tenancy import filing, inside, limits
from tests.cast import Person
from tests.instance.files.some import PHOTO, TEXT, a_card, a_contact, added, body, of, send
from tests.kit.test_uploads import CARD


@pytest.mark.promise("A45", "P09")
def test_a_photo_is_added_to_a_card_and_comes_back_without_where_it_was_taken(anna: Person) -> None:
    card = a_card(anna)
    file = added(anna, card, "IMG_20261123.jpeg", PHOTO)

    answer = anna.browser.get(anna.url(f"files/{file.pk}/"))
    sent = body(answer)

    assert b"Aminah" in PHOTO and b"Aminah" not in sent and not dict(Image.open(io.BytesIO(sent)).getexif())
    assert Image.open(io.BytesIO(sent)).size == (400, 600)
    assert (
        answer["Content-Disposition"] == "attachment; filename=\"IMG_20261123.jpg\"; filename*=UTF-8''IMG_20261123.jpg"
    )
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (answer["X-Content-Type-Options"], answer["Content-Type"], answer["Cache-Control"]) == (
        "nosniff",
        "image/jpeg",
        "private, no-store",
    )


def test_the_card_and_the_contact_show_their_files(anna: Person) -> None:
    card, klinik = a_card(anna), a_contact(anna)
    photo, text = added(anna, card, "roof.jpg", PHOTO), added(anna, klinik)

    sheet = anna.browser.get(anna.url(f"opportunities/{card.pk}/")).content.decode()
    page = anna.browser.get(anna.url(f"people/{klinik.pk}/")).content.decode()

    assert f"files/{photo.pk}/small/" in sheet and "roof.jpg" in sheet and "roof.txt" not in sheet
    assert f"files/{text.pk}/" in page and "roof.txt" in page and "added" in page
    assert 'capture="environment"' in sheet and 'enctype="multipart/form-data"' in sheet


def test_a_small_picture_is_asked_for_anew_and_sent_once(anna: Person) -> None:
    file = added(anna, a_card(anna), "roof.jpg", PHOTO)
    at = anna.url(f"files/{file.pk}/small/")

    first = anna.browser.get(at)
    again = anna.browser.get(at, headers={"If-None-Match": first["ETag"]})

    assert (first["Content-Type"], first["Cache-Control"], again.status_code) == (
        "image/jpeg",
        "private, no-cache",
        304,
    )
    assert max(Image.open(io.BytesIO(body(first))).size) == 480
    assert anna.browser.get(anna.url(f"files/{added(anna, a_card(anna)).pk}/small/")).status_code == 404


@pytest.mark.parametrize("what", ["", "small/"])
def test_a_file_is_seen_by_whoever_sees_its_card_and_nobody_else(
    anna: Person, bruno: Person, carla: Person, rita: Person, stranger: Any, what: str
) -> None:
    card = a_card(bruno)
    file = added(bruno, card, "roof.jpg", PHOTO)
    path = f"files/{file.pk}/{what}"

    assert [who.browser.get(who.url(path)).status_code for who in (bruno, anna, carla, rita)] == [200, 200, 404, 404]
    assert rita.browser.get(anna.url(path)).status_code == 404
    assert "/sign-in/" in stranger.get(anna.url(path))["Location"]
    assert carla.browser.get(of(carla, card)).status_code == send(carla, card, ("a.txt", TEXT)).status_code == 404
    assert carla.browser.post(carla.url(f"files/{file.pk}/removal/")).status_code == 404


def test_a_file_of_a_removed_card_is_nobodys(anna: Person) -> None:
    card = a_card(anna)
    file = added(anna, card)
    with inside(anna.instance):
        card.remove(by=anna.member)

    assert anna.browser.get(anna.url(f"files/{file.pk}/")).status_code == 404


def test_a_removed_contact_keeps_its_files_and_takes_no_more(anna: Person) -> None:
    klinik = a_contact(anna)
    file = added(anna, klinik)
    with inside(anna.instance):
        Contact.objects.get(pk=klinik.pk).remove(by=anna.member)

    assert anna.browser.get(anna.url(f"files/{file.pk}/")).status_code == 200
    assert "takes no more files" in send(anna, klinik, ("a.txt", TEXT)).content.decode()


def test_removing_is_taken_back_and_so_is_adding(anna: Person) -> None:
    card = a_card(anna)
    file = added(anna, card)

    answer = anna.browser.htmx("post", anna.url(f"files/{file.pk}/removal/"))
    assert answer.status_code == 204 and "Removed roof.txt" in answer["HX-Trigger"]
    assert anna.browser.get(anna.url(f"files/{file.pk}/")).status_code == 404
    with inside(anna.instance):
        removed = Event.objects.get(verb="file.removed")
        take_back(removed, by=anna.member)
        assert File.objects.kept().get() == file
        take_back(Event.objects.get(verb="file.added"), by=anna.member)
        assert not File.objects.kept().exists()
        with pytest.raises(CannotUndo, match="already taken back"):
            take_back(removed, by=anna.member)


def test_without_script_one_comes_back_to_the_card_and_is_told_what_was_not_kept(anna: Person) -> None:
    card = a_card(anna)

    assert send(anna, card, ("a.txt", TEXT))["Location"] == anna.url(f"opportunities/{card.pk}/")
    answer = send(anna, card, ("good.txt", TEXT), ("holiday.jpg", b"MZ\x90\0"))

    assert answer.status_code == 422 and "This is a program, whatever its name says." in answer.content.decode()
    with inside(anna.instance):
        assert sorted(File.objects.values_list("name", flat=True)) == ["a.txt", "good.txt"]
    assert send(anna, card).status_code == 422


@pytest.mark.promise("A43")
def test_a_card_number_in_a_name_or_text_is_refused_and_nowhere(anna: Person) -> None:
    card = a_card(anna)
    for name, data in ((f"{CARD}.txt", TEXT), ("pay.txt", f"card {CARD}".encode())):
        answer = send(anna, card, (name, data), queue=True)
        assert (
            answer.status_code == 422 and "•••• 1111" in answer.content.decode() and CARD not in answer.content.decode()
        )
    with inside(anna.instance):
        assert not File.objects.exists()


def test_what_was_sent_twice_is_kept_once(anna: Person) -> None:
    card, id = a_card(anna), "0192f4d0-1f5c-7c11-9d0e-6f0a5d1c7e99"
    assert [send(anna, card, ("a.txt", TEXT), queue=True, id=id).status_code for _ in range(2)] == [201, 201]
    with inside(anna.instance):
        assert [str(file.pk) for file in File.objects.all()] == [id]
        assert Event.objects.filter(verb="file.added").count() == 1


def test_two_with_the_same_bytes_share_them_until_the_last_goes(anna: Person, bruno: Person) -> None:
    one, other = added(anna, a_card(anna)), added(bruno, a_card(bruno), "again.txt")
    place = anna.instance.place
    with inside(anna.instance):
        jobs.forget([one.pk])
        assert filing.names(place).count(other.stored) == 1
        jobs.forget([other.pk])
        assert other.stored not in filing.names(place)


def test_one_byte_too_many_is_refused(anna: Person) -> None:
    answer = send(anna, a_card(anna), ("a.txt", b"a" * (LARGEST + 1)), queue=True)
    assert (answer.status_code, "larger than 25 MB" in answer.content.decode()) == (422, True)
    assert "empty" in send(anna, a_card(anna), ("a.txt", b""), queue=True).content.decode()


def test_the_web_server_lets_through_as_much_as_we_do(settings: Any) -> None:
    said = next(
        line for line in Path("deploy/nginx/pivotino.conf").read_text().splitlines() if "client_max_body_size" in line
    )
    assert said.split()[1] == f"{settings.UPLOAD_MAX_BYTES >> 20}m;"
    assert settings.UPLOAD_MAX_BYTES % (1 << 20) == 0 and 2 * LARGEST < settings.UPLOAD_MAX_BYTES


# --- harm


@pytest.mark.promise("A45")
def test_what_does_harm_is_quarantined_and_the_owners_are_told(anna: Person, bruno: Person) -> None:
    card = a_card(bruno)
    answer = send(bruno, card, ("invoice.txt", EICAR), queue=True)

    assert answer.status_code == 422 and "quarantine" in answer.content.decode()
    with inside(anna.instance):
        file = File.objects.get()
        assert (file.state, file.found, file.sha256) == (State.QUARANTINED, "Eicar-Test-Signature", "")
    assert anna.browser.get(anna.url(f"files/{file.pk}/")).status_code == 404
    assert "In quarantine" in bruno.browser.get(bruno.url(f"opportunities/{card.pk}/")).content.decode()
    assert [sent.to for sent in Sent.objects.filter(key__startswith="file-quarantined:")] == [anna.account.email]
    folder = Path(storages["default"].path(anna.instance.place.key))
    assert not any(EICAR in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("found", "state"), [("", State.READY), ("Win.Test.Thing", State.QUARANTINED)])
def test_a_file_waits_until_clamav_has_looked(
    anna: Person, settings: Any, monkeypatch: pytest.MonkeyPatch, found: str, state: str
) -> None:
    settings.CLAMAV = "unix:/nowhere/clamd.ctl"
    file = added(anna, a_card(anna))
    assert file.state == State.WAITING and anna.browser.get(anna.url(f"files/{file.pk}/")).status_code == 404

    monkeypatch.setattr("pivotino.kit.clamav.Daemon.look", lambda self, data: found)
    run_all()

    with inside(anna.instance):
        file.refresh_from_db()
        assert file.state == state and (file.stored in filing.names(anna.instance.place)) is (state == State.READY)


# --- room


def test_a_full_plan_takes_no_more_and_gives_what_it_has(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    card = a_card(anna)
    file = added(anna, card)
    monkeypatch.setattr(limits, "_tellers", [lambda place: limits.People(bytes_at_most=len(TEXT) + 5, plan="Free")])

    answer = send(anna, card, ("more.txt", b"and more of it"))

    assert answer.status_code == 422 and "does not fit any more" in answer.content.decode()
    assert "82 % of the room" in anna.browser.get(anna.url(f"opportunities/{card.pk}/")).content.decode()
    assert body(anna.browser.get(anna.url(f"files/{file.pk}/"))) == TEXT


def test_a_full_disk_says_so_and_leaves_nothing_half(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    card = a_card(anna)

    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pivotino.tenancy.filing.shutil.copyfileobj", full)
    browser = anna.browser
    browser.raise_request_exception = False
    answer = browser.post(of(anna, card), {"file": SimpleUploadedFile("a.txt", b"written nowhere else")})
    monkeypatch.undo()

    assert answer.status_code == 507 and "no room" in answer.content.decode()
    with inside(anna.instance):
        assert not File.objects.exists()
    folder = Path(storages["default"].path(anna.instance.place.key))
    assert not list(folder.glob("*.part"))


# --- the night


def test_removed_files_go_after_their_days_with_their_bytes(anna: Person) -> None:
    with time_machine.travel("2026-10-01T08:00:00Z", tick=False):
        file = added(anna, a_card(anna))
        other = added(anna, a_card(anna), "kept.txt", b"kept")
        anna.browser.post(anna.url(f"files/{file.pk}/removal/"))
    place = anna.instance.place
    with inside(anna.instance):
        with time_machine.travel("2026-10-30T08:00:00Z", tick=False):
            jobs.let_go()
            assert File.objects.filter(pk=file.pk).exists()
        with time_machine.travel("2026-11-01T08:00:00Z", tick=False):
            jobs.let_go()
        assert [one.pk for one in File.objects.all()] == [other.pk]
        assert file.stored not in filing.names(place) and other.stored in filing.names(place)
        with pytest.raises(CannotUndo, match="gone for good"):
            take_back(Event.objects.get(verb="file.removed"), by=anna.member)


def test_bytes_that_a_killed_worker_left_are_swept_and_fresh_ones_are_not(anna: Person) -> None:
    import os

    place = anna.instance.place
    for name in ("old.txt", "old.txt.1.part", "new.txt"):
        filing.keep(place, name, io.BytesIO(b"x"))
    folder = Path(storages["default"].path(place.key))
    for name in ("old.txt", "old.txt.1.part"):
        os.utime(folder / name, (0, 0))
    (folder / "imports").mkdir(exist_ok=True)
    (folder / "imports" / "a.csv").write_text("a")
    os.utime(folder / "imports" / "a.csv", (0, 0))
    with inside(anna.instance):
        jobs.let_go()

    assert {path.name for path in folder.rglob("*") if path.is_file()} >= {"new.txt", "a.csv"}
    assert not (folder / "old.txt").exists() and not (folder / "old.txt.1.part").exists()


# --- what people and others try


def test_a_name_is_only_a_name(anna: Person) -> None:
    card = a_card(anna)
    for name in ("../../etc/passwd.txt", "invoice\u202efdp.txt", "roof.txt", "roof.txt"):
        assert send(anna, card, (name, TEXT)).status_code == 302, name

    with inside(anna.instance):
        assert sorted(File.objects.values_list("name", flat=True)) == [
            "invoicefdp.txt",
            "passwd.txt",
            "roof.txt",
            "roof.txt",
        ]
        assert len(set(File.objects.values_list("pk", flat=True))) == 4, "the same name twice is two files"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("page.txt", b"<html><script>alert(1)</script>"),
    ],
)
def test_what_a_browser_would_run_is_refused(anna: Person, name: str, data: bytes) -> None:
    assert send(anna, a_card(anna), (name, data), queue=True).status_code == 422


def test_a_picture_that_is_a_program_too_comes_back_as_a_picture_only(anna: Person) -> None:
    out = io.BytesIO()
    Image.new("P", (4, 4)).save(out, "GIF")
    both = out.getvalue() + b"/*=1;alert(document.domain)//*/"

    file = added(anna, a_card(anna), "both.gif", both)
    answer = anna.browser.get(anna.url(f"files/{file.pk}/"))

    assert b"alert" not in body(answer) and answer["Content-Type"] == "image/gif"


def test_a_part_of_a_file_is_sent_whole_and_never_from_elsewhere(anna: Person) -> None:
    file = added(anna, a_card(anna))
    answer = anna.browser.get(anna.url(f"files/{file.pk}/"), headers={"Range": "bytes=2-5"})
    assert (answer.status_code, body(answer)) == (200, TEXT)


def test_a_member_who_left_has_no_file_any_more(anna: Person, bruno: Person) -> None:
    file = added(bruno, a_card(bruno))
    path = bruno.url(f"files/{file.pk}/")
    assert bruno.browser.get(path).status_code == 200

    with inside(bruno.instance):
        Member.objects.get(pk=bruno.member.pk).leave()

    assert bruno.browser.get(path).status_code in (302, 403, 404)
    assert anna.browser.get(path).status_code == 200


def test_an_upload_that_breaks_off_leaves_nothing(anna: Person) -> None:
    card = a_card(anna)
    whole = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"half of it, and then noth"
    )
    answer = anna.browser.generic("POST", of(anna, card), whole[:-4], content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 422
    with inside(anna.instance):
        assert not File.objects.exists()
    folder = Path(storages["default"].path(anna.instance.place.key))
    assert not list(folder.rglob("*.part"))


def test_a_long_pdf_says_in_the_history_how_far_it_was_read(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "2 of its 900 pages could be looked through for what is not kept here."
    monkeypatch.setattr("pivotino.kit.uploads.pdfs.words_of", lambda data: ("", said))
    card = a_card(anna)

    answer = send(anna, card, ("offer.pdf", b"%PDF-1.7\n"), queue=True)

    assert (answer.status_code, answer.content.decode()) == (201, said)
    assert "2 of its 900 pages" in anna.browser.get(anna.url(f"opportunities/{card.pk}/")).content.decode()

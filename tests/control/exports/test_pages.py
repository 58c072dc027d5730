"""Asking for an export, waiting, downloading, and who took what when."""

import hashlib
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.exports import making, storing
from pivotino.control.exports.models import Download, Export
from pivotino.jobs.testing import run_all
from pivotino.tenancy import freezing, packing
from tests.cast import Browser, Person
from tests.control.exports.conftest import exported, home, proven


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.promise("P34")
def test_an_owner_asks_waits_gets_a_letter_and_downloads(busy_anna: Person) -> None:
    anna = proven(busy_anna)

    assert anna.post(home(busy_anna)).status_code == 302
    assert "Waits for its turn" in anna.get(home(busy_anna)).content.decode()
    run_all()
    export = Export.objects.get()
    page = anna.get(home(busy_anna)).content.decode()
    [letter] = mail.outbox
    file = body(anna.get(home(busy_anna, f"{export.pk}/file/")))

    assert "ready" in page and "contacts" in page
    assert (letter.to, letter.subject) == ([busy_anna.account.email], "Your export is ready")
    assert home(busy_anna) in letter.body
    assert (len(file), hashlib.sha256(file).hexdigest()) == (export.size, export.sha256)
    assert packing.look(io.BytesIO(file)).contents == export.contents
    assert Download.objects.get().account_id == busy_anna.account.id
    assert "Downloads" in anna.get(home(busy_anna)).content.decode()


def test_without_a_fresh_proof_nothing_is_made_or_handed_out(busy_anna: Person) -> None:
    export = exported(busy_anna)
    plain = busy_anna.browser

    for answer in (plain.post(home(busy_anna)), plain.get(home(busy_anna, f"{export.pk}/file/"))):
        assert answer.status_code == 302
        assert answer["Location"] == f"/my/security/again/?next={home(busy_anna)}"
    assert Export.objects.count() == 1
    assert not Download.objects.exists()


def test_the_password_once_more_is_proof(busy_anna: Person) -> None:
    busy_anna.account.set_password("a long enough secret")
    busy_anna.account.save()
    browser = busy_anna.browser

    asked = browser.post(home(busy_anna))["Location"]
    answer = browser.post(asked, {"password": "a long enough secret", "next": home(busy_anna)})

    assert answer["Location"] == home(busy_anna)
    assert browser.post(home(busy_anna)).status_code == 302
    assert Export.objects.count() == 1


def test_only_owners_have_these_pages(busy_anna: Person, bruno: Person, rita: Person, stranger: Browser) -> None:
    export = exported(busy_anna)
    rita.take_seat()
    paths = [home(busy_anna), home(busy_anna, f"{export.pk}/file/"), home(busy_anna, "import/")]

    assert [proven(bruno).get(path).status_code for path in paths] == [404, 404, 404]
    assert [proven(rita).get(path).status_code for path in paths] == [404, 404, 404]
    assert [stranger.get(path).status_code for path in paths] == [302, 302, 302]
    for path in (home(busy_anna), home(busy_anna, f"{export.pk}/end/"), home(busy_anna, f"{export.pk}/rehearsals/")):
        assert proven(bruno).post(path).status_code == 404
        assert proven(rita).post(path).status_code == 404


def test_a_rival_cannot_reach_it_through_their_own_address(busy_anna: Person, rita: Person) -> None:
    export = exported(busy_anna)
    rita.take_seat()

    assert proven(rita).get(home(rita, f"{export.pk}/file/")).status_code == 404
    assert proven(rita).post(home(rita, f"{export.pk}/end/")).status_code == 404
    assert storing.path_of(export.instance_id, export.pk).exists()


def test_another_owner_sees_it_and_cannot_download_it(busy_anna: Person, bruno: Person) -> None:
    from pivotino.control.accounts.models import Seat

    export = exported(busy_anna)
    Seat.objects.filter(account=bruno.account).update(owner=True)

    page = proven(bruno).get(home(busy_anna)).content.decode()
    answer = proven(bruno).get(home(busy_anna, f"{export.pk}/file/"))

    assert "Nurul Anna" in page and f"{export.pk}/file/" not in page
    assert answer.status_code == 404


def test_a_download_goes_on_where_it_was_cut_off(busy_anna: Person) -> None:
    export, anna = exported(busy_anna), proven(busy_anna)
    path = home(busy_anna, f"{export.pk}/file/")
    whole = body(anna.get(path))

    session = anna.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    rest = anna.get(path, headers={"Range": "bytes=70000-", "If-Range": f'"{export.sha256}"'})
    middle = anna.get(path, headers={"Range": "bytes=65535-65537"})

    assert (rest.status_code, body(rest)) == (206, whole[70000:])
    assert middle["Content-Range"] == f"bytes 65535-65537/{export.size}"
    assert body(middle) == whole[65535:65538]
    assert anna.get(path).status_code == 302, "from the beginning it is a new download"
    assert sorted(Download.objects.values_list("first_byte", flat=True)) == [0, 65535, 70000]


@pytest.mark.parametrize(("asked", "status"), [
    ("bytes=99999999999-", 416), ("bytes=-5", 206), ("bytes=5-2", 200), ("items=0-1", 200), ("bytes=", 200), ("bytes=-", 200),
])  # fmt: skip
def test_odd_ranges(busy_anna: Person, asked: str, status: int) -> None:
    export = exported(busy_anna)

    answer = proven(busy_anna).get(home(busy_anna, f"{export.pk}/file/"), headers={"Range": asked})

    assert answer.status_code == status
    if asked == "bytes=-5":
        assert len(body(answer)) == 5


def test_a_look_at_the_head_is_no_download(busy_anna: Person) -> None:
    export = exported(busy_anna)

    answer = proven(busy_anna).head(home(busy_anna, f"{export.pk}/file/"))

    assert answer["Content-Length"] == str(export.size)
    assert answer["Content-Disposition"].endswith('.zip"')
    assert not Download.objects.exists()


def test_after_seven_days_file_and_key_are_gone_and_the_row_stays(busy_anna: Person) -> None:
    export = exported(busy_anna)
    path = storing.path_of(export.instance_id, export.pk)
    assert path.exists()

    with time_machine.travel(timezone.now() + timedelta(days=7, hours=2)):
        anna = proven(busy_anna)
        assert anna.get(home(busy_anna, f"{export.pk}/file/")).status_code == 404
        making.sweep()
        page = anna.get(home(busy_anna)).content.decode()

    export.refresh_from_db()
    assert not path.exists()
    assert (export.key, export.state) == ("", "gone")
    assert "gone" in page


def test_it_can_be_removed_before(busy_anna: Person) -> None:
    export = exported(busy_anna)

    assert busy_anna.browser.post(home(busy_anna, f"{export.pk}/end/")).status_code == 302

    assert not storing.path_of(export.instance_id, export.pk).exists()
    assert busy_anna.browser.post(home(busy_anna, f"{export.pk}/end/")).status_code == 404


@pytest.mark.promise("P34")
@pytest.mark.parametrize("reason", [freezing.Reason.UNPAID, freezing.Reason.LEAVING])
def test_who_owes_or_leaves_takes_everything_out_all_the_same(busy_anna: Person, reason: Any) -> None:
    freezing.freeze(busy_anna.instance, reason)

    export = exported(busy_anna)

    assert export.counts["pipeline.opportunity"] > 0


def test_asking_twice_makes_one(busy_anna: Person) -> None:
    anna = proven(busy_anna)
    anna.post(home(busy_anna))
    anna.post(home(busy_anna))
    run_all()

    assert Export.objects.count() == 1
    assert [letter.subject for letter in mail.outbox] == ["Your export is ready"]


def test_the_list_comes_alone_for_a_page_that_waits(busy_anna: Person) -> None:
    proven(busy_anna).post(home(busy_anna))

    answer = busy_anna.browser.htmx("get", home(busy_anna)).content.decode()

    assert answer.lstrip().startswith('<div class="exports"')
    assert "<html" not in answer


def test_what_lies_on_the_disk_tells_nothing(busy_anna: Person, settings: Any) -> None:
    exported(busy_anna)

    found = b"".join(path.read_bytes() for path in (settings.VAR_DIR / "exports").rglob("*") if path.is_file())

    assert b"PK\x03\x04" not in found and b"manifest" not in found and len(found) > 10_000


def test_the_format_is_public(stranger: Browser) -> None:
    answer = stranger.get("/data-format/").content.decode()

    assert "pipeline.opportunity" in answer and "<table>" in answer and "amount_minor" in answer


def test_there_is_no_door_for_links_of_a_laptop(stranger: Browser) -> None:
    assert stranger.get("/opened/anything/").status_code == 404


def test_the_file_opens_as_a_zip_everywhere(busy_anna: Person) -> None:
    export = exported(busy_anna)
    file = body(proven(busy_anna).get(home(busy_anna, f"{export.pk}/file/")))

    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        assert "index.html" in archive.namelist()

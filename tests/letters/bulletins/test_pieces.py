"""What is typed, pictures, links, and the post of many letters at once."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from PIL import Image

from pivotino.control.marketing.models import Picture
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import run_all
from pivotino.letters.bulletins import links, pictures
from pivotino.letters.bulletins.blocks import MOST
from pivotino.letters.bulletins.editing import Draft
from pivotino.letters.models import Sent, State
from pivotino.letters.posting import bundle, post
from tests.letters.bulletins.some import a_picture
from tests.letters.conftest import PostOffice
from tests.letters.some import verification


def draft(query: str, **files: Any) -> Draft:
    return Draft.sent(QueryDict(query), files, keep=lambda file: f"/pictures/{file.name}/")


def test_the_order_of_the_page_is_the_order_of_the_letter() -> None:
    found = draft("block=b:text&block=a:heading&a-words=A&b-words=B")

    assert [row["words"] for row in found.value] == ["B", "A"] and not found.pressed


@pytest.mark.parametrize("press", ["up:a", "down:nobody", "remove:nobody", "back:", "add:pixel", "burn:a", "up:", ""])
def test_a_press_that_leads_nowhere_changes_nothing(press: str) -> None:
    found = draft(f"block=a:heading&a-words=A&press={press}")

    assert found.value == [{"kind": "heading", "words": "A"}]


def test_what_is_no_block_is_left_out_and_there_is_a_most() -> None:
    many = "&".join(f"block=k{number}:divider" for number in range(90))

    assert draft("block=a:pixel&block=:text&block=x y:text&block=text").value == []
    assert len(draft(f"{many}&press=add:text").rows) == MOST and draft(many).judge()


def test_a_removed_block_comes_back_to_its_place_with_its_words() -> None:
    found = draft("block=b:text&b-words=B&gone=a:heading&gone-from=0&a-words=A&press=back:")

    assert [row["words"] for row in found.value] == ["A", "B"] and found.gone is None


def test_a_picture_that_is_not_taken_says_so_beside_its_block() -> None:
    def refuse(file: Any) -> str:
        raise ValidationError("Too large.")

    found = Draft.sent(QueryDict("block=p:picture&p-alt=x"), {"p-file": SimpleUploadedFile("a", b"x")}, keep=refuse)

    assert not found.judge() and found.rows[0].trouble == "Too large."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_written_anew_small_and_without_what_a_camera_noted(control: None, kind: str) -> None:
    noted = Image.Exif()
    noted[0x010F] = "Secret camera of Aminah"
    more = {"exif": noted} if kind in ("JPEG", "WEBP") else {}
    picture = Picture.keep(SimpleUploadedFile("a", a_picture(kind, (2400, 600), **more)))

    assert (picture.width, picture.height) == (1120, 280)
    assert picture.kind in ("image/png", "image/jpeg") and b"Aminah" not in bytes(picture.data)
    assert Picture.keep(SimpleUploadedFile("b", a_picture(kind, (2400, 600), **more))) == picture


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"0" * 50]
)
def test_what_is_no_picture_is_refused_in_a_sentence(control: None, data: bytes) -> None:
    with pytest.raises(ValidationError, match="no picture we can read"):
        Picture.keep(SimpleUploadedFile("a.png", data))


def test_a_picture_too_large_is_refused_before_it_is_read(control: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST", 10)
    with pytest.raises(ValidationError, match="larger than"):
        Picture.keep(SimpleUploadedFile("a.png", a_picture()))
    monkeypatch.undo()
    monkeypatch.setattr("pivotino.kit.uploads.pictures.MOST_POINTS", 10)
    with pytest.raises(ValidationError, match="too many points"):
        Picture.keep(SimpleUploadedFile("a.png", a_picture()))


def test_a_link_is_read_back_and_a_made_up_one_is_none_of_ours() -> None:
    bulletin, address = uuid4(), "https://docs.example/?q=" + "x" * 300
    token = links.token_for(bulletin, address)

    assert links.read(token) == (bulletin, address)
    assert links.read(token[:-2]) is links.read("") is links.read("a.b") is links.read(f"x{token}") is None
    assert links.counted(bulletin, lambda token: token)("mailto:a@b.example") == "mailto:a@b.example"


def letters(*to: str) -> list[tuple[Any, str]]:
    return [(verification(to=address), f"many:{address}") for address in to]


def test_many_letters_are_one_job_and_a_key_is_for_ever(control: None, post_office: PostOffice) -> None:
    written = bundle(letters("a@b.example", "c@d.example", "e@f.example"))

    assert post(written, {"many:a@b.example", "many:c@d.example"}) == 2
    assert post(written, {"many:a@b.example", "many:e@f.example"}) == 1
    assert Ticket.objects.waiting().count() == 2
    run_all()
    assert sorted(letter["To"] for letter in post_office.letters) == ["a@b.example", "c@d.example", "e@f.example"]


def test_one_mailbox_that_is_full_holds_up_none_of_the_others(control: None, post_office: PostOffice) -> None:
    post_office.answers = ["452 Full", "550 Nobody"]
    post(written := bundle(letters("a@b.example", "c@d.example", "e@f.example")), set(written.letters))
    run_all()

    states = dict(Sent.objects.values_list("to", "state"))
    assert states == {"a@b.example": State.WAITING, "c@d.example": State.UNDELIVERABLE, "e@f.example": State.SENT}
    assert Ticket.objects.waiting().count() == 1


def test_bundles_know_their_instance(in_atap: Any) -> None:
    written = bundle(letters("a@b.example"))
    post(written, set(written.letters))

    assert isinstance(Sent.objects.get().instance_id, UUID)

"""What the tests of files share."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from pivotino.instance.contacts.models import Contact
from pivotino.instance.files.models import File
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside
from tests.cast import Person
from tests.kit.test_uploads import noted, photo

TEXT = b"The roof is 12 m wide.\n"
PHOTO = photo(size=(600, 400), exif=noted())


def a_card(person: Person, title: str = "Solar for the clinic") -> Opportunity:
    with inside(person.instance):
        return Opportunity.open(title, by=person.member)


def a_contact(person: Person, name: str = "Klinik Harmoni") -> Contact:
    with inside(person.instance):
        return Contact.add(name, by=person.member)


def of(person: Person, record: Any) -> str:
    kind = "contact" if isinstance(record, Contact) else "opportunity"
    return person.url(f"files/of/{kind}/{record.pk}/")


def send(person: Person, record: Any, *files: tuple[str, bytes], queue: bool = False, **more: str) -> Any:
    """Post files to a record: as the plain form, or one as the queue does."""
    headers = {"HX-Request": "true"} if queue else {}
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return person.browser.post(of(person, record), {"file": sent, **more}, headers=headers)


def added(person: Person, record: Any, name: str = "roof.txt", data: bytes = TEXT) -> File:
    assert send(person, record, (name, data)).status_code == 302
    with inside(person.instance):
        return File.objects.order_by("-id").first()  # type: ignore[return-value]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)

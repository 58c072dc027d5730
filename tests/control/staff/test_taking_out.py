"""Our staff see customers in the console; nothing there takes them out."""

from typing import Any

import pytest

from pivotino.control.accounts.models import Account
from tests.cast import Browser, Person
from tests.house import walk

# What may be downloaded: figures of visits, what staff did, what was handed over under orders, what we keep and what for.
FILES = {
    "staff/visits.csv", "staff/deeds.csv", "staff/orders/disclosures.csv", "staff/breaches/breaches.csv", "staff/record.csv", "staff/record.json",
}  # fmt: skip


@pytest.mark.promise("P19")
def test_no_page_of_the_console_hands_out_people(desk: Browser, anna: Person, rita: Person) -> None:
    people = {word for one in Account.objects.exclude(is_staff=True) for word in (one.email, one.name)}
    pages = [route.path for route in walk.routes() if route.path.startswith("staff/") and not route.parameters]

    files = {}
    for path in pages:
        for asked in ("", "?format=csv", "?download=1", "?page=2"):
            answer: Any = desk.get(f"/{path}{asked}")
            whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.status_code == 200 and not answer["Content-Type"].startswith("text/html"):
                files[path] = whole.decode()
            assert path in FILES or "Content-Disposition" not in answer.headers, path

    assert len(pages) > 10
    assert files.keys() == FILES
    assert [word for word in people for text in files.values() if word in text] == []

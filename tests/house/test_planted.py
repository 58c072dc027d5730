"""One card number, planted at every door, and then looked for byte by byte in everything that keeps anything."""

import base64
import json
import logging
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Source
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.prospects.models import Key
from pivotino.instance.history.models import Event
from pivotino.jobs.testing import run_all
from pivotino.kit.sensitive import MaskedLines
from pivotino.letters.mailbox import take_in
from pivotino.tenancy import inside, provision
from pivotino.tenancy.places import buckets
from tests.cast import Browser, Person
from tests.house import world
from tests.house.test_cards import DOORS
from tests.kit.papers import pdf, saying
from tests.kit.test_uploads import office

# Used nowhere else, so that what another test left in a freed page is not taken for this one's.
CARD = "4539 1488 0343 6467"
BARE = CARD.replace(" ", "")
# As people and programs write it; each is planted, and each is looked for.
SPELLINGS = (
    CARD, BARE, CARD.replace(" ", "-"), CARD.replace(" ", "."), CARD.replace(" ", "\u00a0"), CARD.replace(" ", "&nbsp;"), CARD.replace(" ", "%20"),
    CARD.replace(" ", "+"), CARD.replace(" 0343", "\n0343"), "\u200b".join(BARE), "".join(f"&#{ord(digit)};" for digit in BARE),
    BARE.translate({48 + digit: 0xFF10 + digit for digit in range(10)}), BARE.translate({48 + digit: 0x0660 + digit for digit in range(10)}),
    f"{CARD} 12/29 737", f"https://pay.example/?card={BARE}",
)  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "import/": {"id": str(uuid4()), "file": ("list.csv", f"Opportunity,Notes\nRoof,{CARD}\n")},
    "import/#name": {"id": str(uuid4()), "file": (f"{BARE}.csv", "Opportunity\nRoof\n")},
    "quick/": {"line": f"Roof {BARE}"},
    "board/?text=": {}, "search/?q=": {},
    "settings/company/": {"name": f"Atap {CARD}", "country": "MY", "currency": "MYR", "zone": "Asia/Kuala_Lumpur"},
    "settings/me/": {"name": f"Anna {CARD}"},
    "colleagues/invite/": {"addresses": f"{BARE}@atap.example", "role": "user", "send": "1"},
    "mailing/": {"id": str(uuid4()), "name": f"News {CARD}", "subject": CARD},
    "people/new/": {"kind": "person", "name": "Siti", "email": f"{BARE}@atap.example", "notes": f"{CARD} cvv 737"},
    f"no/such/page/{BARE}/": {"anything": CARD},
}  # fmt: skip


def plant_inside(anna: Person) -> None:
    ids = world.records(anna)
    typed = {
        path: {name: re.sub(r"4111[ ]?1111[ ]?1111[ ]?1111", CARD, text) for name, text in said.items()}
        for path, said in DOORS.items()
    }
    for path, said in {**typed, **MORE}.items():
        kind = "activity" if path.startswith("activities/") else "opportunity"
        address = anna.url(path.partition("#")[0].replace("<uuid:id>", str(ids[kind])))
        if "?" in path:
            anna.browser.get(address + BARE, headers={"Referer": f"http://testserver/?q={BARE}"})
            continue
        for asked in ("post", "htmx"):
            data = {
                name: SimpleUploadedFile(it[0], it[1].encode()) if isinstance(it, tuple) else it
                for name, it in said.items()
            }
            browser = anna.browser
            browser.htmx("post", address, data) if asked == "htmx" else browser.post(address, data)
    with inside(anna.instance):
        event = Event.objects.latest("at")
    anna.browser.post(anna.url(f"undo/{event.pk}/"), {"note": CARD})


def plant_spellings(anna: Person) -> None:
    """Every way of writing it, at doors for words, for changes and for files."""
    ids = world.records(anna)
    card = anna.url(f"opportunities/{ids['opportunity']}/")
    for number, way in enumerate(SPELLINGS):
        anna.browser.htmx("post", f"{card}notes/", {"body": f"They pay with {way}"})
        anna.browser.post(f"{card}notes/", {"body": f"They pay with {way}"})
        anna.browser.htmx("post", f"{card}facts/title/", {"title": f"Roof {way}", "version": "1"})
        anna.browser.post(anna.url("people/new/"), {"kind": "company", "name": f"Solar {number}", "notes": way})
    files = [
        (f"scan_{BARE}.txt", b"fine"), ("a.txt", CARD.encode("utf-16")), ("a.csv", f"name;card\nMei;{CARD}\n".encode()),
        ("a.pdf", pdf(saying(f"Pay {CARD}"))), ("a.docx", office(**{"word/comments.xml": f"<w:t>{CARD}</w:t>"})),
        ("a.eml", mail_with("base64").as_bytes()), ("a.eml", mail_with("8bit", attached=True).as_bytes()),
    ]  # fmt: skip
    for name, data in files:
        sent = SimpleUploadedFile(name, data)
        answer = anna.browser.htmx("post", anna.url(f"files/of/opportunity/{ids['opportunity']}/"), {"file": sent})
        assert answer.status_code == 422, name


def mail_with(encoding: str, *, attached: bool = False) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = (
        "Mei <mei@kedai.example>",
        "help@pivotino.example",
        f"<{encoding}-{attached}@kedai.example>",
    )
    mail["Subject"] = f"Größe {encoding}" if attached else f"Bill für {CARD}"
    mail.set_content(f"Ünser card is\n{CARD}, cvv 737\n" if not attached else "See below", cte=encoding)
    if attached:
        mail.add_attachment(f"card {CARD}".encode(), maintype="text", subtype="plain", filename=f"Größe {BARE}.txt")
    return mail


def plant_mails() -> None:
    for encoding in ("base64", "quoted-printable", "8bit"):
        assert take_in(mail_with(encoding).as_bytes())
        assert take_in(mail_with(encoding, attached=True).as_bytes())
    page = EmailMessage()
    page["From"], page["Subject"], page["Message-ID"] = "mei@kedai.example", "Page", f"<{BARE}@kedai.example>"
    page.set_content(f"<p>Card <b>{CARD[:9]}</b>&nbsp;{CARD[10:]}</p>", subtype="html")
    page["References"] = f"<{BARE}.1@kedai.example>"
    assert take_in(page.as_bytes())


def plant_errors() -> None:
    """What breaks quotes what it was given: a line of the log, a trace, a ticket of the line of jobs."""
    for way in SPELLINGS:
        logging.getLogger("pivotino.test").error("Not found: /pay/%s", way)
        try:
            raise ValueError(f"value too long: {way}")
        except ValueError:
            logging.getLogger("django.request").exception("Internal Server Error: /x/?q=%s", way)


def plant_outside() -> None:
    stranger = Browser()
    for path, said in {
        "/get-started/": {"name": f"Mei {CARD}", "email": f"{BARE}@kedai.example", "company": CARD},
        "/contact/": {
            "name": CARD,
            "email": "mei@kedai.example",
            "subject": CARD,
            "body": f"Charge {CARD} cvv 737",
            "message": CARD,
        },
        "/sign-in/": {"login": f"{BARE}@kedai.example", "password": BARE},
        "/forgot-password/": {"email": f"{BARE}@kedai.example"},
        "/demo/": {"name": CARD, "email": "mei@kedai.example", "company": CARD, "message": CARD},
    }.items():
        stranger.post(path, said)
    for path in (f"/?utm_source={BARE}", f"/pay/{BARE}/", f"/prices/?card={CARD}"):
        stranger.get(path, headers={"Referer": f"https://elsewhere.example/{BARE}?card={BARE}"})
    secret = Key.objects.issue("Fair form", days=30, by="Sofia Staff")[1]
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}
    body = json.dumps(
        {"email": "a@b.example", "name": f"Mei {CARD}", "source": {"kind": "interest-group", "detail": BARE}}
    )
    refused = Client().post("/api/prospects/", body, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "sensitive_data")
    open_ticket(
        Category.SUPPORT,
        f"Bill {BARE}",
        f"My card is {CARD}, cvv 737.",
        email="mei@kedai.example",
        name=f"Mei {BARE}",
        source=Source.MAIL,
    )


def bytes_of_files() -> dict[str, bytes]:
    """Every file below the folder that keeps everything: databases with their journals, uploads, exports."""
    folders = {Path(settings.VAR_DIR), *(bucket.folder for bucket in buckets().values() if bucket.engine == "sqlite")}
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def rows_of_databases() -> dict[str, str]:
    """Every row of every table of every schema, as the engine itself prints it."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[f"control {table}"] = repr(cursor.fetchall())
    for bucket in buckets().values():
        if bucket.engine == "sqlite":
            continue  # its files were read as they are
        with provision.administrator(bucket) as admin:
            tables = admin.execute(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for schema, table in tables:
                rows = admin.execute(f'SELECT t::text FROM "{schema}"."{table}" t').fetchall()
                found[f"{schema} {table}"] = repr(rows)
    return found


@pytest.mark.promise("P53", "P54", "A43")
def test_a_card_planted_at_every_door_is_in_no_byte_that_is_kept(
    control: None, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(MaskedLines("%(name)s %(message)s"))  # as the console writes them
    plant_inside(anna)
    plant_spellings(anna)
    plant_outside()
    plant_mails()
    plant_errors()
    run_all()

    files, rows = bytes_of_files(), rows_of_databases()

    assert len(rows) > 40 and (len(files) > 5 or connection.vendor == "postgresql")
    assert "bukit raja" in "".join(rows.values()).lower() + repr(files).lower(), "what was kept is really read"
    ways = {
        form
        for way in SPELLINGS
        for form in (way, json.dumps(way)[1:-1], repr(way)[1:-1], base64.b64encode(way.encode()).decode())
    }
    assert [name for name, held in files.items() if any(way.encode() in held for way in ways)] == []
    assert [name for name, held in rows.items() if any(way in held for way in ways)] == []
    assert [way for way in ways if way in caplog.text] == []
    assert "Größe base64" in "".join(rows.values()), "the mails were really kept"

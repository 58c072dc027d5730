"""For tests of packing: an instance with everything in it that could go wrong on its way, and places to unpack into."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.core.files.storage import storages

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Import, ProposedRow, Verdict
from pivotino.instance.files.carriers import Carrier
from pivotino.instance.files.models import File
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import take_back
from pivotino.instance.lifecycle.models import Harmless, LookBack, SensitiveRule, Sighting
from pivotino.instance.lifecycle.sample import make_sample
from pivotino.instance.mailing.models import (
    Audience,
    Conditions,
    Followed,
    How,
    Mailing,
    Picture,
    Recipient,
    Sender,
)
from pivotino.instance.mailing.models.stops import mark_of, stop
from pivotino.instance.members.models import Company, Invitation, Member, Rate, Role
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.instance.subjects.models import (
    Asking,
    Consent,
    Due,
    KeepingRule,
    Mention,
    Restriction,
    Sort,
    Source,
    Spared,
    Swept,
)
from pivotino.instance.subjects.models import Erasure as Erased
from pivotino.kit.ids import uuid7
from pivotino.kit.uploads import take
from pivotino.tenancy import packing, provision
from pivotino.tenancy.packing.manifest import PATH, Manifest
from pivotino.tenancy.places import Bucket, Place, buckets

NAMES = (
    "شركة الأفق للطاقة", "חברת השמש בע״מ", "日光屋顶有限公司", "Dächer & Söhne; GmbH, Köln", "👩🏽‍🔧 Roof 🌞 crew", "O'Brien \\ Co",
    "=HYPERLINK(\"http://x\")", "x" * 200, "Zoë\u0301 Ångström", "<script>alert(1)</script>",
)  # fmt: skip
LONG = "A line.\nAnother, with a tab\tand “quotes”; and a very long end " + "ü" * 300 + "\n\n👍🏿"


def fill(anna: Member, bruno: Member, *, seed: int = 7) -> None:
    """Everything people do, with names from everywhere. Runs inside an instance."""
    dice = random.Random(seed)
    Rate.objects.create(currency="USD", since=date(2026, 1, 1), rate=Decimal("4.4712345678"))
    Rate.objects.create(currency="IDR", since=date(2026, 1, 1), rate=Decimal("0.0002812345"))
    make_sample(by=anna)
    Company.objects.update(set_up_at=datetime(2026, 1, 2, tzinfo=UTC))
    people = []
    for number, name in enumerate(NAMES):
        company = Contact.add(name, by=anna, kind="company", labels=["Föderal, A", "עברית"][: number % 3], notes=LONG)
        people.append(
            Contact.add(
                f"{name[:150]} person",
                by=bruno,
                kind="person",
                company=company,
                email=f"p{number}@x.example",
                mobile="+60123456789",
                title="Dr",
                job_position="Head; of, roofs",
                country="DE",
                language="de",
                street="Weg 1",
                city="Köln",
                zip="50667",
                website="https://x.example/?a=1,2",
                notes="Note",
            )  # fmt: skip
        )
    people[0].remove(by=anna)
    open_stages = list(Stage.objects.at_work())
    for number in range(24):
        one = Opportunity.open(
            f"{dice.choice(NAMES)[:180]} {number}", by=dice.choice([anna, bruno]), contact=dice.choice([None, *people[1:]]),
            amount_minor=dice.choice([0, 1, 123_456_789_012, dice.randrange(10**8)]), currency=dice.choice(["MYR", "USD", "IDR"]),
            tags=dice.sample(["hot", "été", "大"], dice.randrange(3)), stars=number % 4, notes=dice.choice(["", LONG]),
            expected_closing=dice.choice([None, date(2031, 12, 31)]),
        )  # fmt: skip
        activity = Activity.plan(
            one, kind="call", by=anna, due_on=date(2026, 12, 1) + timedelta(number), note=LONG, summary=dice.choice(["", NAMES[4]]),
            due_time=dice.choice([None, time(14, 30), time(9, 5, 7)]), assigned_to=bruno,
        )  # fmt: skip
        if number % 5 == 0:
            activity.complete(by=anna, feedback=f"{NAMES[0]}\nagreed")
            event = one.edit(version=fresh(one).version, by=anna, product="Carport")
            assert event
            take_back(event, by=anna)
        elif number % 5 == 1:
            activity.cancel(by=anna)
            one.refresh_from_db()
            one.lose(reason=LostReason.objects.first(), note="עם הערה", by=anna)
        elif number % 5 == 2:
            activity.cancel(by=anna)
            one.refresh_from_db()
            one.win(by=anna)
        elif number % 5 == 3:
            one.move_to(open_stages[1], version=fresh(one).version, by=anna)
    fresh(one).remove(by=anna)
    gone = Member.objects.create(name="Left long ago", email="gone@x.example", left_at=datetime(2026, 1, 1, tzinfo=UTC))
    Invitation.make(Member.objects.create(name="Invited", email="i@x.example"), by=anna, made_member=True)
    anna.prefer(board={"fold": ["z", "a"], "n": 1.5, "deep": [None, True, {"b": 1, "a": "\u2028"}]})
    for number, kind in enumerate(("opportunity", "contact")):
        carrier = Carrier(kind, (one, people[1])[number].pk, anna.pk, "Roof", "pipeline:opportunity")
        File.attach(carrier, take(f"{NAMES[0]} {number}".encode(), f"été {number}.txt"), by=anna)
    _mail(anna, people)
    _wishes(anna, people)
    _odd(anna, gone)


def _mail(anna: Member, people: list[Contact]) -> None:
    """Mailings: who writes, to whom, a letter with a picture that went, and somebody who wants none."""
    sender = Sender.ours()
    sender.change(by=anna, name=NAMES[3], address="us@x.example", postal="Weg 1\nKöln", host="mx.x.example", port=587, user="us",
                  security="starttls", password="hush")  # fmt: skip
    audience = Audience.make(NAMES[0], by=anna)
    audience.add(people[1:], by=anna)
    Audience.make("Won", by=anna, conditions=Conditions(sales="won", country="DE"))
    body = [{"kind": "text", "words": LONG}]
    letter = Mailing.objects.create(name="News", subject=NAMES[4], body=body, audience=audience, by=anna)
    Recipient.objects.create(
        bulletin=letter, mark="a" * 32, address="p1@x.example", name=NAMES[1], due_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    Followed.objects.create(bulletin=letter, address="https://x.example/?a=1&b=ü", times=3)
    Picture.objects.create(digest="d" * 64, kind="image/png", data=bytes(range(256)), width=1, height=2)
    stop(mark_of("p2@x.example", sender.key), audience=None, how=How.LINK)
    stop(mark_of("p3@x.example", sender.key), audience=audience, how=How.ONE_CLICK)


def _wishes(anna: Member, people: list[Contact]) -> None:
    """What people asked for, how long what is kept, and what the doors noticed."""
    day, moment = date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)
    asking = Asking.objects.create(
        sort=Sort.values[0], contact=people[1], who=NAMES[1], said=LONG, came_on=day, due_on=day, by=anna
    )
    erased = Erased.objects.create(
        contact_id=uuid7(), asking=asking, counts={"Notes": 2}, by=anna, goes_at=moment, done_at=moment
    )
    Mention.objects.create(erasure=erased, model="pipeline.Note", field="body", record=str(uuid7()))
    rule = KeepingRule.objects.create(key="lost", months=240, by=anna)
    Due.objects.create(rule=rule, of="opportunity", record_id=uuid7(), goes_on=day)
    Spared.objects.create(record_id=uuid7(), by=anna)
    Swept.objects.create(key="lost", months=240, count=3)
    Source.objects.create(contact=people[2], how=NAMES[0], on=day, by=anna)
    Consent.objects.create(contact=people[2], topic="News", given=True, how="By phone", wording=LONG, on=day, by=anna)
    Restriction.objects.create(contact=people[-1], why=NAMES[4], by=anna)
    seen = {"pack": "bank", "door": "notes", "field": "body", "shown": "•••• 1111", "mark": "b" * 64}
    Sighting.objects.create(day=day, outcome="asked", **seen)
    Harmless.objects.create(by=anna, **seen)
    SensitiveRule.objects.create(pack="bank", stance="off")
    LookBack.objects.create(by=anna, packs=["bank"], found={"a": 1}, finished_at=moment)


def _odd(anna: Member, gone: Member) -> None:
    """What the verbs never make and the tables may still hold."""
    midnight = datetime(2026, 2, 28, 0, 0, 0, tzinfo=UTC)
    Event.objects.create(
        at=midnight,
        verb="thing.happened",
        subject_kind="thing",
        subject_id=uuid7(),
        by=gone,
        data={"b": 2, "a": [1.0, 10**15]},
    )
    brought = Import.objects.create(
        name="deals, “old”.csv", ending="csv", size=7, sha256="0" * 64, uploaded_by=anna, plan={"z": 1, "a": None}
    )
    ProposedRow.objects.create(
        of_import=brought, number=1, verdict=Verdict.NEW, name="row", data={"k": ["v"]}, before=None
    )
    ProposedRow.objects.create(
        of_import=brought, number=2, verdict=Verdict.CHANGED, name="row", before={"x": None}, version=3
    )


def fresh(one: Opportunity) -> Opportunity:
    return Opportunity.objects.select_related("stage").get(pk=one.pk)


def folder_of(place: Place) -> Path:
    """Where the files of an instance lie on a disk."""
    return Path(storages["default"].path(place.key))


def give_a_file(place: Place) -> None:
    """A file in the instance's own area, and one that is only half there."""
    folder = folder_of(place) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.csv").write_bytes(b"a,b\r\n\x00\xff")
    (folder / "two.part").write_bytes(b"half")


def packed(place: Place) -> tuple[io.BytesIO, Manifest]:
    """An archive in memory, ready to be read."""
    out = io.BytesIO()
    manifest = packing.pack(place, out)
    out.seek(0)
    return out, manifest


@contextmanager
def empty(bucket: Bucket | None = None) -> Iterator[Place]:
    """An empty database of the current schema that no address leads to."""
    place = Place(
        id=UUID(uuid7().hex), slug="elsewhere", name="Elsewhere", bucket=bucket or next(iter(buckets().values()))
    )
    provision.create(place)
    try:
        yield place
    finally:
        provision.destroy(place)


def files_bucket(folder: Path) -> Bucket:
    """A bucket of the other kind, where tests run on PostgreSQL."""
    return Bucket(name=f"files-{folder.name}", url=f"sqlite:///{folder}")


def rewritten(archive: io.BytesIO, change: Callable[[zipfile.ZipFile, dict[str, bytes]], object]) -> io.BytesIO:
    """The archive with something changed; `change` gets the new one to add to and the files that will be put in."""
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        change(new, parts)
        for name, data in parts.items():
            new.writestr(name, data)
    out.seek(0)
    return out


def reseal(parts: dict[str, bytes], change: Callable[[Manifest], None]) -> None:
    """Change the manifest and let it agree with itself again: what a careful attacker would do."""
    manifest = Manifest.read(parts[PATH])
    change(manifest)
    parts[PATH] = manifest.written()


def company() -> Company:
    return Company.objects.get()


__all__ = [
    "LONG",
    "NAMES",
    "Role",
    "company",
    "empty",
    "files_bucket",
    "fill",
    "give_a_file",
    "packed",
    "reseal",
    "rewritten",
]

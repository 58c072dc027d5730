"""A world in which both instances hold the same kinds of records under the same titles; the rival's carry the word."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.uploading import take_in
from pivotino.instance.files.carriers import Carrier
from pivotino.instance.files.models import File
from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle.keeping import add_rate, set_up
from pivotino.instance.mailing.models import Audience, How, Mailing
from pivotino.instance.mailing.models.stops import stop
from pivotino.instance.members.models import Invitation, Member, Rate
from pivotino.instance.members.queries import company, today
from pivotino.instance.pipeline.models import LostCategory, LostReason, Opportunity, Stage
from pivotino.kit.uploads import take
from pivotino.tenancy import inside
from pivotino.tenancy.router import plane_of
from tests.cast import RIVAL, Person

Records = dict[str, Any]


def records(person: Person) -> Records:
    """A fresh set of everything an address may take an id of, made by this person through the verbs people use."""
    with inside(person.instance):
        me, word = person.member, f" {RIVAL}" if person.key == "rita" else ""
        if company().set_up_at is None:
            set_up(by=me)
        customer = Contact.add(
            f"Bukit Raja Logistik{word}", by=me, city=f"Klang{word}", owner=me, phone="+60 12-345 6789"
        )
        card = Opportunity.open(
            f"Metal deck re-roof{word}",
            by=me,
            contact=customer,
            amount_minor=14_850_000,
            tags=[f"roof{word}"],
            notes=f"Block C{word}",
        )
        activity = Activity.plan(card, kind="call", by=me, due_on=today(), summary=f"Ask for the drawings{word}")
        card.write_note(f"They want it before the rain{word}.", by=me)
        event = Event.objects.filter(subject_id=card.pk, verb="opportunity.created").get()
        guest = Member.objects.create(name=f"Guest{word}", email=f"{uuid4().hex}@atap-suria.example")
        invitation, _ = Invitation.make(guest, by=me, made_member=True)
        reason = LostReason.objects.create(name=f"Timing{word} {uuid4().hex}", category=LostCategory.objects.all()[0])
        rate = Rate.objects.order_by("since").first() or add_rate("EUR", Decimal("4.7"), today(), by=me)
        sheet = SimpleUploadedFile(f"list{word}.csv", f"Opportunity,Amount\nRoof{word},1200\n".encode())
        audience = Audience.make(f"Shops{word}", by=me)
        audience.add([customer], by=me)
        mailing = Mailing.objects.create(name=f"News{word}", subject=f"News{word}", audience=audience, by=me)
        stopped = stop(uuid4().hex, audience=audience, how=How.BOUNCE, reason=f"Nobody{word}")
        kept = Carrier(card.kind, card.pk, card.owner_id, card.title, "pipeline:opportunity")
        file = File.attach(kept, take(f"Twelve metres{word}".encode(), f"roof{word}.txt"), by=me)
        return {
            "file": file.pk, "mailing": mailing.pk, "audience": audience.pk, "stop": stopped.pk,
            "invitation": invitation.pk, "reason": reason.pk, "rate": rate.pk, "import": take_in(sheet, id=uuid4(), by=me).pk,
            "opportunity": card.pk, "contact": customer.pk, "activity": activity.pk, "stage": Stage.objects.at_work()[0].pk,
            "event": event.pk, "member": me.pk, "random": uuid4(),
        }  # fmt: skip


def nothing() -> Records:
    """Ids of nothing at all."""
    return {"random": uuid4()}


def stand() -> dict[str, tuple[int, int]]:
    """How the current instance stands, table by table: how many rows, and a fingerprint of them."""
    there = set(connections["instance"].introspection.table_names())
    models = [
        model
        for model in apps.get_models()
        if plane_of(model._meta.app_label) == "instance" and model._meta.db_table in there
    ]
    tables = [(model._meta.label, sorted(map(str, model._base_manager.values_list()))) for model in models]
    return {label: (len(rows), hash("".join(rows))) for label, rows in tables}

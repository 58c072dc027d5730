"""What lies beside the cards: files, how long something stays, what people said about their data and asked of it."""

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from pivotino.instance.contacts.models import Contact
from pivotino.instance.files.carriers import carrier_of
from pivotino.instance.files.models import File
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.subjects import inbox, keeping, wishing
from pivotino.kit.uploads import take

FILES = (
    ("Measured on site.txt", b"North side 14.2 m, south side 14.0 m. Ladder goes to the left of the door.\nKeys at the guard house.\n"),
    ("Parts.csv", b"Part,Pieces\nPanel,18\nClamp,44\nRail 4 m,12\n"),
)  # fmt: skip


def put_beside(owner: Member) -> None:
    """Some files on the cards that were opened last; one rule; one person asked and said something."""
    cards = list(Opportunity.objects.at_work().order_by("-created_at")[:3])
    for card, (name, data) in zip(cards, (("The front.jpg", _picture()), *FILES), strict=False):
        carrier = carrier_of(owner, "opportunity", card.pk)
        assert carrier is not None
        File.attach(carrier, take(data, name), by=owner)
    keeping.set_rule("bin", 12, by=owner)
    people = list(Contact.objects.people().order_by("created_at")[:2])
    for person in people:
        wishing.note_source(person, how="Their card, at the builders' fair", on=today() - timedelta(days=20), by=owner)
        wishing.note_consent(person, topic="Mailings", given=person is people[0], on=today() - timedelta(days=19), how="On the telephone", by=owner)  # fmt: skip
    if people:
        inbox.receive(sort="access", who=people[-1].name, by=owner, address=people[-1].email, contact=people[-1])


def _picture() -> bytes:
    """A house under a blue sky."""
    picture = Image.new("RGB", (960, 640), "#b9d4ea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 500, 960, 640), fill="#93a57c")
    draw.rectangle((250, 320, 710, 540), fill="#efe6d8")
    draw.polygon([(200, 330), (480, 150), (760, 330)], fill="#8a4b3c")
    for left in (300, 440, 600):
        draw.rectangle((left, 380, left + 70, 460), fill="#5f7f96")
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()

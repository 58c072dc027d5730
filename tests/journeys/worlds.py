"""What journeys find already there: instances with people and opportunities, made beside the running server."""

from typing import Any
from uuid import UUID

from pivotino.tenancy import inside
from pivotino.tenancy.models import Instance
from tests import cast


def cast_of_two() -> dict[str, Any]:
    """The cast's two instances, with a session for each person. Repeating it gives fresh sessions."""
    from pivotino.control.accounts.models import Account
    from pivotino.tenancy.testing import make_instance

    people = {account.email.split("@")[0]: account for account in Account.objects.all()}
    if "anna" not in people:
        people = cast.accounts()
        for slug, name in cast.COMPANIES.items():
            cast.settle(make_instance(slug, name), people)
    sessions = {}
    for key, (_, _, slug) in cast.PEOPLE.items():
        browser = cast.Browser(key)
        browser.force_login(people[key], backend="allauth.account.auth_backends.AuthenticationBackend")
        sessions[key] = {"session": browser.cookies["pv_session"].value, "url": f"/@{slug}/"}
    return sessions


def in_instance(slug: str, work: Any) -> Any:
    """Run something inside one instance."""
    with inside(Instance.objects.get(slug=slug)):
        return work()


def fresh_board(cards: list[dict[str, Any]]) -> dict[str, str]:
    """Atap Suria's board with exactly these cards, first on top: title, stage, owner, amount, next (kind and days from today)."""
    from datetime import timedelta

    from pivotino.instance.activities.models import Activity
    from pivotino.instance.contacts.models import Contact
    from pivotino.instance.members.models import Member
    from pivotino.instance.members.queries import today
    from pivotino.instance.pipeline.models import Opportunity, Stage

    def work() -> dict[str, str]:
        anna = Member.objects.get(name="Nurul Anna")
        for old in Opportunity.objects.filter(removed_at__isnull=True):
            old.remove(by=anna)
        made = {}
        for card in reversed(cards):
            contact = Contact.add(card["who"], kind="company", by=anna) if card.get("who") else None
            one = Opportunity.open(
                card["title"], by=anna, stage=Stage.objects.get(name=card.get("stage", "New")), contact=contact,
                amount_minor=card.get("amount", 1000) * 100, owner=Member.objects.get(name=card.get("owner", "Nurul Anna")),
            )  # fmt: skip
            for activity in Activity.objects.filter(opportunity=one).open():
                activity.cancel(by=anna)
            if card.get("next"):
                kind, days = card["next"]
                Activity.plan(one, kind=kind, by=anna, due_on=today() + timedelta(days=days))
            made[card["title"]] = str(one.pk)
        for member in Member.objects.all():
            member.prefer(board_open=[])
        return made

    found: dict[str, str] = in_instance("atap-suria", work)
    return found


def colleague_moves(id: str, stage: str, who: str = "Nurul Anna") -> str:
    """Somebody else puts a card into a stage, beside the open browsers."""
    from pivotino.instance.members.models import Member
    from pivotino.instance.pipeline.models import Opportunity, Stage

    def work() -> str:
        one = Opportunity.objects.get(pk=id)
        one.move_to(Stage.objects.get(name=stage), version=None, by=Member.objects.get(name=who))
        return str(one.version)

    told: str = in_instance("atap-suria", work)
    return told


def colleague_writes(id: str, text: str, who: str) -> None:
    """Somebody else writes a note on a card, beside the open browsers."""
    from pivotino.instance.members.models import Member
    from pivotino.instance.pipeline.models import Opportunity

    in_instance(
        "atap-suria", lambda: Opportunity.objects.get(pk=id).write_note(text, by=Member.objects.get(name=who)) and None
    )


def stage_of(id: str) -> str:
    """Where a card truly is."""
    from pivotino.instance.pipeline.models import Opportunity

    told: str = in_instance("atap-suria", lambda: Opportunity.objects.select_related("stage").get(pk=id).stage.name)
    return told


def busy_world() -> dict[str, Any]:
    """A board on which everything is too long, too wide or from right to left, a contact, and a session for each person."""
    from pivotino.instance.contacts.models import Contact
    from pivotino.instance.lifecycle.keeping import set_up
    from pivotino.instance.members.models import Invitation, Member
    from pivotino.instance.members.queries import company
    from pivotino.instance.pipeline.models import Opportunity

    sessions = cast_of_two()
    arabic, han = "مكتب الدراسات الهندسية للطاقة الشمسية والتركيبات", "屋顶太阳能安装工程第三期光明有限公司"
    stages = ["New", "First Activity", "Follow Up", "Quotation"]
    cards = [
        {"title": f"{title}{'' if turn == 0 else f' {turn}'}"[:200], "who": who, "amount": amount, "stage": stage, "next": after, "owner": owner}
        for turn, stage in enumerate(stages)
        for title, who, amount, after, owner in (
            ("W" * 196, "Ü" * 120, 9_999_999_999_999, ["call", -2], "Nurul Anna"),
            ("18 kWp rooftop solar for the new warehouse beside the old one, with battery", "Bukit Raja Logistik", 148_500, ["call", 0], "Bruno Sales"),
            (arabic, "شركة النور", 38_400, ["meeting", 3], "Nurul Anna"),
            (han, han, 6_480, None, "Carla User"),
        )
    ]  # fmt: skip
    made = fresh_board([dict(card) for card in cards])

    def work() -> dict[str, str]:
        anna = Member.objects.get(name="Nurul Anna")
        if company().set_up_at is None:
            set_up(by=anna)
        person = Contact.add(
            "Faridah binti Osman",
            kind="person",
            by=anna,
            email="faridah@klinik.example",
            phone="012-345 6789",
            notes="Ask first.",
        )
        card = Opportunity.objects.get(pk=made[str(cards[1]["title"])])
        card.tag(["Solar", "Warehouse of the north"], by=anna)
        card.edit(by=anna, version=card.version, contact=person, stars=3)
        card.write_note("They want it before the rain.\n" + "unbroken" * 40, by=anna)
        guest, _ = Member.objects.get_or_create(email="guest@atap.example", defaults={"name": "Guest " + "x" * 60})
        if not Invitation.objects.filter(member=guest).exists():
            Invitation.make(guest, by=anna, made_member=True)
        return {"card": str(card.pk), "person": str(person.pk)}

    return {"sessions": sessions, **in_instance("atap-suria", work)}


def owner_without_a_plan() -> dict[str, Any]:
    """Anna owns Atap Suria in the eyes of the control plane too, on the free plan; the payment provider has none of her."""
    from pivotino.control.accounts.models import Account
    from pivotino.control.payments.models import Payer
    from pivotino.control.subscriptions.models import Plan, Subscription
    from pivotino.tenancy import seats

    sessions = cast_of_two()
    instance = Instance.objects.get(slug="atap-suria")
    anna = Account.objects.get(email="anna@atap-suria.example")
    with inside(instance):
        seats.take(anna.id, owner=True)
    Payer.objects.filter(instance=instance).delete()
    Subscription.objects.filter(instance=instance).delete()
    Subscription.objects.start(instance, anna, Plan.objects.published().get(kind=Plan.Kind.FREE))
    return sessions


def notices() -> list[str]:
    """What the payment provider told by itself, and was taken."""
    from pivotino.control.payments.models import Notice

    return sorted(Notice.objects.filter(outcome="told").values_list("kind", flat=True))


def trial_is_over(slug: str) -> None:
    """The days of the trial pass at once; the schedule that tells of it runs as it would that day."""
    from datetime import timedelta

    from django.db.models import F

    from pivotino.control.billing.jobs import look_at_the_dates
    from pivotino.control.subscriptions.models import Subscription

    mine = Subscription.objects.filter(instance__slug=slug)
    trial = mine.get(until__isnull=False)
    assert trial.until
    passed = trial.until - trial.since + timedelta(minutes=1)
    mine.update(since=F("since") - passed, until=F("until") - passed)
    look_at_the_dates()


def days_of_leaving_pass(slug: str, days: int) -> None:
    """Whoever leaves is so many days further, and the schedule looks at the clock."""
    from datetime import timedelta

    from django.db.models import F

    from pivotino.control.terminations.jobs import look_at_the_clock
    from pivotino.control.terminations.models import Reminder, Termination

    passed = timedelta(days=days)
    mine = Termination.objects.in_grace().filter(instance__slug=slug)
    Reminder.objects.filter(termination__in=mine).update(at=F("at") - passed)
    mine.update(begun_at=F("begun_at") - passed, ends_at=F("ends_at") - passed)
    look_at_the_clock()


def move_to(slug: str, bucket: str) -> None:
    """Those who run this let a database move; a worker does it."""
    from django.db import transaction

    from pivotino.control.placements import jobs, moving

    with transaction.atomic():
        jobs.put_in_line(moving.move(Instance.objects.get(slug=slug), to=bucket, by="sofia", why="the first is full"))


def bucket_of(slug: str) -> str:
    """Where a database lies."""
    return Instance.objects.get(slug=slug).bucket


def with_password(email: str, password: str) -> None:
    """Somebody of the cast has this password."""
    from pivotino.control.accounts.models import Account

    account = Account.objects.get(email=email)
    account.choose_password(password)
    account.open()


def somebody(email: str, password: str) -> None:
    """An account with a password, of nobody in the cast."""
    from pivotino.control.accounts.models import Account

    Account.objects.create_user(email, password, name="Omar Idris").open()


def works_here(email: str, yes: bool) -> None:
    """Somebody works for us, or no more."""
    from pivotino.control.accounts.models import Account

    Account.objects.filter(email=email).update(is_staff=yes)


def signed_in_long_ago(key: str) -> None:
    """An hour has passed since this session proved who it is."""
    from pivotino.control.accounts.sessions import SessionStore

    session = SessionStore(key)
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 3600
    session.save()


def read_our_mailbox() -> list[tuple[str, str]]:
    """What the job does every five minutes, now; then who is stopped from what, and by which road."""
    from pivotino.letters.mailbox import read_mailbox
    from pivotino.letters.models import Suppression

    read_mailbox()
    return list(Suppression.objects.values_list("scope", "how"))


def choice_about_older_words() -> dict[str, str]:
    """The cookie and the receipt of somebody who said yes to statistics when other words stood there."""
    from django.http import HttpResponse

    from pivotino.control.visitors.consenting import remember
    from pivotino.control.visitors.models import Consent

    consent = Consent.objects.create(text="2026-01-01", statistics=True, personalisation=False, marketing=False)
    answer = HttpResponse()
    remember(answer, consent)
    return {"receipt": consent.receipt, "cookie": answer.cookies["pv_consent"].coded_value}


def letter_of_marketing(address: str) -> str:
    """Where the link at the end of a letter of tips to this address leads; whatever was stopped before is not."""
    from pivotino.letters.models import Suppression
    from pivotino.letters.stopping import token_for, unsubscribe_link

    Suppression.objects.all().delete()
    return unsubscribe_link(token_for(address, "tips"))


def stopped_for(address: str) -> list[str]:
    """What does not go to this address."""
    from pivotino.letters.marks import marks_of
    from pivotino.letters.models import Suppression

    return sorted(str(row) for row in Suppression.objects.filter(mark__in=marks_of(address)))


def campaign_desk(name: str) -> dict[str, str]:
    """A draft of a campaign, and a session of one of our staff with a second step."""
    from pivotino.control.accounts.models import Account
    from pivotino.control.marketing.models import Campaign
    from tests.control.staff.conftest import with_second_step

    sofia = Account.objects.filter(email="sofia@pivotino.example").first() or Account.objects.create_user(
        "sofia@pivotino.example", None, name="Sofia Staff", is_staff=True
    )
    campaign = Campaign.objects.create(name=name, topic="tips", subject="Three tips", by="Sofia Staff")
    return {
        "session": with_second_step(sofia).cookies["pv_session"].value,
        "url": f"/staff/campaigns/{campaign.pk}/",
        "id": str(campaign.pk),
    }


def body_of(campaign_id: str) -> list[dict[str, str]]:
    """What a campaign says, as it is kept."""
    from pivotino.control.marketing.models import Campaign

    return list(Campaign.objects.get(pk=campaign_id).body)


def ask_for_a_testimonial(email: str, words: str) -> str:
    """A customer who is asked whether we may show what they say."""
    from pivotino.control.testimonials import agreeing
    from pivotino.control.testimonials.models import Said

    said = Said(text=words, name="Farid Osman", role="Owner", company="Kopi Senja", places=("customers", "home"))
    testimonial = agreeing.draft(said, email=email, picture=None, by="Sofia Staff").testimonial
    agreeing.ask(testimonial)
    return str(testimonial.pk)


def publish_a_testimonial(id: str) -> None:
    from pivotino.control.testimonials import agreeing
    from pivotino.control.testimonials.models import Testimonial

    agreeing.publish(Testimonial.objects.get(pk=id), by="Sofia Staff")


def drop_a_testimonial(id: str) -> None:
    from pivotino.control.testimonials import agreeing
    from pivotino.control.testimonials.models import Testimonial

    agreeing.drop(Testimonial.objects.get(pk=id))


def helpdesk_and_owner() -> dict[str, Any]:
    """Aida of the helpdesk, signed in with a passkey, a ticket of Anna's, and the address of a card in her database."""
    from pivotino.control.accounts.models import Account
    from pivotino.control.helpdesk.verbs import open_ticket
    from pivotino.instance.members.models import Member
    from pivotino.instance.pipeline.models import Opportunity
    from pivotino.tenancy import seats
    from tests.control.support.conftest import Guest, of_us

    sessions, instance = cast_of_two(), Instance.objects.get(slug="atap-suria")
    anna = Account.objects.get(email="anna@atap-suria.example")
    aida = Account.objects.filter(email="aida@pivotino.example").first() or of_us("Aida")
    with inside(instance):
        seats.take(anna.id, owner=True)
        me = Member.objects.get(account_uuid=anna.id)
        card = Opportunity.open("Metal deck for Bukit Raja", by=me, owner=me, amount_minor=14_850_000)
    ticket = open_ticket(
        "support", "Wrong sum", "The sum is wrong.", email=anna.email, source="app", instance_id=instance.pk
    )
    return {
        "aida": Guest(aida).cookies["pv_session"].value, "anna": sessions["anna"]["session"], "ticket": ticket.number,
        "card": f"/opportunities/{card.pk}/",
    }  # fmt: skip


def two_for_an_order() -> dict[str, Any]:
    """Two of us, each signed in with a second step, Anna who owns a database, two contacts in it, and two orders about them."""
    from pivotino.control.accounts.models import Account
    from pivotino.control.matters import opening
    from pivotino.instance.contacts.models import Contact
    from pivotino.tenancy import atomic, seats
    from pivotino.tenancy.signed_in import SignedIn
    from tests.control.staff.conftest import with_second_step

    sessions, instance = cast_of_two(), Instance.objects.get(slug="atap-suria")
    with inside(instance), atomic():
        seats.take(Account.objects.get(email="anna@atap-suria.example").id, owner=True)
        named = Contact.objects.create(name="Encik Rahman", folded="encik rahman", email="rahman@example.com")
        held = Contact.objects.create(name="Puan Salmah", folded="puan salmah", email="salmah@example.com")
    world, staff = {"anna": sessions["anna"]["session"], "named": str(named.pk), "held": str(held.pk)}, {}
    for name in ("sofia", "tom"):
        email = f"{name}@pivotino.example"
        found = Account.objects.filter(email=email).first()
        staff[name] = found or Account.objects.create_user(email, None, name=f"{name.title()} Staff", is_staff=True)
        world[name] = str(with_second_step(staff[name]).session.session_key)
    sofia = SignedIn(id=staff["sofia"].pk, name="Sofia Staff", email="sofia@pivotino.example", is_staff=True)
    for name, sort, paper in (("keeping", "police", "Order PDRM 4"), ("handing", "regulator", "Order BT 7")):
        said = {
            "sort": sort,
            "authority": "An office in Shah Alam",
            "instrument": paper,
            "jurisdiction": "MY",
            "scope": "One contact.",
        }
        world[name] = str(opening.open_matter(said, reviewer=staff["tom"], by=sofia).pk)
    return world


def contacts_left(slug: str, ids: list[str]) -> list[str]:
    """Erase these contacts, and say which of them the vault keeps."""
    from pivotino.control.matters.models import HeldRecord
    from pivotino.tenancy.erasing import Piece, erase

    with inside(Instance.objects.get(slug=slug)):
        erase([Piece("contacts.Contact", UUID(id)) for id in ids])
    kept = HeldRecord.objects.filter(sealed_at__isnull=False, emptied_at__isnull=True, record_id__in=ids)
    return [str(one.record_id) for one in kept]


def kept_in_the_vault(ids: list[str]) -> int:
    from pivotino.control.matters.models import HeldRecord

    return HeldRecord.objects.filter(sealed_at__isnull=False, emptied_at__isnull=True, record_id__in=ids).count()


def somebody_known(address: str) -> None:
    """Somebody with an account and as a possible customer."""
    from django.utils import timezone

    from pivotino.control.accounts.models import Account
    from pivotino.control.prospects.models import Origin, Prospect

    source = Origin.objects.create(
        kind="interest-group", detail="Roofers of Klang", url="https://roofers.example/members", day=timezone.now().date(),
        basis="consent", note="Ticked on their form.", by="Sofia Staff",
    )  # fmt: skip
    Account.objects.create_user(address, None, name="Mei Tan", phone="+60123456789").open()
    Prospect.objects.create(address=address, name="Mei Tan", company="Roofs of Klang", origin=source)


def days_of_thinking_over_pass(address: str) -> None:
    """The three days after somebody's yes to being erased are over, and the schedule looks at the clock."""
    from datetime import timedelta

    from django.utils import timezone

    from pivotino.control.rights import jobs
    from pivotino.control.rights.models import Demand

    past = timezone.now() - timedelta(minutes=1)
    Demand.objects.of(address).filter(erases_at__isnull=False).update(erases_at=past)
    jobs.erase_when_due()


def old_people(names: list[str], years: int) -> dict[str, str]:
    """Contacts of Atap Suria nobody touched for so many years."""
    from datetime import timedelta

    from django.utils import timezone

    from pivotino.instance.contacts.models import Contact
    from pivotino.instance.history.models import Event
    from pivotino.instance.members.models import Member

    def work() -> dict[str, str]:
        anna, made = Member.objects.get(name="Nurul Anna"), {}
        then = timezone.now() - timedelta(days=years * 366)
        for name in names:
            one = Contact.add(name, kind="person", by=anna, email=f"{name.split()[0].lower()}@old.example")
            Contact.objects.filter(pk=one.pk).update(created_at=then)
            Event.objects.filter(subject_id=one.pk).update(at=then)
            made[name] = str(one.pk)
        return made

    found: dict[str, str] = in_instance("atap-suria", work)
    return found


def two_weeks_of_keeping_pass() -> int:
    """What was announced or waits to be erased is due, and the night comes."""
    from datetime import timedelta

    from django.utils import timezone

    from pivotino.instance.members.queries import today
    from pivotino.instance.subjects.jobs import let_go
    from pivotino.instance.subjects.models import Due, Erasure

    def work() -> int:
        Due.objects.update(goes_on=today())
        Erasure.objects.filter(done_at__isnull=True).update(goes_at=timezone.now() - timedelta(minutes=1))
        return int(let_go())

    return int(in_instance("atap-suria", work))


def sofia_at_her_desk() -> str:
    """A session of one of our staff, with a second step."""
    from pivotino.control.accounts.models import Account
    from tests.control.staff.conftest import with_second_step

    sofia = Account.objects.with_email("sofia@pivotino.example") or Account.objects.create_user(
        "sofia@pivotino.example", None, name="Sofia Staff", is_staff=True
    )
    return str(with_second_step(sofia).cookies["pv_session"].value)

"""Some days at our own helpdesk: two of us, what people asked, and what became of it. Through the verbs that the pages use."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.accounts.papers import policy
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.models import Macro, Message, Rating, Source, Ticket
from pivotino.control.matters import holding, opening
from pivotino.control.matters.models import Matter
from pivotino.control.rights import asking
from pivotino.control.rights.models import Demand
from pivotino.control.rights.models import Kind as Wish
from pivotino.control.support import calling
from pivotino.control.support.models import End, Housecall, Opening, Scope, Yes
from pivotino.instance.lifecycle.demo.casts import House
from pivotino.instance.lifecycle.demo.clock import Clock, travelling
from pivotino.kit.uploads import Taken, take
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

US = (("sofia@pivotino.example", "Sofia Rahman"), ("omar@pivotino.example", "Omar Castellan"))
SIGN = "demo:"
ORDER = "Order 18 of 2026"
# What stamps itself with the hour of the machine, and is put back to that of the story.
STAMPED = (
    (Message, "at"),
    (Rating, "at"),
    (Yes, "at"),
    (Opening, "at"),
    (Housecall, "asked_at"),
    (Demand, "asked_at"),
)
READY = (
    ("The way back in", "", "Hello {name},\n\non the sign-in page, press “Forgot it?”. A letter comes within a minute. If none does, look among the unwanted letters, and tell us which address you use."),
    ("What it costs", "support", "Hello {name},\n\nall prices stand on our page of prices, and there are no others. You can try everything first and decide later."),
    ("Thank you for the report", "security", "Hello {name},\n\nthank you. We look at it within two days and tell you what we found, under {number}."),
)  # fmt: skip
CSV = "Name,Company,Phone\nEncik Rosli Othman,Bukit Raja Logistik,012-555 0101\nPuan Lim Siew Har,Perkasa Plastik,012-555 0102\n"


def staff(password: str) -> tuple[SignedIn, SignedIn]:
    """Two of us, because some things take two. Both sign in with the known password, and add a passkey of their own."""
    found = []
    for email, name in US:
        account = Account.objects.filter(email=email).first()
        if account is None:
            account = Account.objects.create_user(email, password, name=name, is_staff=True)
            account.open()
        found.append(_who(account))
    return found[0], found[1]


def make(instance: Instance, house: House, password: str) -> bool:
    """Tell the days once, about this database and two others; False where they are told already."""
    us = staff(password)
    for name, category, body in READY:
        Macro.objects.get_or_create(name=name, defaults={"category": category, "body": body})
    if Message.objects.filter(heard__startswith=SIGN).exists():
        return False
    days = Days(instance, house, *us, begun=timezone.now())
    with travelling(days.begun - timedelta(days=9)) as clock:
        with transaction.atomic():
            days.tell(clock, days.questions())
        days.tell(clock, days.visit())
    return True


def unmake() -> None:
    """Take the days back. Deeds and the order stay: a law keeps them."""
    numbers = list(Ticket.objects.filter(messages__heard__startswith=SIGN).values_list("number", flat=True))
    Demand.objects.filter(ticket__in=Ticket.objects.filter(email="grace@example.org").values("number")).delete()
    Housecall.objects.filter(ticket__in=numbers).delete()
    Ticket.objects.filter(models.Q(number__in=numbers) | models.Q(email="grace@example.org")).delete()


def _who(account: Account) -> SignedIn:
    return SignedIn(id=account.pk, name=account.name, email=account.email, is_staff=account.is_staff)


Step = tuple[timedelta, Callable[[], Any]]


def _ago(days: float = 0, hours: float = 0, minutes: float = 0) -> timedelta:
    return timedelta(days=days, hours=hours, minutes=minutes)


@dataclass
class Days:
    """What happened, step by step. `known` are the tickets by the names the story gives them."""

    instance: Instance
    house: House
    sofia: SignedIn
    omar: SignedIn
    begun: datetime
    known: dict[str, Ticket] = field(default_factory=dict)

    def tell(self, clock: Clock, steps: list[Step]) -> None:
        for ago, do in sorted(steps, key=lambda step: -step[0]):
            clock.moment = self.begun - ago
            do()
            for model, name in STAMPED:
                model._default_manager.filter(**{f"{name}__gte": self.begun}).update(**{name: clock.moment})

    # --- the story ---

    def questions(self) -> list[Step]:
        sofia, omar = self.sofia, self.omar
        owner, _, mei = (self._person(name) for name in self.house.people[:3])
        return [
            (_ago(8, 3), self._asks("cards", "support", "My colleague does not see my cards", "Farid says that his board is nearly empty. Mine is full. We work on the same sales.", account=owner, instance_id=self.instance.pk, page=f"/@{self.instance.slug}/board/", source=Source.APP)),
            (_ago(8, 1), self._answers("cards", "Hello,\n\nhe may see his own cards only. Under Settings, Colleagues, you choose for each colleague whether they see all cards or their own.", sofia)),
            (_ago(8, 0.5), self._says("cards", "That was it, thank you!")),
            (_ago(8, 0.4), self._answers("cards", "Good. I have closed this; write on whenever you like.", sofia, solve=True)),
            (_ago(7, 20), lambda: verbs.rate(self.known["cards"], True, "Quick, and in words I understand.")),
            (_ago(6, 4), self._asks("stop", "unsubscribe", "Unsubscribe", "Please take me off your list.", email="lina@example.org", name="Lina Sørensen", source=Source.MAIL)),
            (_ago(6, 2), self._answers("stop", "You are off the list since your letter came. Letters you ask for yourself still come, such as a code to sign in.", omar, solve=True)),
            (_ago(5, 6), self._asks("header", "security", "Your sign-in page may be framed", "I can put your sign-in page into a frame of mine in an old browser. See the steps in the file. Is there a bounty?", email="t.okafor@example.org", name="Tobi Okafor", files=[_file("steps.txt", "1. Open the browser of 2012.\n2. Put the address into a frame.\n3. It shows.\n")])),
            (_ago(5, 4), self._note("header", "X-Frame-Options and frame-ancestors are both sent. Asked Omar to try his list of browsers.", sofia)),
            (_ago(5, 3), lambda: verbs.assign(self.known["header"], omar.id, by=sofia)),
            (_ago(4, 2), self._answers("header", "Thank you. Both headers are sent, and no browser that still gets updates shows the frame. Which one did you use, and which version? There is no bounty, but a place on our page of thanks if you like.", omar)),
            (_ago(3, 5), self._asks("mine", "privacy", "What do you hold about me?", "I never was your customer, but I got a letter from you in spring. What do you know about me, and where from?", email="hassan@example.org", name="Hassan Ali")),
            (_ago(3, 3), lambda: verbs.ask_proof(self.known["mine"], by=omar)),
            (_ago(2, 22), self._asks("locked", "support", "Cannot sign in", "I cannot sign in since Monday.\nMy address is right.\nPassword: kinabalu-1968\nPlease help.", email="jeffry@kinabalu-print.example", name="Jeffry Lojuta", source=Source.MAIL)),
            (_ago(2, 21), self._answers("locked", "Hello Jeffry,\n\non the sign-in page, press “Forgot it?”. A letter comes within a minute.\n\nSomething that looked like your password stood in your letter. We did not keep it, but do change it.", sofia)),
            (_ago(2, 8), lambda: self._order()),
            (_ago(2, 3), lambda: self._demand()),
            (_ago(0, 5), self._asks("school", "child", "A pupil of ours seems to have an account", "One of our pupils, twelve years old, says that he opened an account for a school project. The address ends with our school's name.", email="office@sekolah-cempaka.example", name="Cikgu Norma Aziz")),
            (_ago(0, 4.8), self._note("school", "Seen. The address does not sign in here; looking through what was registered and never proven.", omar)),
            (_ago(0, 4.7), self._answers("school", "Thank you for telling us. We look at it today. Which address is it, in full?", omar)),
            (_ago(1, 6), self._asks("invoice", "support", "The invoice shows our old address", "We moved in August. The invoice of this month still has the old street. Can you send a new one?", email="priscilla@kinabalu-print.example", name="Priscilla Gimbang", source=Source.MAIL)),
            (_ago(1, 3), self._asks("import", "support", "14 companies came in twice", "I brought in our list of contacts, and then a second one with what was missing. Now 14 companies are there twice. This is the second list.", account=mei, instance_id=self.instance.pk, page=f"/@{self.instance.slug}/import/", source=Source.APP, files=[_file("contacts.csv", CSV)])),
            (_ago(1, 2.8), self._asks("again", "support", "Companies twice", "Me again: one of the 14 is Perkasa Plastik, if that helps.", account=mei, source=Source.MY)),
            (_ago(1, 2.5), lambda: verbs.merge(self.known["again"], into=self.known["import"], by=sofia)),
            (_ago(1, 2.4), self._answers("import", "Hello Mei,\n\nan import can be taken back as a whole, from its own page under Import. Before you do: may I look at it, to see why those 14 were not known again? I would ask your Business Owner for a support session.", sofia)),
            (_ago(0, 20), self._asks("strange", "privacy", "Urgent: send me all contacts", "I am the new director. Send the list of all contacts of the company to this address today.", email="director@atap-surla.example", name="Director", source=Source.MAIL, doubtful=True)),
            (_ago(0, 19.5), self._note("strange", "The address is one letter off, and the mail server doubts it. Nothing goes out. Wait for the proof.", omar)),
            (_ago(0, 9), self._says("import", "Yes, please look. Nurul knows and will say yes.")),
            (_ago(0, 6), self._asks("arabic", "support", "هل يعمل الموقع باللغة العربية؟", "مرحبا، نحن شركة صغيرة في دبي. هل يمكن كتابة أسماء العملاء بالعربية، وهل تظهر في الطباعة كما يجب؟", email="samir@example.net", name="سمير الخطيب")),
            (_ago(0, 2), self._asks("schools", "support", "Do you have a price for schools?", "We are a school with nine people in the office. Is there a price for us, and can we begin before the holidays?", email="hafiz@smk-seri.example", name="Hafiz Rahman")),
            (_ago(0, 0.6), self._asks("gone", "support", "A card is gone", "One of our cards is not there any more since yesterday. Can I see who removed it, and bring it back?", account=owner, instance_id=self.instance.pk, page=f"/@{self.instance.slug}/opportunities/", source=Source.APP)),
        ]  # fmt: skip

    def visit(self) -> list[Step]:
        """One support session, over: asked, agreed to, one page uncovered, ended by who was in it."""
        owner = self._person(self.house.people[0])
        aida = replace(self.sofia, session_key=uuid4().hex)
        call: list[Housecall] = []

        def ask() -> None:
            number, why = self.known["import"].number, "14 companies came in twice: see what differs"
            call.append(calling.ask(self.instance, by=aida, ticket=number, reason=why, scope=Scope.ROOMS, rooms=["contacts"]))  # fmt: skip

        return [
            (_ago(hours=8), ask),
            (_ago(hours=7.5), lambda: calling.agree(call[0], Yes.To.SESSION, by=owner)),
            (_ago(hours=7), lambda: calling.begin(call[0], by=aida)),
            (_ago(hours=6.9), lambda: calling.reveal(call[0], "/people/", by=aida, reason="See which rows came in twice")),
            (_ago(hours=6.85), lambda: calling.write_down(call[0], Opening.What.READ, "contacts:index", "/people/")),
            (_ago(hours=6.7), lambda: calling.end(call[0], End.STAFF, by=aida.name)),
            (_ago(hours=6.6), self._note("import", "The second list spells the 14 another way, and has no addresses by which they could be known. Write that, and offer to take it back.", self.sofia)),
        ]  # fmt: skip

    # --- its verbs ---

    def _asks(self, key: str, category: str, subject: str, body: str, *, account: SignedIn | None = None, source: Source = Source.FORM, **more: Any) -> Callable[[], None]:  # fmt: skip
        def do() -> None:
            who = {"email": account.email, "name": account.name, "account": account} if account else {}
            told = {**who, **more, "notice": policy().version, "heard": f"{SIGN}{key}"}
            self.known[key] = verbs.open_ticket(category, subject, body, source=source, **told)

        return do

    def _answers(self, key: str, body: str, by: SignedIn, *, solve: bool = False) -> Callable[[], None]:
        return lambda: self._then(key, lambda row: verbs.answer(row, body, by=by, version=row.version, solve=solve))

    def _says(self, key: str, body: str) -> Callable[[], None]:
        return lambda: self._then(key, lambda row: verbs.hear(row, body))

    def _note(self, key: str, body: str, by: SignedIn) -> Callable[[], None]:
        return lambda: self._then(key, lambda row: verbs.note(row, body, by=by))

    def _then(self, key: str, do: Callable[[Ticket], object]) -> None:
        do(Ticket.objects.get(pk=self.known[key].pk))

    def _demand(self) -> None:
        """Somebody wants to be corrected, and has shown that it was she."""
        asking.ask(Wish.CORRECTION, "grace@example.org")
        asking.prove(Demand.objects.of("grace@example.org").unproven()[0])

    def _order(self) -> None:
        """A court wants something kept; one of us asks for the hold, the other says yes."""
        if Matter.objects.filter(instrument=ORDER).exists():
            return
        today = timezone.localdate()
        said = {
            "sort": Matter.Sort.COURT, "authority": "Magistrates’ Court of Seri Cempaka", "instrument": ORDER, "jurisdiction": "MY",
            "scope": "Everything about payments between the customer and one supplier.", "received_on": today, "from_on": today - timedelta(days=200),
            "until_on": today, "expires_on": today + timedelta(days=180), "gag": Matter.Gag.NONE, "gag_until": None, "ticket": "",
        }  # fmt: skip
        matter = opening.open_matter(said, reviewer=Account.objects.get(pk=self.omar.id), by=self.sofia)
        holding.begin(holding.ask(matter, by=self.sofia, email="supplier@example.org"), by=self.omar)

    def _person(self, name: str) -> SignedIn:
        return _who(Account.objects.get(email=self.house.email(name)))


def _file(name: str, text: str) -> Taken:
    return take(text.encode(), name)

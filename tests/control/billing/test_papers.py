"""Invoices, receipts and credit notes: numbered without a gap, printed once, never changed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from pivotino.control.billing import papers
from pivotino.control.billing.models import Buyer, Paper, Print
from pivotino.control.billing.models.paper import Changed, Series
from pivotino.control.billing.printing import draw, print_of
from pivotino.control.billing.taxes import is_vat_id, tax_for, with_tax
from pivotino.control.billing.wishes import Wish
from pivotino.control.payments.provider import Line, Order
from pivotino.jobs.testing import run_all
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.billing.fake import Fake

pytestmark = pytest.mark.usefixtures("control")
AT = "/my/databases/atap-suria/invoices/"
YEAR = timezone.now().year
HERE = {"instance": None, "name": "Atap Suria Sdn Bhd", "street": "12 Jalan Ampang", "postcode": "50450", "city": "Kuala Lumpur",
        "country": "MY", "registration": "201901000005", "tax_number": "C20830570010"}  # fmt: skip


@pytest.fixture
def with_number(settings: Any) -> Iterator[None]:
    """The operator is registered for Malaysian service tax."""
    settings.SELLER = replace(
        django_settings.SELLER, service_tax_number="W10-1808-31000001", tax_number="C1", msic="62010"
    )
    yield


def buyer(team: Instance, **more: str) -> Buyer:
    return Buyer.objects.create(**{**HERE, "instance": team, **more})


def kinds() -> list[tuple[str, str, int]]:
    return [(paper.number, paper.about, paper.total_minor) for paper in Paper.objects.order_by("issued_at", "number")]


def test_a_paid_bill_is_an_invoice_and_a_receipt_and_a_refund_a_credit_note(
    team: Instance, fake: Fake, paying: Order
) -> None:
    bill = fake.pay(team, paying)
    fake.tell("bill.finalized", team, bill=bill)
    fake.refund(team, bill, 3900)
    fake.tell("bill.paid", team, bill=bill)

    assert kinds() == [
        (f"INV-{YEAR}-00001", "", 19500),
        (f"RCP-{YEAR}-00001", f"INV-{YEAR}-00001", 19500),
        (f"CRN-{YEAR}-00001", f"INV-{YEAR}-00001", 3900),
    ]


def test_numbers_follow_each_other_and_what_is_rolled_back_leaves_no_gap(
    team: Instance, fake: Fake, paying: Order
) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        papers.write_invoice(team.pk, fake.bill_for(paying))
        raise RuntimeError
    for _ in range(3):
        papers.write_invoice(team.pk, fake.bill_for(paying))

    assert [number for number, _, _ in kinds()] == [f"INV-{YEAR}-0000{n}" for n in (1, 2, 3)]
    assert Series.objects.get().last == 3


def test_a_bill_over_nothing_is_no_paper(team: Instance, fake: Fake, paying: Order) -> None:
    assert papers.write_receipt(team.pk, fake.bill_for(paying, total_minor=0, subtotal_minor=0)) is None


def test_a_paper_and_its_print_are_never_changed(team: Instance, fake: Fake, paying: Order) -> None:
    paper = papers.write_invoice(team.pk, fake.bill_for(paying))
    assert paper is not None
    sealed = print_of(paper)

    with pytest.raises(Changed):
        paper.save()
    with pytest.raises(Changed):
        sealed.save()
    for rows in (Paper.objects.all(), Print.objects.all()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(sha256="0" * 64)
    assert Paper.objects.get().is_whole


def test_the_print_is_made_once_and_stays_the_same_bytes(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    fake.pay(team, paying)
    run_all()
    buyer(team, name="Another name")

    first, again = (anna.browser.get(f"{AT}INV-{YEAR}-00001/") for _ in range(2))

    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == f'attachment; filename="INV-{YEAR}-00001.pdf"'
    assert first.content[:5] == b"%PDF-" and first.content == again.content
    assert Print.objects.count() == 2


def test_the_list_has_every_paper_and_nobody_elses(
    team: Instance, anna: Person, rita: Person, fake: Fake, paying: Order
) -> None:
    fake.pay(team, paying)
    rita.take_seat()

    assert anna.browser.get(AT).content.decode().count("PDF of ") == 2
    assert "INV-" not in rita.browser.get("/my/databases/zenit/invoices/").content.decode()
    assert rita.browser.get(f"/my/databases/zenit/invoices/INV-{YEAR}-00001/").status_code == 404
    assert anna.browser.get(f"{AT}INV-1999-00001/").status_code == 404


def test_what_somebody_typed_fetches_nothing_and_breaks_nothing(
    team: Instance, fake: Fake, paying: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *a, **k: asked.append(str(a)))
    buyer(
        team,
        name='<img src="http://169.254.169.254/x"><link rel=stylesheet href="file:///etc/passwd">',
        street="城市 நகரம்",
    )
    paper = papers.write_invoice(team.pk, fake.bill_for(paying))
    assert paper is not None

    assert draw(paper)[:5] == b"%PDF-"
    assert asked == []


# --- taxes


@pytest.mark.usefixtures("with_number")
def test_malaysian_service_tax_stands_on_the_bill_and_the_paper(team: Instance, fake: Fake) -> None:
    mine = buyer(team)
    order = fake.begin(team, Wish.read("team-monthly.MYR.5").lines(mine))
    fake.pay(team, order)

    facts = Paper.objects.get(kind="invoice").facts
    assert [line.unit_minor for line in order.lines] == [3900, 1560]
    assert (facts["subtotal_minor"], facts["tax_minor"], facts["total_minor"]) == (19500, 1560, 21060)
    assert facts["tax"] == {"name": "Service tax", "percent": 8, "note": ""}
    assert facts["seller"]["service_tax_number"] == "W10-1808-31000001"
    assert facts["e_invoice"] == {
        "type": "01",
        "classification": "022",
        "buyer_tin": "C20830570010",
        "seller_tin": "C1",
        "msic": "62010",
    }
    assert len(facts["lines"]) == 1


@pytest.mark.usefixtures("with_number")
def test_a_refund_gives_the_tax_back_in_proportion(team: Instance, fake: Fake) -> None:
    order = fake.begin(team, Wish.read("team-monthly.MYR.5").lines(buyer(team)))
    fake.refund(team, fake.pay(team, order), 10530)

    facts = Paper.objects.get(kind="credit").facts
    assert (facts["subtotal_minor"], facts["tax_minor"], facts["total_minor"], facts["e_invoice"]["type"]) == (
        9750,
        780,
        10530,
        "02",
    )


@pytest.mark.usefixtures("with_number")
@pytest.mark.parametrize(
    ("country", "vat_id", "percent", "note"),
    [
        ("MY", "", 8, ""),
        ("DE", "DE123456789", 0, "Reverse charge"),
        ("DE", "", 0, ""),
        ("SG", "", 0, ""),
        ("", "", 0, ""),
    ],
)
def test_who_pays_which_tax(country: str, vat_id: str, percent: int, note: str) -> None:
    tax = tax_for(country, vat_id)

    assert tax.percent == percent
    assert tax.note.startswith(note)


def test_without_a_service_tax_number_nobody_pays_service_tax() -> None:
    assert tax_for("MY").percent == 0


@pytest.mark.usefixtures("with_number")
@pytest.mark.parametrize(("minor", "tax"), [(100, 8), (106, 8), (107, 9), (106_25, 850), (6, 0), (7, 1)])
def test_tax_is_rounded_half_up_once(minor: int, tax: int) -> None:
    lines = with_tax([Line(price_code="x", name="x", unit_minor=minor, currency="MYR")], tax_for("MY"))

    assert sum(line.unit_minor for line in lines) - minor == tax


@pytest.mark.parametrize(
    ("country", "told", "tin"), [("MY", "C2", "C2"), ("MY", "", "EI00000000010"), ("DE", "", "EI00000000020")]
)
def test_an_e_invoice_always_has_a_number_of_the_buyer(
    team: Instance, fake: Fake, paying: Order, country: str, told: str, tin: str
) -> None:
    buyer(team, country=country, tax_number=told)

    paper = papers.write_invoice(team.pk, fake.bill_for(paying))

    assert paper is not None and paper.facts["e_invoice"]["buyer_tin"] == tin


@pytest.mark.parametrize(
    ("country", "vat_id", "fits"),
    [("DE", "DE123456789", True), ("DE", "DE12345678", False), ("AT", "ATU12345678", True), ("GR", "EL123456789", True), ("GR", "GR123456789", False),
     ("FR", "FRXX123456789", True), ("NL", "NL123456789B01", True), ("MY", "MY123", False), ("DE", "AT123456789", False)],
)  # fmt: skip
def test_the_form_of_vat_numbers(country: str, vat_id: str, fits: bool) -> None:
    assert is_vat_id(vat_id, country) is fits


# --- whom they are made out to

TYPED = {
    "name": "Atap GmbH",
    "country": "DE",
    "vat_id": "de 123.456.789",
    "street": "Weg 1",
    "city": "Berlin",
    "email": "Books@Atap.example",
}


def test_billing_details_are_kept_for_the_next_papers(team: Instance, anna: Person) -> None:
    answer = anna.browser.post(AT + "to/", TYPED)

    assert answer["Location"] == AT
    row = Buyer.objects.get(instance=team)
    assert (row.name, row.vat_id, row.email, row.country) == ("Atap GmbH", "DE123456789", "books@atap.example", "DE")
    assert "Atap GmbH" in anna.browser.get(AT).content.decode()
    assert 'value="Atap GmbH"' in anna.browser.get(AT + "to/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"vat_id": "DE12"}, "not the form of a VAT number"), ({"country": "MY"}, "in the European Union"), ({"name": ""}, "Type your company"),
        ({"country": "XX"}, "Choose a country"), ({"email": "x"}, "does not look like"), ({"tax_number": "C20!?"}, "letters and digits"),
        ({"street": "x" * 201}, "at most 200"), ({"reference": "http://a.example"}, "no web or mail address"),
    ],
)  # fmt: skip
def test_wrong_details_are_said_beside_their_field_and_kept(
    team: Instance, anna: Person, wrong: dict[str, str], reason: str
) -> None:
    answer = anna.browser.post(AT + "to/", {**TYPED, **wrong})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert 'value="Berlin"' in page
    assert not Buyer.objects.exists()

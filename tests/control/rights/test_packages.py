"""What somebody reads who asks what we know: every planted fact, with its purpose, basis, source, recipients and retention."""

from typing import Any

import pytest
from django.db import connection

from pivotino.control.billing.models import Buyer
from pivotino.control.prospects.taking_in import Person as Listed
from pivotino.control.prospects.taking_in import take_in
from pivotino.control.rights import jobs
from pivotino.control.rights.models import Demand, Opening, Package
from pivotino.control.testimonials.agreeing import draft
from pivotino.control.testimonials.models import Said
from pivotino.control.visitors.models import Consent
from pivotino.jobs.testing import run_all
from pivotino.letters import send_sealed
from tests.cast import Browser, Person
from tests.control.prospects.conftest import origin
from tests.control.rights.conftest import MEI, demanded, later, letters_to, link_in

pytestmark = pytest.mark.usefixtures("control")


def package_link(address: str = MEI) -> str:
    run_all()
    return link_in(letters_to(address)[-1], "/rights/packages/")


@pytest.fixture
def planted() -> list[str]:
    """Mei as a possible customer, with what she says of us and what she chose about cookies; the facts a package must name."""
    source = origin()
    take_in([Listed(address=MEI, name="Mei Tan", company="Roofs of Klang", country="MY", phone="+60123456789")], source)
    draft(Said(text="It keeps my mornings free.", name="Mei T."), email=MEI, picture=None, by="Sofia Staff")
    Consent.objects.create(
        receipt="ABCD-EFGH-JKLM-NPQR", text="1", statistics=True, personalisation=False, marketing=False
    )
    return [MEI, "Mei Tan", "Roofs of Klang", "Malaysia", "+60123456789", "It keeps my mornings free.", "Mei T.", "ABCD-EFGH-JKLM-NPQR",
            "Roofers of Klang, members 2026"]  # fmt: skip


@pytest.mark.promise("A47")
@pytest.mark.promise("P13")
def test_every_planted_fact_is_told_with_why_from_where_to_whom_and_for_how_long(
    stranger: Browser, planted: list[str]
) -> None:
    demanded(stranger, "access", receipt="abcd-efgh-jklm-npqr")
    link = package_link()

    page = stranger.get(link).content.decode()
    told = stranger.get(f"{link}data.json").json()

    for fact in planted:
        assert fact in page
        assert fact in str(told)
    assert all(
        one[part] for one in told["known"] for part in ("what", "purpose", "basis", "source", "recipients", "until")
    )
    assert Demand.objects.get().how == Demand.End.DONE


@pytest.mark.promise("A47")
def test_of_an_account_every_fact_is_told(stranger: Browser, anna: Person) -> None:
    anna.take_seat()
    Buyer.objects.create(
        instance=anna.instance, name="Atap Suria", attention="Nurul Anna", email=anna.account.email, country="MY"
    )
    demanded(stranger, "access", anna.account.email)

    page = stranger.get(package_link(anna.account.email)).content.decode()

    for fact in (
        "Nurul Anna",
        anna.account.email,
        "Atap Suria Sdn Bhd",
        "Business Owner since",
        "For the attention of",
        "Letters we wrote to you",
    ):
        assert fact in page


def test_to_take_along_is_only_what_they_gave_us(stranger: Browser, planted: list[str]) -> None:
    demanded(stranger, "portability")

    told = stranger.get(f"{package_link()}data.json").json()

    assert {one["provided"] for one in told["known"]} == {True}
    assert "It keeps my mornings free." in str(told)
    assert "Roofers of Klang" not in str(told)


def test_who_is_unknown_reads_that_plainly(stranger: Browser) -> None:
    demanded(stranger, "access", "nobody@nowhere.example")

    page = stranger.get(package_link("nobody@nowhere.example")).content.decode()

    assert "What you asked of us" in page
    assert "possible customer" not in page


def test_the_package_is_sealed_with_the_letter_and_shows_who_opened_it(stranger: Browser, planted: list[str]) -> None:
    demanded(stranger, "access")
    link = package_link()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rights_package")
        kept = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM letters_envelope")
        waiting = repr(cursor.fetchall())

    assert "Klang" not in kept and "Klang" not in waiting
    secret = link.rstrip("/").rpartition("/")[2]
    assert secret not in kept and secret not in waiting
    assert "Firefox" in str(stranger.get(link, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140"}).content)
    assert Opening.objects.count() == 1


def test_after_seven_days_it_is_gone(stranger: Browser, planted: list[str]) -> None:
    demanded(stranger, "access")
    link = package_link()

    with later(days=7, minutes=1):
        assert stranger.get(link).status_code == 404
        jobs.sweep()

    assert Package.objects.count() == 0


def test_a_worker_that_dies_while_mailing_makes_another_package(stranger: Browser, monkeypatch: Any) -> None:
    from pivotino.control.rights import packing

    monkeypatch.setattr(packing, "send_sealed", lambda *args, **kwargs: (_ for _ in ()).throw(OSError("gone")))
    demanded(stranger, "access")
    run_all(raising=False)
    assert Demand.objects.get().is_going
    monkeypatch.setattr(packing, "send_sealed", send_sealed)

    with later(minutes=30):
        jobs.erase_when_due()
        run_all(raising=False)

    assert Demand.objects.get().how == Demand.End.DONE
    assert Package.objects.count() == 1

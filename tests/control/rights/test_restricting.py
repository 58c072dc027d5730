"""Kept and not used: no letters of ours, nothing shown, nothing sold, nothing changed; and nobody of us lifts it unseen."""

import pytest
from django.utils import timezone

from pivotino.control.erasures.persons import RESTRICTED
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.prospects import queries
from pivotino.control.prospects.models import Prospect
from pivotino.control.rights import jobs
from pivotino.control.rights.models import Demand, Restriction
from pivotino.control.rights.restricting import is_restricted
from pivotino.control.staff.models import Deed
from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.models import Place, Road, Said
from pivotino.control.testimonials.showing import stories
from pivotino.jobs.testing import run_all
from pivotino.letters.kinds import Kind as LetterKind
from pivotino.letters.models import Sent, Suppression
from pivotino.letters.models.ledger import State
from pivotino.letters.suppression import held, why_held
from tests.cast import Browser
from tests.control.prospects.conftest import origin
from tests.control.rights.conftest import MEI, demanded, later, letters_to
from tests.control.staff.conftest import desk, sofia  # noqa: F401

pytestmark = [pytest.mark.usefixtures("control"), pytest.mark.promise("P32")]
WHY = {"why": "The invoice shows that the address was right.", "ticket": ""}


def known() -> Prospect:
    now = timezone.now()
    return Prospect.objects.create(
        address=MEI, name="Mei Tan", country="MY", origin=origin(), cleared_at=now, cleared_by="Sofia"
    )  # fmt: skip


def test_no_marketing_and_no_sales_until_the_person_lifts_it(stranger: Browser, desk: Browser) -> None:  # noqa: F811
    one = known()
    assert not queries.may_write(one) and [row.address for row in queries.audience("tips")] == [MEI]
    page = demanded(stranger, "restriction")

    assert is_restricted(MEI)
    assert why_held(LetterKind.MARKETING, MEI)
    assert held([MEI], topic="tips") == {MEI}
    assert not list(queries.audience("tips"))
    assert [row.held for row in queries.held_back("tips")] == [RESTRICTED]
    looked = desk.post("/staff/prospects/looks/", {"q": "Mei", "why": "Mei rang us about a demo"}).content.decode()
    assert "1 person is left out" in looked and "Mei Tan" not in looked

    stranger.post(f"{page}lifting/")

    assert not is_restricted(MEI) and not why_held(LetterKind.MARKETING, MEI)
    assert Suppression.objects.count() == 0
    assert [row.address for row in queries.audience("tips")] == [MEI]


def test_what_they_said_of_us_is_not_shown_and_nobody_asks_them(stranger: Browser, desk: Browser) -> None:  # noqa: F811
    said = Said(text="It just works.", name="Mei Tan", role="Owner", company="Roofs", places=("customers",))
    testimonial = agreeing.draft(said, email=MEI, picture=None, by="Sofia").testimonial
    agreeing.ask(testimonial)
    agreeing.agree(testimonial, digest=testimonial.newest.digest, how=Road.LINK)  # type: ignore[union-attr]
    agreeing.publish(testimonial, by="Sofia")
    assert len(stories(Place.CUSTOMERS)) == 1

    page = demanded(stranger, "restriction")

    assert not stories(Place.CUSTOMERS)
    assert "It just works" not in Browser().get("/customers/").content.decode()
    assert "Restricted" in desk.get(f"/staff/testimonials/{testimonial.pk}/").content.decode()
    other = Said(text="It works every day.", name="Mei Tan", role="Owner", company="Roofs", places=("customers",))
    agreeing.revise(testimonial, other, picture=None, by="Sofia")
    with pytest.raises(agreeing.Restricted):
        agreeing.ask(testimonial)
    with pytest.raises(agreeing.Restricted):
        agreeing.publish(testimonial, by="Sofia")

    stranger.post(f"{page}lifting/")
    assert len(stories(Place.CUSTOMERS)) == 1


def test_letters_somebody_waits_for_still_come_and_the_ticket_says_what_holds(stranger: Browser, desk: Browser) -> None:  # noqa: F811
    demanded(stranger, "restriction")

    assert not why_held(LetterKind.TRANSACTIONAL, MEI)
    ticket = Ticket.objects.get()
    assert "Restricted" in desk.get(f"/staff/tickets/{ticket.number}/").content.decode()


def test_one_of_us_lifts_it_with_a_reason_the_person_reads_a_week_before(stranger: Browser, desk: Browser) -> None:  # noqa: F811
    page = demanded(stranger, "restriction")
    act = f"/staff/rights/{Demand.objects.get().pk}/acts/lift/"
    assert desk.post(act, {"why": "", "ticket": ""}).status_code == 422

    assert desk.post(act, WHY).status_code == 302
    desk.post(act, WHY)
    run_all()
    jobs.lift_when_told()

    assert is_restricted(MEI)
    told = [one for one in letters_to(MEI) if "we use what we hold" in one.subject]
    assert len(told) == 1 and WHY["why"] in told[0].body
    assert WHY["why"] in stranger.get(page).content.decode()
    assert Deed.objects.filter(what="right lift", why=WHY["why"]).exists()
    with later(days=6, hours=23):
        jobs.lift_when_told()
        assert is_restricted(MEI)
    with later(days=7, minutes=1):
        jobs.lift_when_told()
        jobs.lift_when_told()
    assert not is_restricted(MEI)
    row = Restriction.objects.get()
    assert row.lifted_at and row.lifted_why == WHY["why"] and row.lifted_by == "Sofia Staff"


def test_it_is_not_lifted_before_its_letter_left(stranger: Browser, desk: Browser) -> None:  # noqa: F811
    demanded(stranger, "restriction")
    desk.post(f"/staff/rights/{Demand.objects.get().pk}/acts/lift/", WHY)
    Sent.objects.filter(key__startswith="rights-lifting:").update(state=State.WAITING)

    with later(days=8):
        jobs.lift_when_told()

    assert is_restricted(MEI)

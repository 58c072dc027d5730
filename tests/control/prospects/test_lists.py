"""A list is a proposal first; who was erased, is a customer or wants nothing stays out, and so does everybody without a source."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.prospects import clearing, proposing, queries
from pivotino.control.prospects.forgetting import forget
from pivotino.control.prospects.forms import SourceForm
from pivotino.control.prospects.jobs import forget_untouched, know_subscribers
from pivotino.control.prospects.leaving import keep_out
from pivotino.control.prospects.models import HARVESTED, Kind, Listing, Origin, Prospect
from pivotino.control.prospects.reading import MOST_LINES, UnreadableList, read
from pivotino.control.prospects.taking_in import Person, refused, take_in
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress
from tests.cast import Person as Cast
from tests.control.prospects.conftest import origin, prospect

pytestmark = pytest.mark.usefixtures("control")
SOURCE = {"kind": "interest-group", "detail": "Roofers of Klang", "url": "https://roofers.example/", "day": "2026-01-20", "basis": "consent",
          "note": "Their form, row 7.", "allowed_by": "", "country": "MY"}  # fmt: skip
LIST = """E-mail;Full name;Company;Phone;Country;Phone URL;Birthday
mei@roofs.example;Mei Tan;Klang Roofs;012-345 6789;Malaysia;https://roofs.example/call;1990-01-01
JON@roofs.example;Jon Lee;;;DE;;
"""


def propose(text: str = LIST, **source: Any) -> Listing:
    form = SourceForm({**SOURCE, **source})
    assert form.is_valid(), form.errors
    return proposing.propose(text.encode(), name="roofers.csv", source=form.source, country="MY", by="Sofia Staff")


def addresses() -> list[str]:
    return sorted(Prospect.objects.values_list("address", flat=True))


def test_a_list_is_read_by_its_headings_and_takes_nothing_without_a_purpose() -> None:
    found = read(LIST.encode(), country="MY")

    assert found.people == [
        Person(address="mei@roofs.example", name="Mei Tan", company="Klang Roofs", phone="+60123456789", country="MY",
               urls={"phone": "https://roofs.example/call"}),
        Person(address="jon@roofs.example", name="Jon Lee", country="DE"),
    ]  # fmt: skip
    assert found.notes == ["Not read, for we have no purpose for it: Birthday."]


def test_bad_lines_are_named_and_the_others_stay() -> None:
    found = read(b"email,phone\nmei@roofs.example,none\nno address,\nMEI@roofs.example,\n,0123456789\n")

    assert [person.address for person in found.people] == ["mei@roofs.example"]
    assert found.refused == [
        (3, "What stands as its mail address is none."),
        (4, "Stands twice in this list."),
        (5, "Has no mail address."),
    ]
    assert found.notes == ["Line 2: its phone number is none and was left out."]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "No column is called"),
        (b"name\nMei\n", "No column is called"),
        (b"email\n", "There is nobody"),
        (b"email\n\xff\xfe\n", "cannot be read"),
        (b'email\n"mei@roofs.example\n', "never closed"),
        (b"email\n" + b"a@b.example\n" * (MOST_LINES + 2), "more than 5,000"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableList, match=said):
        read(data)


def test_a_proposal_changes_nothing_until_it_is_taken_in() -> None:
    listing = propose()
    assert addresses() == []

    source, count = proposing.accept(listing, by="Sofia Staff")

    assert (count, addresses()) == (2, ["jon@roofs.example", "mei@roofs.example"])
    assert (source.by, Listing.objects.count()) == ("Sofia Staff", 0)


@pytest.mark.promise("P13")
@pytest.mark.promise("P45")
def test_everybody_of_it_is_in_quarantine_with_source_and_every_facts_address() -> None:
    proposing.accept(propose(), by="Sofia Staff")

    mei = Prospect.objects.get(address="mei@roofs.example")
    assert list(queries.audience("tips")) == []
    assert "In quarantine" in queries.may_write(mei)
    assert {fact.field: fact.url for fact in mei.facts.all()} == {
        "address": "", "name": "", "company": "", "country": "", "phone": "https://roofs.example/call",
    }  # fmt: skip
    report = queries.held_about(mei.address)
    assert report is not None
    assert all("Roofers of Klang" in fact.source and "20 January 2026" in fact.source for fact in report.facts)


@pytest.mark.promise("A37")
def test_who_was_erased_is_refused_and_their_address_is_kept_nowhere() -> None:
    prospect("mei@roofs.example")
    forget("mei@roofs.example")

    listing = propose()

    assert listing.reasons == [("Was erased and stays out.", [2])]
    assert [row["address"] for row in listing.rows] == ["jon@roofs.example"]


@pytest.mark.promise("A37")
def test_who_is_erased_while_a_list_lies_ready_is_not_taken_in() -> None:
    listing = propose()

    forget("mei@roofs.example")

    assert "mei@" not in str(Listing.objects.values())
    proposing.accept(listing, by="Sofia Staff")
    assert addresses() == ["jon@roofs.example"]


@pytest.mark.promise("A37")
def test_who_is_erased_with_a_database_stays_out_unless_they_work_elsewhere(
    anna: Cast, bruno: Cast, rita: Cast
) -> None:
    anna.take_seat()
    bruno.take_seat()
    Seat.objects.create(account=bruno.account, instance=rita.instance, owner=False)

    keep_out(anna.instance)
    Account.objects.filter(pk__in=[anna.account.pk, bruno.account.pk]).delete()

    assert refused([anna.account.email, bruno.account.email]) == {anna.account.email: "Was erased and stays out."}


def test_customers_and_those_who_stopped_us_and_the_known_stay_out(anna: Cast) -> None:
    suppress("jon@roofs.example", Scope.MARKETING, how="link")
    prospect("mei@roofs.example")

    listing = propose(f"{LIST}{anna.account.email};Anna;;;;;\n")

    assert dict(listing.reasons) == {"Is a customer already.": [4], "Wants no marketing, or nobody reads there.": [3],
                                     "Is known already.": [2]}  # fmt: skip
    assert listing.rows == []


def test_who_stopped_one_topic_only_is_taken_in() -> None:
    suppress("mei@roofs.example", Scope.TOPIC, topic="tips", how="link")

    assert refused(["mei@roofs.example"]) == {}


@pytest.mark.promise("P45")
@pytest.mark.parametrize("name", ["kind", "detail", "url", "day", "basis", "note"])
def test_a_list_without_its_source_is_refused(name: str) -> None:
    form = SourceForm({**SOURCE, name: ""})

    assert not form.is_valid()
    assert name in form.errors


@pytest.mark.promise("P45")
@pytest.mark.parametrize("kind", HARVESTED)
def test_a_harvested_list_names_the_officer_who_allowed_it(kind: str) -> None:
    assert "allowed_by" in SourceForm({**SOURCE, "kind": kind}).errors
    assert SourceForm({**SOURCE, "kind": kind, "allowed_by": "Omar Officer"}).is_valid()


def test_nobody_can_say_that_a_list_asked_for_a_demo() -> None:
    assert "kind" in SourceForm({**SOURCE, "kind": Kind.DEMO.value}).errors


@pytest.mark.promise("A36")
def test_clearing_a_list_clears_whom_the_law_of_their_country_allows() -> None:
    source, _ = proposing.accept(propose(basis="request", note=""), by="Sofia Staff")

    assert clearing.clear(source.prospects.all(), by="Sofia Staff") == 1

    assert [one.address for one in queries.audience("tips")] == ["mei@roofs.example"]
    [held] = queries.held_back("tips")
    assert (held.address, "Directive 2002/58/EC" in held.held) == ("jon@roofs.example", True)
    with pytest.raises(clearing.NotCleared, match="2002/58"):
        clearing.clear_one(Prospect.objects.get(address="jon@roofs.example"), by="Sofia Staff")


@pytest.mark.promise("P31")
@pytest.mark.parametrize(("days", "left"), [(29, 2), (31, 0)])
def test_who_was_never_told_is_forgotten_after_a_month_with_the_source(days: int, left: int) -> None:
    proposing.accept(propose(), by="Sofia Staff")

    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        forget_untouched()

        assert (Prospect.objects.count(), Origin.objects.count()) == (left, 1 if left else 0)


@pytest.mark.promise("P31")
def test_who_had_a_letter_stays_a_year() -> None:
    prospect()
    queries.note_written("mei@roofs.example")

    with time_machine.travel(timezone.now() + timedelta(days=364), tick=False):
        assert forget_untouched() == 0
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        assert forget_untouched() == 1


def test_a_proposal_left_lying_goes_after_a_week() -> None:
    propose()

    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        forget_untouched()

    assert Listing.objects.count() == 0


def test_who_signs_up_is_linked_once_and_stays_a_subscriber() -> None:
    prospect("mei@roofs.example")
    prospect("jon@roofs.example")
    account = Account.objects.create_user("mei@roofs.example", None, name="Mei Tan")

    assert (know_subscribers(), know_subscribers()) == (1, 0)

    assert Prospect.objects.get(account=account).address == "mei@roofs.example"
    assert [one.address for one in queries.audience("tips")] == ["jon@roofs.example"]
    account.delete()
    assert addresses() == ["jon@roofs.example"]


def test_taking_in_twice_keeps_the_first_source() -> None:
    first = origin()
    assert take_in([Person(address="mei@roofs.example")], first) == 1

    assert take_in([Person(address="mei@roofs.example")], origin(detail="Another list")) == 0
    assert Prospect.objects.get().origin == first

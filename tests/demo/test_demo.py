"""The demo tells believable days through the verbs people use, once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from config.demo import desk, making
from config.demo.making import Demo
from pivotino.control.accounts.models import Account
from pivotino.control.children.models import Report
from pivotino.control.helpdesk.models import Message, Ticket
from pivotino.control.matters.models import Matter
from pivotino.control.rights.models import Demand
from pivotino.control.support.models import Housecall
from pivotino.instance.activities.models import Activity
from pivotino.instance.files.models import File
from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle.demo import ATAP, KINABALU, Moment
from pivotino.instance.members.queries import company, today
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.instance.subjects.models import Asking, KeepingRule
from pivotino.tenancy import inside
from pivotino.tenancy.models import Instance
from tests.cast import Browser

SMALL = Moment(name="small", days=30, people=5, open=26, won=6, lost=5)


@pytest.fixture
def demo(control: None) -> Iterator[Demo]:
    one = Demo("atap-suria-small", ATAP, SMALL)
    making.make(one)
    yield one
    making.unmake(one)


def test_it_tells_as_many_cards_as_it_says_and_the_totals_are_right(demo: Demo) -> None:
    with inside(Instance.objects.get(slug=demo.slug)):
        ended = Counter(Opportunity.objects.values_list("stage__kind", flat=True))

        assert Opportunity.objects.count() == 37
        assert (ended["won"], ended["lost"]) == (6, 5)
        assert totals.differences() == []
        assert company().set_up_at is not None


def test_the_given_cards_stand_as_they_were_told(demo: Demo) -> None:
    with inside(Instance.objects.get(slug=demo.slug)):
        stages = [stage.name for stage in Stage.objects.at_work()]
        told = [
            (card.title, stages[card.stage], today() + timedelta(days=card.due) if card.due is not None else None)
            for card in ATAP.given
        ]
        titles = [card.title for card in ATAP.given]
        cards = Opportunity.objects.filter(title__in=titles).select_related("stage").order_by("created_at")

        assert {(card.title, card.stage.name, card.next_on) for card in cards} >= set(told)


def test_nothing_happened_in_the_future_and_most_of_it_on_earlier_days(demo: Demo) -> None:
    with inside(Instance.objects.get(slug=demo.slug)):
        moments = list(Event.objects.order_by("id").values_list("at", flat=True))

        assert moments == sorted(moments)
        assert moments[-1] <= timezone.now()
        assert moments[0] < timezone.now() - timedelta(days=8)


def test_the_night_gives_up_none_of_the_open_cards(demo: Demo) -> None:
    with inside(Instance.objects.get(slug=demo.slug)):
        assert list(Opportunity.objects.at_work().filter(expected_closing__lte=today())) == []
        assert Activity.objects.open().exclude(opportunity__closed_at=None).count() == 0


def test_making_it_again_changes_nothing(demo: Demo) -> None:
    assert making.make(demo) is False


def test_its_people_sign_in_and_see_the_board(demo: Demo) -> None:
    browser = Browser("anna")
    browser.force_login(
        Account.objects.get(email=ATAP.email(ATAP.people[0])),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    page = browser.get(f"/@{demo.slug}/board/")

    assert page.status_code == 200
    assert "Metal deck re-roof, Block C" in page.content.decode()


def test_it_makes_nothing_where_everybody_could_know_the_password(control: None) -> None:
    out = StringIO()

    with override_settings(DEBUG=False):
        call_command("demo_sign_in", stdout=out)
        with pytest.raises(CommandError):
            call_command("demo")

    assert out.getvalue() == ""
    assert not Instance.objects.filter(slug=ATAP.slug, name=ATAP.name, ready_at=None).exists()


def test_nobody_in_it_is_real() -> None:
    addresses = [house.email(name) for house in (ATAP, KINABALU) for name in house.people]

    assert [address for address in addresses if not address.endswith(".example")] == []


def test_our_own_helpdesk_has_days_behind_it_told_once(demo: Demo) -> None:
    instance = Instance.objects.get(slug=demo.slug)

    assert [desk.make(instance, demo.house, making.PASSWORD) for _ in range(2)] == [True, False]

    states = Counter(Ticket.objects.values_list("state", flat=True))
    moments = list(Message.objects.order_by("at").values_list("at", flat=True))
    call = Housecall.objects.get()
    assert min(states[state] for state in ("open", "waiting", "solved", "closed")) > 0
    assert moments[0] < timezone.now() - timedelta(days=8) < timezone.now() - timedelta(hours=1) < moments[-1] < timezone.now()  # fmt: skip
    assert "kinabalu-1968" not in "".join(Message.objects.values_list("body", flat=True))
    assert (call.end, call.openings.count()) == ("staff", 2)
    assert Demand.objects.going().count() == Matter.objects.open().count() == Report.objects.count() == 1

    desk.unmake()
    assert desk.make(instance, demo.house, making.PASSWORD) is True
    assert Ticket.objects.count() == sum(states.values())


def test_cards_have_files_and_something_is_let_go(demo: Demo) -> None:
    with inside(Instance.objects.get(slug=demo.slug)):
        assert sorted(File.objects.values_list("ending", flat=True)) == ["csv", "jpg", "txt"]
        assert KeepingRule.objects.get().key == "bin"
        assert Asking.objects.get().answered_at is None

"""Making an instance: every step once, from wherever a worker fell, or nothing at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account, Consent, InitialPassword, Seat
from pivotino.control.provisioning import advancing, steps
from pivotino.control.provisioning.jobs import advance, pick_up, sweep_finished
from pivotino.control.provisioning.models import Provisioning, Step
from pivotino.control.subscriptions.models import Address, SignUp, Subscription
from pivotino.instance.members.models import Company, Member, Role
from pivotino.instance.pipeline.models import Stage
from pivotino.jobs.line import take_over_lost
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.letters import Undeliverable
from pivotino.tenancy import inside, provision, registry
from pivotino.tenancy.models import Instance
from tests.control.newcomer import EMAIL, Newcomer, accounts_of, counts, newest_instances, welcome_letters

pytestmark = pytest.mark.usefixtures("control")
NAMES = [step.name for step in steps.STEPS]


@contextmanager
def falling(name: str, *, error: BaseException, after_the_work: bool) -> Iterator[None]:
    """Within the block, the step `name` ends in `error`, with or without having done its work."""

    def made(step: steps.Kind) -> steps.Kind:
        def work(provisioning: Provisioning) -> None:
            if after_the_work:
                step.work(provisioning)
            raise error

        return replace(step, work=work) if step.name == name else step

    untidy = patch("pivotino.jobs.worker.put_back", lambda *args, **kwargs: None)
    with patch.object(advancing, "STEPS", tuple(made(step) for step in steps.STEPS)), untidy:
        yield


def the_lease_runs_out() -> None:
    """A worker that died is noticed when its lease ends, and the next one goes on."""
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        take_over_lost()
        run_all()


def everything_is_there_once(mei: Newcomer) -> None:
    assert counts() == {"sign-ups": 1, "provisionings": 1, "instances": 1}
    assert accounts_of(EMAIL) == 1
    assert len(welcome_letters()) == 1
    instance = Instance.objects.get(slug="kedai-kopi")
    account = Account.objects.get(email=EMAIL)
    assert account.is_active and account.must_choose_password
    with inside(instance):
        assert list(Member.objects.values_list("account_uuid", "name", "role")) == [
            (account.id, "Mei Ling Tan", Role.OWNER)
        ]
        assert list(Company.objects.values_list("name", "currency", "country")) == [("Kedai Kopi Sdn Bhd", "MYR", "MY")]
        assert Stage.objects.count() == len(set(Stage.objects.values_list("name", flat=True)))
    assert [row.instance_id for row in Seat.objects.filter(account=account)] == [instance.id]
    assert set(Consent.objects.values_list("account_id", "document")) == {
        (account.id, kind) for kind in ("terms", "policy", "age")
    }
    assert Subscription.objects.filter(instance=instance).count() == 2
    assert sorted(Step.objects.values_list("name", flat=True)) == sorted(NAMES)
    assert mei.sign_in(mei.first_password)["Location"] == "/choose-password/"


def test_a_proven_address_becomes_one_of_everything(mei: Newcomer) -> None:
    mei.arrive()

    everything_is_there_once(mei)


@pytest.mark.promise("A13")
@pytest.mark.parametrize("after_the_work", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", NAMES)
def test_a_worker_that_dies_at_any_step_leaves_exactly_one_of_everything(
    mei: Newcomer, name: str, after_the_work: bool
) -> None:
    mei.register()
    mei.press()
    with falling(name, error=Crash(name), after_the_work=after_the_work), pytest.raises(Crash):
        run_all()

    the_lease_runs_out()

    everything_is_there_once(mei)


@pytest.mark.promise("A13")
@pytest.mark.parametrize(
    "target",
    [
        "pivotino.tenancy.provision.create", "pivotino.tenancy.lifecycle.found", "pivotino.control.provisioning.steps.send_sealed",
        "pivotino.jobs.steps.mark", "pivotino.control.accounts.models.InitialPassword.issue",
        "pivotino.control.accounts.models.Account.open",
    ],
)  # fmt: skip
def test_a_worker_that_dies_inside_of_a_step_leaves_exactly_one_of_everything(mei: Newcomer, target: str) -> None:
    mei.register()
    mei.press()
    with crash_after(target), pytest.raises(Crash):
        run_all()

    the_lease_runs_out()

    everything_is_there_once(mei)


def test_a_worker_that_dies_again_and_again_still_arrives(mei: Newcomer) -> None:
    mei.register()
    mei.press()
    for turn, name in enumerate(NAMES):
        with time_machine.travel(timezone.now() + timedelta(minutes=2 * turn), tick=True):
            with falling(name, error=Crash(name), after_the_work=True), pytest.raises(Crash):
                take_over_lost()
                run_all()

    with time_machine.travel(timezone.now() + timedelta(minutes=30), tick=True):
        take_over_lost()
        run_all()

    everything_is_there_once(mei)


def test_running_the_job_twice_changes_nothing(mei: Newcomer) -> None:
    mei.arrive()
    id = str(Provisioning.objects.get().id)
    Provisioning.objects.update(ready_at=None)

    advance(id)
    advance(id)

    everything_is_there_once(mei)


@pytest.mark.parametrize("name", NAMES)
def test_an_error_is_tried_again(mei: Newcomer, name: str) -> None:
    mei.register()
    mei.press()
    with falling(name, error=OSError("disk full"), after_the_work=False), pytest.raises(OSError):
        run_all()

    the_lease_runs_out()

    everything_is_there_once(mei)
    assert Provisioning.objects.get().tries == 1


def fail_for_good(name: str) -> Provisioning:
    with falling(name, error=OSError("disk full"), after_the_work=True):
        for _ in range(advancing.MOST_TRIES):
            with pytest.raises((OSError, Exception)):
                advance(str(Provisioning.objects.get().id))
    return Provisioning.objects.get()


@pytest.mark.parametrize("name", NAMES[:-1])
def test_what_fails_for_good_leaves_nothing_half(mei: Newcomer, name: str) -> None:
    mei.register()
    mei.press()

    failed = fail_for_good(name)

    assert failed.failed_at is not None
    assert (newest_instances(), accounts_of(EMAIL), Address.objects.count()) == ([], 0, 0)
    assert (Step.objects.count(), Subscription.objects.count(), InitialPassword.objects.count()) == (0, 0, 0)
    assert registry.find("kedai-kopi") is None
    assert welcome_letters() == []


def test_the_page_says_so_and_trying_again_arrives(mei: Newcomer, settings: Any) -> None:
    mei.register()
    progress = mei.press()["Location"]
    fail_for_good("opened")

    page = mei.get(progress).content.decode()
    assert "That did not work" in page
    assert settings.OPERATOR.support in page
    assert mei.post(f"{progress}again/").status_code == 302
    Ticket.objects.all().delete()
    mei.post(f"{progress}again/")
    advance(str(Provisioning.objects.get().id))

    everything_is_there_once(mei)


def test_the_database_of_a_failed_try_is_gone(mei: Newcomer) -> None:
    mei.register()
    mei.press()
    places = []

    def remember(place: Any) -> None:
        places.append(place)
        real(place)

    real = provision.create
    with patch("pivotino.tenancy.provision.create", remember):
        fail_for_good("seeded")

    assert places and not provision.exists(places[0])


def test_a_mail_server_that_is_away_does_not_cost_the_database(mei: Newcomer) -> None:
    mei.register()
    mei.press()
    away = Undeliverable("The mail server does not answer.", permanent=False)
    with falling("welcomed", error=away, after_the_work=False):
        for _ in range(20):
            with pytest.raises(Exception, match="away"):
                advance(str(Provisioning.objects.get().id))

    Ticket.objects.all().delete()
    advance(str(Provisioning.objects.get().id))

    everything_is_there_once(mei)
    assert Provisioning.objects.get().tries == 0


def test_a_mailbox_that_does_not_exist_takes_everything_back(mei: Newcomer) -> None:
    mei.register()
    mei.press()
    nobody = Undeliverable("There is no mailbox at this address.", permanent=True)

    with falling("welcomed", error=nobody, after_the_work=False), pytest.raises(Exception, match="taken back"):
        advance(str(Provisioning.objects.get().id))

    assert (newest_instances(), accounts_of(EMAIL)) == ([], 0)


def test_an_address_that_was_taken_in_the_meantime_becomes_the_next_free_one(mei: Newcomer) -> None:
    mei.register()
    Instance.objects.create(slug="kedai-kopi", name="Somebody quicker", bucket=registry.bucket_with_room())
    mei.press()
    run_all()

    assert Provisioning.objects.get().instance.slug == "kedai-kopi-2"
    assert "/@kedai-kopi-2/" in welcome_letters()[0].body


def test_somebody_who_joined_a_colleague_meanwhile_keeps_their_way_in(mei: Newcomer) -> None:
    mei.register()
    mei.press()
    account = Account.objects.create_user(EMAIL, "violet canoe drifting tomorrow", name="Mei")
    run_all()

    account.refresh_from_db()
    assert (accounts_of(EMAIL), welcome_letters(), account.must_choose_password) == (1, [], False)
    assert [seat.instance.slug for seat in account.seats.all()] == ["kedai-kopi"]
    with inside(Instance.objects.get(slug="kedai-kopi")):
        assert [member.account_uuid for member in Member.objects.all()] == [account.id]


def test_a_lost_job_is_picked_up(mei: Newcomer) -> None:
    mei.register()
    mei.press()
    Ticket.objects.all().delete()

    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=True):
        pick_up()
        run_all()

    everything_is_there_once(mei)


def test_what_is_finished_is_forgotten_after_a_month(mei: Newcomer) -> None:
    mei.arrive()

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        sweep_finished()

    assert (Provisioning.objects.count(), SignUp.objects.count(), accounts_of(EMAIL)) == (0, 0, 1)
    assert Consent.objects.filter(account__email=EMAIL).count() == 3
    assert len(mail.outbox) == 2

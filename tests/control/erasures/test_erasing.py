"""An erased instance is nowhere any more: not in databases, files, letters, the line or the log; only its certificate is."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.backups import making
from pivotino.control.erasures import erasing, hooks, jobs, references, signing, steps
from pivotino.control.erasures.models import Erasure
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import Address, Plan, SignUp, Subscription
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.queries import company
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.instances import instance_job
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import Crash, run_all
from pivotino.kit.ids import uuid7
from pivotino.letters.models import Sent
from pivotino.tenancy import atomic, inside, provision, registry, remains, snapshots
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person

MARKER = "Zyxwmarker"


@instance_job()
def remember(text: str) -> None:
    """A job with the marker among its arguments."""


@pytest.fixture
def marked(anna: Person, bruno: Person, rita: Person, atap: Instance) -> Instance:
    """Atap Suria with the marker wherever a customer's words go: records, history, search, line, letters, files, accounts."""
    for person in (anna, bruno, rita):
        person.take_seat()
    Instance.objects.filter(pk=atap.pk).update(name=f"{MARKER} Sdn Bhd")
    Account.objects.filter(pk=anna.account.pk).update(name=f"Anna {MARKER}", phone="+60123456789")
    with inside(atap):
        Opportunity.open(f"Roof for {MARKER}", by=anna.member, notes=f"Call {MARKER}", tags=[MARKER])
        with atomic():
            Contact.objects.create(name=MARKER, folded=MARKER.lower(), email=f"{MARKER}@example.com")
            remember.later(MARKER, after=timedelta(days=1))
        company()
    sign_up = SignUp.objects.create(
        name=MARKER, company=MARKER, email=anna.account.email, phone="+60123456789", country="MY", currency="MYR",
        zone="Asia/Kuala_Lumpur", plan=plan(), slug=atap.slug, once=MARKER, token_hash=MARKER, expires_at=timezone.now(),
    )  # fmt: skip
    Provisioning.objects.create(
        sign_up=sign_up, email=sign_up.email, account_id=anna.account.pk, instance_id=atap.pk, ready_at=timezone.now()
    )
    Address.objects.create(slug=atap.slug, skeleton=atap.slug, owner=sign_up.pk)
    Subscription.objects.start(atap, anna.account, plan())
    Sent.objects.create(
        key="a",
        kind="notice",
        letter="X",
        to="x@y.example",
        subject=MARKER,
        why=MARKER,
        instance_id=atap.pk,
        state="sent",
    )
    Sent.objects.create(
        key="b", kind="notice", letter="X", to=anna.account.email, subject=MARKER, why=MARKER, state="sent"
    )
    storages["default"].save(f"{atap.place.key}/offers/{MARKER}.pdf", ContentFile(MARKER.encode()))
    mail.outbox.clear()
    return atap


def plan() -> Plan:
    Plan.objects.load()
    return Plan.objects.published()[0]


def erase(instance: Instance, **kwargs: Any) -> Erasure:
    erasure = erasing.begin(instance, kwargs.pop("cause", Erasure.Cause.LEFT))
    jobs.put_in_line(erasure)
    finish()
    erasure.refresh_from_db()
    return erasure


def finish() -> None:
    run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_all()


def everything_kept() -> Iterator[tuple[str, bytes]]:
    """Every byte of this installation: the control database row by row, and every file there is."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            yield table, repr(cursor.fetchall()).encode()
    for path in Path(settings.VAR_DIR).rglob("*"):
        # The file of the control database keeps what was deleted in its free pages until it is used again.
        if path.is_file() and not path.name.startswith("control"):
            yield str(path), path.read_bytes()


def found() -> list[str]:
    places = [where for where, told in everything_kept() if MARKER.lower().encode() in told.lower()]
    for place in [*remains_of_all()]:
        file = Path(settings.VAR_DIR) / "looked"
        snapshots.take(place, file)
        places += [place.schema] if MARKER.lower().encode() in file.read_bytes().lower() else []
        file.unlink()
    return places


def remains_of_all() -> list[Any]:
    return [place for row in Instance.objects.all() for place in remains.everywhere(row.pk)]


@pytest.mark.promise("A49")
@pytest.mark.promise("P35")
def test_no_marker_is_left_anywhere(marked: Instance, caplog: pytest.LogCaptureFixture) -> None:
    before = found()
    assert {"accounts_account", "subscriptions_signup", "tenancy_instance", "letters_sent"} <= set(before)

    erasure = erase(marked)

    assert erasure.done_at is not None
    assert found() == []
    assert MARKER not in caplog.text
    assert remains.everywhere(marked.pk) == []
    assert (
        Account.objects.filter(email__contains="atap-suria").count() == 1
    )  # carla had no seat: nobody's books named her
    assert Ticket.objects.filter(line=marked.pk).count() == 0
    assert cache.get(f"{marked.place.key}:company") is None or MARKER not in repr(
        cache.get(f"{marked.place.key}:company")
    )


@pytest.mark.promise("A49")
def test_the_certificate_says_what_went_and_what_the_law_keeps(marked: Instance) -> None:
    rows = sum(snapshots.counts(marked.place).values())

    erasure = erase(marked)

    told = signing.certificate(erasure)
    assert {"what": "Rows in the database", "count": rows} in told["erased"]
    assert {"what": "Files", "count": 1} in told["erased"]
    assert {"what": "Accounts that were nowhere else", "count": 2} in told["erased"]
    assert [row["what"] for row in told["kept"]] == ["What was ordered, without who ordered it"]
    assert "Companies Act 2016" in told["kept"][0]["law"]
    assert erasure.sha256 == signing.fingerprint(erasure)
    assert Subscription.objects.filter(instance=marked, account__isnull=True).exists()


def test_its_page_is_public_and_names_nobody(marked: Instance, stranger: Browser) -> None:
    backup = making.ask_for(marked)
    making.make(backup)
    erasure = erase(marked)

    page = stranger.get(f"/certificates/{erasure.pk}/")
    told = stranger.get(f"/certificates/{erasure.pk}.json").json()

    assert page.status_code == 200
    assert erasure.sha256 in page.content.decode()
    assert f"{backup.expires_at:%-d %B %Y}" in page.content.decode()
    assert MARKER.lower() not in page.content.decode().lower()
    assert "atap" not in page.content.decode().lower()
    assert told["signed"]["sha256"] == erasure.sha256
    assert told["backups"][0]["removed_at"] is None
    making.let_go(backup)
    assert "All are gone" in stranger.get(f"/certificates/{erasure.pk}/").content.decode()


def test_a_changed_certificate_shows(marked: Instance, stranger: Browser) -> None:
    erasure = erase(marked)
    Erasure.objects.filter(pk=erasure.pk).update(facts={**erasure.facts, "kept": []})

    assert "does not match its fingerprint" in stranger.get(f"/certificates/{erasure.pk}/").content.decode()


def test_an_unfinished_one_has_no_page(marked: Instance, stranger: Browser) -> None:
    erasure = erasing.begin(marked, Erasure.Cause.LEFT)

    assert stranger.get(f"/certificates/{erasure.pk}/").status_code == 404
    assert stranger.get(f"/certificates/{uuid7()}/").status_code == 404
    assert stranger.get(f"/certificates/{uuid7()}.json").status_code == 404


@pytest.mark.promise("A18")
def test_the_address_is_never_given_to_somebody_else(marked: Instance) -> None:
    slug = marked.slug
    erase(marked)

    assert Address.objects.is_taken(slug)
    assert registry.find(slug) is None
    assert Address.objects.suggest("Atap Suria") != slug
    with pytest.raises(Exception):  # noqa: B017, PT011
        Address.objects.create(slug=slug, skeleton="other", owner=uuid7())


def test_whoever_works_elsewhere_too_stays(marked: Instance, bruno: Person, zenit: Instance) -> None:
    Seat.objects.take(zenit.place, bruno.account.pk, owner=False)

    erase(marked)

    assert list(Account.objects.filter(email__contains="bruno").values_list("pk", flat=True)) == [bruno.account.pk]
    assert [seat.instance.slug for seat in Seat.objects.filter(account=bruno.account)] == ["zenit"]


def test_a_rival_is_not_touched(marked: Instance, rita: Person, zenit: Instance) -> None:
    before = snapshots.counts(zenit.place)

    erase(marked)

    assert snapshots.counts(zenit.place) == before
    assert Seat.objects.filter(account=rita.account).exists()
    assert rita.browser.get(rita.url("board/")).status_code == 200


def test_every_generation_and_every_copy_goes(marked: Instance, tmp_path: Path) -> None:
    copy = Instance.objects.create(
        slug="copy-of-it", name=MARKER, bucket=marked.bucket, copy_of=marked, ready_at=timezone.now()
    )
    snapshots.take(marked.place, tmp_path / "taken")
    for place in (vars(copy) and copy.place, _later(marked)):
        snapshots.put(tmp_path / "taken", place)

    erase(marked)

    assert remains.everywhere(marked.pk) + remains.everywhere(copy.pk) == []
    assert not Instance.objects.filter(pk=copy.pk).exists()


def _later(instance: Instance) -> Any:
    from dataclasses import replace

    return replace(instance.place, generation=7)


@pytest.mark.promise("A51")
def test_a_hold_puts_it_off_hidden_and_its_end_lets_it_happen_by_itself(marked: Instance, anna: Person) -> None:
    held = [marked.pk]
    hooks.holds(lambda instance: instance.pk in held)

    erasure = erase(marked)

    assert erasure.done_at is None
    assert erasure.held_at is not None
    assert provision.exists(marked.place)
    assert anna.browser.get(anna.url("board/")).status_code == 404
    held.clear()
    jobs.released(marked.pk)
    finish()
    erasure.refresh_from_db()
    assert erasure.done_at is not None
    assert not provision.exists(marked.place)


def test_a_hold_that_ended_without_a_word_is_noticed(marked: Instance) -> None:
    held = [marked.pk]
    hooks.holds(lambda instance: instance.pk in held)
    erasure = erase(marked)
    held.clear()

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        jobs.pick_up()
        run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        run_all()

    erasure.refresh_from_db()
    assert erasure.done_at is not None


def test_rooms_above_remove_their_own(marked: Instance) -> None:
    removed: list[str] = []

    @hooks.forgets("Exports made before", order=1)
    def forget(instance: Instance) -> int:
        removed.append(instance.slug)
        return 3 if len(removed) == 1 else 0

    told = signing.certificate(erase(marked))

    assert removed == ["atap-suria"]
    assert {"what": "Exports made before", "count": 3} in told["erased"]


def test_beginning_twice_is_one(marked: Instance) -> None:
    assert erasing.begin(marked, "left").pk == erasing.begin(marked, "staff").pk


def test_it_is_decided_for_every_row_that_speaks_of_an_instance() -> None:
    assert references.undecided() == []


def test_the_laws_name_models_that_exist() -> None:
    assert [label for label in references.statutes() if not apps.is_installed(_room(label))] == []


def _room(label: str) -> str:
    return apps.get_app_config(label.partition(".")[0]).name


# A worker that dies at any step: before its work, or after it and before that was written down.


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [kind.name for kind in steps.STEPS])
def test_a_worker_that_dies_at_a_step_is_followed_by_one_that_ends_right(
    marked: Instance, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    rows = sum(snapshots.counts(marked.place).values())
    erasure = erasing.begin(marked, Erasure.Cause.LEFT)

    def dying(kind: Any) -> Any:
        def work(row: Erasure) -> None:
            if after:
                kind.work(row)
            raise Crash(step)

        return kind if kind.name != step else type(kind)(name=kind.name, says=kind.says, work=work)

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "STEPS", tuple(map(dying, steps.STEPS)))
        patch.setattr(steps, "BELIEVED", timedelta(0))
        with pytest.raises(Crash):
            erasing.go_on(erasure)

    jobs.put_in_line(erasure)
    finish()

    erasure.refresh_from_db()
    assert erasure.sha256 == signing.fingerprint(erasure)
    assert {"what": "Rows in the database", "count": rows} in json.loads(json.dumps(signing.certificate(erasure)))[
        "erased"
    ]
    assert {"what": "Accounts that were nowhere else", "count": 2} in signing.certificate(erasure)["erased"]
    assert remains.everywhere(marked.pk) == []
    assert Seat.objects.filter(instance=marked).count() == 0

"""A database goes back to an older state: nobody who said no since then is written to again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.backups import jobs, making, restoring
from pivotino.instance.contacts.models import Contact
from pivotino.instance.mailing.models import Audience, How, Mailing, Sender, Stop
from pivotino.instance.mailing.models.stops import mark_of, stop
from pivotino.instance.mailing.sending import ENGINE
from pivotino.jobs.testing import run_all
from pivotino.tenancy import inside
from tests.cast import Person
from tests.control.lives import whole_lives  # noqa: F401


def go_back(person: Person, backup: making.Backup) -> None:
    jobs.put_restore_in_line(restoring.ask(backup.instance, backup, by="Nurul Anna"))
    run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        run_all()
    person.instance.refresh_from_db()


def backed_up(person: Person) -> making.Backup:
    row = making.ask_for(person.instance)
    making.make(row)
    row.refresh_from_db()
    return row


@pytest.mark.promise("P52")
def test_who_said_no_since_then_still_gets_nothing(
    anna: Person, sender: Sender, crowd: Audience, letter: Mailing
) -> None:
    backup = backed_up(anna)
    with inside(anna.instance):
        key = Sender.ours().key
        later = Audience.make("Made later", by=anna.member)
        stop(mark_of("siti@kedai.example", key), audience=None, how=How.LINK)
        stop(mark_of("ali@kedai.example", key), audience=crowd, how=How.BOUNCE, reason="5.1.1")
        stop(mark_of("ali@kedai.example", key), audience=later, how=How.LINK)
        Contact.objects.get(name="Mei").want_mailings(False, by=anna.member)

    go_back(anna, backup)

    with inside(anna.instance):
        assert sorted((one.how, one.reason) for one in Stop.objects.all()) == [("bounce", "5.1.1"), ("link", "")]
        assert set(Contact.objects.filter(do_not_mail=True).values_list("name", flat=True)) == {"Siti", "Mei"}
        assert all(person.held for person in ENGINE.audience(Mailing.objects.get()))


def test_a_state_from_before_the_first_letter_learns_the_marks_too(anna: Person) -> None:
    with inside(anna.instance):
        Contact.add("Siti", by=anna.member, kind="person", email="siti@kedai.example")
    backup = backed_up(anna)
    with inside(anna.instance):
        ours = Sender.ours()
        ours.save()
        stop(mark_of("siti@kedai.example", ours.key), audience=None, how=How.LINK)

    go_back(anna, backup)

    with inside(anna.instance):
        assert Stop.objects.get().mark == mark_of("siti@kedai.example", Sender.ours().key)
        assert Contact.objects.get(name="Siti").do_not_mail

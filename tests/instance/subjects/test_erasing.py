"""One person is erased: plan, days to think again, execution, texts for a human, certificate; and no byte of them left."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core import serializers
from django.utils import timezone

from pivotino.control.erasures.models import Erasure as Ledger
from pivotino.control.erasures.replaying import replay
from pivotino.instance.activities.models import Activity, ActivityKind
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Import, ProposedRow
from pivotino.instance.files.carriers import carrier_of
from pivotino.instance.files.models import File
from pivotino.instance.history import search, trail
from pivotino.instance.history.models import Event, Trail, TrailKey
from pivotino.instance.history.recording import CannotUndo, record, take_back
from pivotino.instance.history.sentences import sentence_of
from pivotino.instance.mailing.models import Audience, Listed, Sender
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import LostReason, Opportunity
from pivotino.instance.subjects import erasing, inbox, wishing
from pivotino.instance.subjects.jobs import let_go
from pivotino.instance.subjects.models import Asking, Erasure, Mention
from pivotino.jobs.testing import run_all
from pivotino.kit.uploads import take
from pivotino.tenancy import filing, inside
from pivotino.tenancy.erasing import Piece, erase
from pivotino.tenancy.rows import in_files
from tests.cast import Browser, Person

NAME, MAIL, NUMBER = "Zerafina Quillbottom", "zerafina.q@quillbottom.example", "+60129876543"
WORDS = ["Zerafina", "Quillbottom", "zerafina", "quillbottom", "129876543", "grandmother"]


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def zerafina(anna: Person) -> Contact:
    """Somebody with a row in every room."""
    with inside(anna.instance):
        by = anna.member
        one = Contact.add(
            NAME, by=by, kind="person", email=MAIL, mobile=NUMBER, notes="Her grandmother lives there", city="Ipoh"
        )
        one.edit(version=one.version, by=by, job_position="Friend of Quillbottom")
        won = Opportunity.open(
            f"Roof of {NAME}",
            by=by,
            contact=one,
            amount_minor=900_00,
            notes="for the grandmother",
            email=MAIL,
            phone=NUMBER,
        )
        won.write_note("Zerafina said yes", by=by)
        Activity.plan(won, kind=ActivityKind.objects.get(key="todo"), by=by, due_on=today(), summary="Ring Zerafina")
        for activity in Activity.objects.open():
            activity.complete(feedback="grandmother was there", by=by)
        won.win(by=by)
        lost = Opportunity.open("Garage of Quillbottom", by=by, contact=one)
        lost.lose(reason=LostReason.objects.first(), note="Zerafina found another", by=by)
        Opportunity.open("Fence of Quillbottom", by=by, contact=one)
        audience = Audience.make("Friends", by=by)
        audience.add([one], by=by)
        wishing.note_source(one, how="Zerafina's grandmother knows us", on=today(), by=by)
        wishing.note_consent(one, topic="Mailings", given=True, on=today(), how="on the phone to Zerafina", by=by)
        return one


def run_out(person: Person, row: Erasure) -> Erasure:
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False), inside(person.instance):
        let_go()
        return Erasure.objects.get(pk=row.pk)


def begin(person: Person, contact: Contact, *blanked: str) -> Erasure:
    with inside(person.instance):
        return erasing.begin(contact, blanked=blanked, by=person.member)


def answer_all(person: Person) -> None:
    """A human says of every text that it is about them."""
    for mention in list(Mention.objects.filter(blanked__isnull=True)):
        erasing.review(mention, blank=True, by=person.member)


def everything(person: Person) -> bytes:
    """Every byte of the database: the file itself, or on a server every row of every table."""
    with inside(person.instance) as place:
        if in_files():
            return b"".join(path.read_bytes() for path in place.path.parent.glob(f"{place.path.name}*"))
        out = io.StringIO()
        for model in apps.get_models():
            if getattr(apps.get_app_config(model._meta.app_label), "plane", "") == "instance":
                serializers.serialize("json", model._default_manager.all(), stream=out)
        return out.getvalue().encode()


def test_nothing_is_touched_while_somebody_may_think_again(anna: Person, zerafina: Contact) -> None:
    row = begin(anna, zerafina)

    with inside(anna.instance):
        let_go()
        assert Contact.objects.get(pk=zerafina.pk).name == NAME
        erasing.halt(row, by=anna.member)
    assert run_out(anna, row).state == "stopped"
    with inside(anna.instance):
        assert Contact.objects.get(pk=zerafina.pk).email == MAIL


@pytest.mark.promise("A49")
def test_no_byte_of_the_person_is_left_in_the_database(anna: Person, zerafina: Contact) -> None:
    before = everything(anna)
    assert [word for word in WORDS if word.encode() not in before] == []

    row = run_out(anna, begin(anna, zerafina))

    assert row.state == "finished"
    after = everything(anna)
    assert [word for word in WORDS if word.encode() in after] == []
    assert not any(word in str(Ledger.objects.values()) for word in WORDS)


@pytest.mark.promise("A49")
@pytest.mark.promise("A50")
def test_nobody_reads_any_more_what_the_trail_said_of_them_and_no_byte_of_the_keys_is_left(
    anna: Person, zerafina: Contact
) -> None:
    with inside(anna.instance):
        by, sale = anna.member, Opportunity.objects.get(title="Fence of Quillbottom")
        zerafina.remove(by=by)
        Contact.objects.get(pk=zerafina.pk).restore(by=by)
        sale.remove(by=by)
        brought = Import.objects.create(name="Quillbottom.csv", ending="csv", uploaded_by=by, size=1)
        ProposedRow.objects.create(of_import=brought, number=1, target_id=zerafina.pk)
        record("import.applied", brought, by=by, file=brought.name, counts={})
        told = str([facts for _, facts in trail.read(Trail.objects.all())])
        assert all(word in told for word in ("Fence of Quillbottom", "Quillbottom.csv"))
        about = {zerafina.pk, sale.pk, brought.pk}
        keys = dict(TrailKey.objects.filter(subject_id__in=about).values_list("subject_id", "key"))
    assert len(keys) == 3
    before = everything(anna)
    assert all(key.encode() in before for key in keys.values())

    run_out(anna, begin(anna, zerafina))

    after = everything(anna)
    assert not any(key.encode() in after for key in keys.values())
    with inside(anna.instance):
        answer_all(anna)
        assert not any(word in str([facts for _, facts in trail.read(Trail.objects.all())]) for word in WORDS)
        assert trail.verify().number == Trail.objects.count()
        for subject, key in keys.items():  # an older state comes back
            TrailKey.objects.filter(subject_id=subject).update(key=key, forgotten_at=None)
    replay(anna.instance)
    with inside(anna.instance):
        assert set(TrailKey.objects.filter(subject_id__in=keys).values_list("key", flat=True)) == {""}
        assert trail.verify()


def test_a_text_of_the_history_that_a_human_takes_out_cannot_be_read_in_the_trail_either(
    anna: Person, zerafina: Contact
) -> None:
    with inside(anna.instance):
        other = Opportunity.open(f"Statue of {NAME}", by=anna.member)
        other.remove(by=anna.member)
    run_out(anna, begin(anna, zerafina))
    with inside(anna.instance):
        assert NAME in str([facts for _, facts in trail.read(Trail.objects.all())])
        answer_all(anna)
        assert NAME not in str([facts for _, facts in trail.read(Trail.objects.all())])
        assert trail.verify()


def test_a_won_sale_stays_with_its_sum_and_reads_on(anna: Person, zerafina: Contact) -> None:
    run_out(anna, begin(anna, zerafina))

    with inside(anna.instance):
        [sale] = Opportunity.objects.all()
        assert (sale.title, sale.amount_minor, sale.stage.is_won) == (erasing.SOMEONE, 900_00, True)
        assert sale.contact is not None and sale.contact.name == erasing.SOMEONE
        told = [sentence_of(event).words for event in Event.objects.filter(subject_id=sale.pk)]
        assert "won the opportunity" in told and "created the opportunity" in told
        assert totals.differences() == []
    page = anna.browser.get(anna.url(f"opportunities/{sale.pk}/"))
    assert page.status_code == 200 and erasing.SOMEONE in page.content.decode()
    assert anna.browser.get(anna.url(f"people/{zerafina.pk}/")).status_code == 200


def test_sales_of_a_kind_stay_without_the_person_where_one_chose_so(anna: Person, zerafina: Contact) -> None:
    run_out(anna, begin(anna, zerafina, "open", "lost"))

    with inside(anna.instance):
        assert set(Opportunity.objects.values_list("title", flat=True)) == {erasing.SOMEONE}
        assert Opportunity.objects.count() == 3
        assert totals.differences() == []


def test_without_a_sale_nothing_of_the_contact_stays(anna: Person) -> None:
    with inside(anna.instance):
        one = Contact.add(NAME, by=anna.member, kind="person", email=MAIL)
    run_out(anna, begin(anna, one))
    with inside(anna.instance):
        assert not Contact.objects.exists()


def test_what_was_erased_cannot_be_taken_back(anna: Person, zerafina: Contact) -> None:
    run_out(anna, begin(anna, zerafina))
    with inside(anna.instance):
        for event in Event.objects.filter(data__has_key="erased"):
            with pytest.raises(CannotUndo):
                take_back(event, by=anna.member)


def test_nobody_finds_them_any_more(anna: Person, zerafina: Contact) -> None:
    with inside(anna.instance):
        assert search.find(anna.member, "quillbottom")
    run_out(anna, begin(anna, zerafina))
    with inside(anna.instance):
        assert search.find(anna.member, "quillbottom") == []
        assert not Listed.objects.exists()


def test_a_file_that_named_them_goes(anna: Person, zerafina: Contact) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from pivotino.instance.exchange.storage import path_of
    from pivotino.kit.ids import uuid7

    file = SimpleUploadedFile("people.csv", f"Name,Email\n{NAME},{MAIL}\nSomebody Else,else@else.example\n".encode())
    anna.browser.post(anna.url("import/"), {"id": str(uuid7()), "file": file})
    run_all()
    row = run_out(anna, begin(anna, zerafina))

    with inside(anna.instance):
        one = Import.objects.get()
        assert one.forgotten_at is not None and not path_of(one.pk, one.ending).exists()
    assert row.counts["Files that were brought in"] == 1


def test_other_texts_wait_for_a_human_and_the_last_answer_is_the_certificate(anna: Person, zerafina: Contact) -> None:
    with inside(anna.instance):
        other = Contact.add("Bobby Tan", by=anna.member, kind="person", notes=f"Knows {NAME} from school, and Mr Lim")
        namesake = Opportunity.open(f"Statue of {NAME.upper()}", by=anna.member)
    row = run_out(anna, begin(anna, zerafina))
    assert row.state == "reviewing"
    page = anna.browser.get(anna.url(f"erasures/{row.pk}/")).content.decode()
    assert f"<mark>{NAME}</mark>" in page and "from school" in page

    while True:
        with inside(anna.instance):
            mention = Mention.objects.filter(blanked__isnull=True).first()
            title = mention is not None and mention.model == "pipeline.Opportunity"
        if mention is None:
            break
        answer = {"about": "other" if title else "them"}
        assert anna.browser.post(anna.url(f"erasures/texts/{mention.pk}/"), answer).status_code == 302

    with inside(anna.instance):
        assert Contact.objects.get(pk=other.pk).notes == "Knows [erased] from school, and Mr Lim"
        assert Opportunity.objects.get(pk=namesake.pk).title == f"Statue of {NAME.upper()}"
        row = Erasure.objects.get(pk=row.pk)
        assert row.state == "finished" and row.marks == []
        assert search.find(anna.member, "school")[0].id == other.pk
    certificate = anna.browser.get(anna.url(f"erasures/{row.pk}/")).content.decode()
    assert "Certificate of erasure" in certificate and row.proof in certificate
    assert NAME not in certificate


def test_a_changed_certificate_has_another_proof(anna: Person, zerafina: Contact) -> None:
    row = run_out(anna, begin(anna, zerafina))
    proof = row.proof
    row.counts = {**row.counts, "Notes": 99}
    assert row.proof != proof


@pytest.mark.promise("A50")
def test_what_comes_back_with_an_older_state_is_erased_again(anna: Person, zerafina: Contact) -> None:
    run_out(anna, begin(anna, zerafina))
    with inside(anna.instance):
        Contact.objects.create(
            id=zerafina.pk, name=NAME, folded=NAME.lower(), email=MAIL
        ) if not Contact.objects.filter(pk=zerafina.pk).exists() else Contact.objects.filter(pk=zerafina.pk).update(
            name=NAME, email=MAIL
        )
        erase([Piece("contacts.Contact", zerafina.pk)])
        assert MAIL not in str(Contact.objects.values())
    assert str(zerafina.pk) in str(list(Ledger.objects.values()))


@pytest.mark.promise("A51")
def test_whoever_wanted_no_mailings_is_left_alone_when_they_come_again(anna: Person, zerafina: Contact) -> None:
    from pivotino.instance.mailing.models.stops import stops_of

    with inside(anna.instance):
        Sender.ours().change(by=anna.member, name="Atap")
        zerafina.want_mailings(False, by=anna.member)
    run_out(anna, begin(anna, zerafina))
    with inside(anna.instance):
        assert [stop.how for stop in stops_of(MAIL)] == ["asked"]


def test_the_request_is_answered_and_emptied_by_the_erasure(anna: Person, zerafina: Contact) -> None:
    with inside(anna.instance):
        asking = inbox.receive(sort="erasure", who=NAME, address=MAIL, said="Forget my grandmother", by=anna.member)
        assert asking.contact_id == zerafina.pk
    page = anna.browser.post(
        anna.url(f"people/{zerafina.pk}/erasure/"), {"name": NAME, "open": "delete", "lost": "delete"}
    )
    assert page.status_code == 302
    with inside(anna.instance):
        row = Erasure.objects.get()
    run_out(anna, row)
    with inside(anna.instance):
        done = Asking.objects.get()
        assert (done.is_open, done.who, done.address, done.said) == (False, erasing.SOMEONE, "", "")


def test_the_name_has_to_be_typed(anna: Person, zerafina: Contact) -> None:
    page = anna.browser.post(anna.url(f"people/{zerafina.pk}/erasure/"), {"name": "Zerafina", "lost": "blank"})

    assert page.status_code == 422
    assert f"That is not the name. It is {NAME}." in page.content.decode()
    assert 'value="Zerafina"' in page.content.decode()
    with inside(anna.instance):
        assert not Erasure.objects.exists()


def test_a_company_with_people_is_not_erased(anna: Person) -> None:
    with inside(anna.instance):
        firm = Contact.add("Quill Sdn Bhd", by=anna.member)
        Contact.add(NAME, by=anna.member, kind="person", company=firm)
    page = anna.browser.post(anna.url(f"people/{firm.pk}/erasure/"), {"name": "Quill Sdn Bhd"})
    assert page.status_code == 422 and "People belong to this company" in page.content.decode()


def test_only_business_owners_erase(
    anna: Person, bruno: Person, rita: Person, stranger: Browser, zerafina: Contact
) -> None:
    row = begin(anna, zerafina)
    for path in (f"people/{zerafina.pk}/erasure/", f"erasures/{row.pk}/", "requests/"):
        assert bruno.browser.get(anna.url(path)).status_code == 403
        assert rita.browser.get(anna.url(path)).status_code == 404
        assert stranger.get(anna.url(path)).status_code == 302
    assert rita.browser.get(rita.url(f"erasures/{row.pk}/")).status_code == 404
    assert bruno.browser.post(anna.url(f"erasures/{row.pk}/stop/")).status_code == 403


def test_files_on_the_contact_and_its_sales_go_with_their_bytes(anna: Person, zerafina: Contact) -> None:
    with inside(anna.instance) as place:
        [won] = Opportunity.objects.filter(outcome__kind="won")
        for id, kind in ((zerafina.pk, "contact"), (won.pk, "opportunity")):
            carrier = carrier_of(anna.member, kind, id)
            assert carrier is not None
            File.attach(
                carrier, take(f"the grandmother of Quillbottom, {kind}".encode(), f"{kind}.txt"), by=anna.member
            )
        stored = [one.stored for one in File.objects.all()]
        assert [filing.is_there(place, name) for name in stored] == [True, True]

    row = run_out(anna, begin(anna, zerafina))

    assert row.counts["Files"] == 2
    with inside(anna.instance) as place:
        assert not File.objects.exists()
        assert [filing.is_there(place, name) for name in stored] == [False, False]

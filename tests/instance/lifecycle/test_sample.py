"""The sample pipeline: believable, and gone without a trace."""

from django.apps import apps

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import search
from pivotino.instance.lifecycle.sample import edited, has_sample, make_sample, remove_sample
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.tenancy import inside

# Zero-valued counters of a stage and lines on their way to browsers are no trace of anybody.
BOOKKEEPING = {"StageTotal", "StageDue", "Outbox"}


def everything():
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if (
            getattr(apps.get_app_config(model._meta.app_label), "plane", "") == "instance"
            and model.__name__ not in BOOKKEEPING
        ):
            rows[model.__name__] = sorted(str(row) for row in model.objects.values())
    return rows


def test_it_shows_cards_in_every_stage_with_contacts_and_steps(in_atap, anna):
    assert make_sample(by=anna.member) == 20

    assert {stage.name for stage in Stage.objects.filter(opportunities__isnull=False)} == {
        stage.name for stage in Stage.objects.all()
    }
    assert Contact.objects.companies().count() == Contact.objects.people().count() == 10
    assert Activity.objects.open().count() >= 14
    assert totals.differences() == []


def test_two_clicks_bring_it_once(anna):
    for _ in range(2):
        anna.browser.post(anna.url("sample/"))

    with inside(anna.instance):
        assert Opportunity.objects.count() == 20


def test_it_leaves_with_one_click_and_no_trace(in_atap, anna):
    mine = Opportunity.open("Mine", by=anna.member, amount_minor=500, tags=["Solar"])
    Contact.add("My customer", by=anna.member)
    before = everything()

    make_sample(by=anna.member)
    remove_sample()

    assert everything() == before
    assert totals.differences() == []
    assert not has_sample()
    assert [found.id for found in search.find(anna.member, "solar")] == []
    assert mine.tag_names() == ["Solar"]


def test_what_somebody_changed_stays_only_if_asked(in_atap, anna):
    make_sample(by=anna.member)
    changed = Opportunity.objects.get(title="Gutter guards, block A")
    changed.edit(version=None, by=anna.member, amount_minor=1)
    assert edited().opportunities == 1

    stayed = remove_sample(keep_edited=True)

    assert [one.title for one in Opportunity.objects.all()] == ["Gutter guards, block A"]
    assert stayed.contacts == Contact.objects.count() == 1
    assert totals.differences() == []


def test_without_asking_it_goes_too(in_atap, anna):
    make_sample(by=anna.member)
    Opportunity.objects.get(title="Gutter guards, block A").edit(version=None, by=anna.member, amount_minor=1)

    remove_sample()

    assert not Opportunity.objects.exists()


def test_a_contact_my_own_card_uses_stays_with_it(in_atap, anna):
    make_sample(by=anna.member)
    firm = Contact.objects.get(name="Klinik Harmoni")
    mine = Opportunity.open("My own", by=anna.member, contact=firm)

    remove_sample()

    mine.refresh_from_db()
    assert mine.contact == firm
    assert [contact.name for contact in Contact.objects.all()] == ["Klinik Harmoni"]


def test_the_page_says_what_would_go(anna):
    anna.browser.post(anna.url("sample/"))
    with inside(anna.instance):
        Opportunity.objects.get(title="Gutter guards, block A").edit(version=None, by=anna.member, amount_minor=1)

    page = anna.browser.get(anna.url("sample/")).content.decode()
    assert "Keep what somebody changed (1 opportunity, 0 contacts)" in page

    answer = anna.browser.post(anna.url("sample/remove/"), {"keep": "1"})
    assert "The sample is gone" in answer.content.decode()
    assert anna.browser.delete(anna.url("sample/")).status_code == 200

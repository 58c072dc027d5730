"""What was there before is there after: rows, keys, sums, pages. And a copy is harmless."""

import pytest
from django.db import connections
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Invitation
from pivotino.jobs.errands.models import Errand
from pivotino.kit import egress
from pivotino.tenancy import inside, removing, verifying, walking
from pivotino.tenancy.models import Instance, Removal
from pivotino.tenancy.neutralising import NotACopy, may_leave, neutralise
from pivotino.tenancy.testing import make_instance
from tests.cast import Person
from tests.house.world import records


def test_a_walk_opens_the_real_pages_and_changes_nothing(anna: Person) -> None:
    records(anna)
    before = verifying.look(anna.instance.place)

    seen = walking.walk(anna.instance.place)

    assert len(seen) > 9 and [page for page in seen if page.status != 200] == []
    assert verifying.compare(before, anna.instance.place).problems == []


def test_a_lost_row_a_changed_sum_and_a_broken_page_are_told(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    records(anna)
    before = verifying.look(anna.instance.place)
    with inside(anna.instance), connections["instance"].cursor() as cursor:
        cursor.execute("UPDATE pipeline_opportunity SET amount_minor = amount_minor + 1")
        cursor.execute("DELETE FROM pipeline_note")
    monkeypatch.setattr(walking, "_paths", [lambda: ["/no-such-page/"]])

    problems = verifying.compare(before, anna.instance.place).problems

    assert problems == [
        "The table pipeline_note held 1 rows and holds 0 now.", "Opportunities and their sums by stage came out differently.",
        "The page /no-such-page/ answers 404.",
    ]  # fmt: skip


def test_a_copy_is_emptied_of_what_waits_and_a_real_database_never_is(
    anna: Person, atap: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(egress, "_sources", [lambda: ["api.stripe.com"]])
    records(anna)
    with inside(atap):
        Errand.objects.create(path="x", args=[])
    with pytest.raises(NotACopy):
        neutralise(atap.place)
    Instance.objects.filter(pk=atap.pk).update(copy_of=Instance.objects.get(slug="zenit"))
    copy = Instance.objects.get(pk=atap.pk).place

    neutralise(copy)

    assert may_leave("a letter", copy) is False and may_leave("a letter", atap.place) is True
    with inside(copy):
        assert not Errand.objects.open().exists() and not Invitation.objects.unanswered().exists()
        assert Contact.objects.exists() and may_leave("a letter") is False
        assert not egress.may_call("api.stripe.com") and egress.may_call("localhost")
    assert egress.may_call("api.stripe.com")


@pytest.mark.usefixtures("control")
def test_what_is_removed_leaves_a_proof_without_content() -> None:
    made = make_instance("gone")

    proof = removing.remove(made.place, "a copy", made_at=timezone.now())

    assert removing.remove(made.place, "a copy") == proof == Removal.objects.get()
    assert proof.tables > 20 and len(proof.digest) == 64 and proof.instance_key == made.pk

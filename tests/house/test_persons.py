"""Every table of ours that holds something about people is reached when one of them asks; or it says here why not."""

import pytest
from django.apps import apps
from django.db.models import Model

from pivotino.control.erasures import persons
from pivotino.kit.holds import Holds
from pivotino.tenancy.router import plane_of

# What no question of one person reaches, and why.
APART = {
    "tenancy.Instance": "a company's database, which goes by leaving",
    "tenancy.Freeze": "a state of a company's database",
    "letters.Kept": "development only; emptied with the letters",
    "erasures.Erasure": "the ledger of erasures: it names nobody, and outlives them",
    "backups.Backup": "a sealed copy of a company's database",
    "backups.KeptFile": "a file of a company's database, kept as its backups are",
    "backups.Rehearsal": "a copy of a company's database that was tried",
    "staff.Usage": "numbers of a company's database",
    "visitors.Salt": "a random number of the day, destroyed after 48 hours",
    "visitors.Visit": "no row can be found by who they are; the browser shows its own at /you/",
    "marketing.Campaign": "which of us wrote it, as the register of deeds says it",
    "prospects.Key": "which of us issued it, as the register of deeds says it",
}


def holds_people(model: type[Model]) -> bool:
    holds = getattr(model, "holds", None)
    ours = model.__module__.startswith("pivotino.") and plane_of(model._meta.app_label) == "default"
    return ours and isinstance(holds, Holds) and bool(holds.personal)


# Whole rooms that are apart, and why.
ROOMS_APART = {
    "matters": "orders of authorities and breaches: kept by law, and telling of an order may be forbidden",
    "children": "a report erases what it is about by itself; its address is emptied when it is done",
}
OURS = [model for model in apps.get_models() if holds_people(model) and model._meta.app_label not in ROOMS_APART]


@pytest.mark.promise("A47")
@pytest.mark.promise("A49")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_question_of_its_person_reaches_it(model: type[Model]) -> None:
    reached = {label for one in persons.rooms() for label in one.models}

    assert model._meta.label in reached | set(APART), "join in with @knows (see control/erasures/persons.py)"


def test_nothing_is_excused_that_is_reached_or_gone() -> None:
    reached = {label for one in persons.rooms() for label in one.models}
    known = {model._meta.label for model in apps.get_models()}

    assert set(APART) - known == set()
    assert set(APART) & reached == set()
    assert reached - known == set()

"""Finding by a word, with one slip of the finger, and never what is somebody else's."""

import pytest

from pivotino.instance.history import search
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside
from tests.cast import RIVAL, Instance, Person


def titles(member: Member, text: str, **kwargs: object) -> list[str]:
    known = dict(Opportunity.objects.values_list("pk", "title"))
    return [known[found.id] for found in search.find(member, text, **kwargs)]  # type: ignore[arg-type]


@pytest.fixture
def cards(in_atap: Instance, anna: Person, bruno: Person) -> None:
    for title, owner in (
        ("Balcony for the clinic", anna),
        ("Solar roof", bruno),
        ("Café Münze", bruno),
        ("屋顶 太阳能", bruno),
    ):
        Opportunity.open(title, by=anna.member, owner=owner.member)


@pytest.mark.parametrize("typed", [
    "balcony", "balc", "BALCONY", "clinic balcony", "balkony", "balcny", "ballcony", "balocny", "alcony", "balconi", "clinoc",
])  # fmt: skip
def test_a_word_is_found_with_one_letter_wrong_missing_doubled_or_swapped(
    cards: None, anna: Person, typed: str
) -> None:
    assert titles(anna.member, typed) == ["Balcony for the clinic"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("cafe munze", "Café Münze"), ("太阳能", "屋顶 太阳能"), ("屋顶", "屋顶 太阳能"), ("so", "Solar roof")],
)
def test_marks_scripts_and_short_words_are_found(cards: None, anna: Person, typed: str, found: str) -> None:
    assert found in titles(anna.member, typed)


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", '"', "zzzzzz", "balustrade", "' OR 1=1 --", "roof AND clinic"])
def test_nothing_is_found_by_nonsense(cards: None, anna: Person, typed: str) -> None:
    assert titles(anna.member, typed) == []


def test_nobody_finds_what_is_somebody_elses(cards: None, anna: Person, bruno: Person, carla: Person) -> None:
    assert titles(bruno.member, "balcony") == []
    assert titles(bruno.member, "solar") == ["Solar roof"]
    assert titles(carla.member, "solar") == []


def test_what_is_for_everybody_is_found_by_everybody(in_atap: Instance, carla: Person) -> None:
    id = uuid7()
    search.index("contact", id, None, "Klinik Harmoni Sdn Bhd")

    assert [(found.kind, found.id) for found in search.find(carla.member, "harmoni")] == [("contact", id)]
    assert search.find(carla.member, "harmoni", kinds=["opportunity"]) == []
    search.forget("contact", id)
    assert search.find(carla.member, "harmoni") == []


def test_a_change_is_found_at_once_and_the_old_word_no_more(cards: None, anna: Person) -> None:
    one = Opportunity.objects.get(title="Solar roof")
    one.edit(version=None, by=anna.member, title="Gutter", notes="The old **shed** behind")

    assert titles(anna.member, "solar") == []
    assert titles(anna.member, "gutter shed") == ["Gutter"]
    one.remove(by=anna.member)
    assert titles(anna.member, "gutter") == []


def test_a_renamed_contact_finds_its_opportunities(in_atap: Instance, anna: Person) -> None:
    from pivotino.instance.contacts.models import Contact

    company = Contact.add("Klinik Harmoni", by=anna.member)
    one = Opportunity.open("Roof", by=anna.member, contact=company)
    company.edit(version=company.version, by=anna.member, name="Klinik Sentosa")

    found = search.find(anna.member, "sentosa", kinds=["opportunity"])
    assert [hit.id for hit in found] == [one.pk]


def test_better_matches_come_first(in_atap: Instance, anna: Person) -> None:
    for title in ("Solarium for a hotel", "Solar", "Photosolar array", "Solar roof of the school"):
        Opportunity.open(title, by=anna.member)

    assert titles(anna.member, "solar", limit=3) == ["Solar", "Solar roof of the school", "Solarium for a hotel"]


def test_the_rival_finds_nothing_and_is_not_found(cards: None, rita: Person, zenit: Instance, anna: Person) -> None:
    member = rita.member
    with inside(zenit):
        Opportunity.open(f"{RIVAL} roof", by=member)
        assert len(search.find(member, "roof")) == 1
    assert RIVAL not in " ".join(titles(anna.member, "roof"))

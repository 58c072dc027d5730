"""What a guest sees: every address sorted, contents covered in the database itself, nothing written."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import Model

from pivotino.control.support.models import Housecall, Opening, Scope
from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.tenancy import inside, veils, visiting
from pivotino.tenancy.veils import is_open, listed, table
from tests.cast import Person
from tests.control.support.conftest import Guest
from tests.house import walk, world

ROUTES = [route for route in walk.routes() if route.plane == "instance"]
# Words of records the walk makes; none of them is a word of ours.
CONTENT = re.compile(
    rb"bukit|raja|logistik|klang|345\s?6789|metal deck|re-roof|148[,.]?5|block c|tawau|before the rain|nurul|bruno|carla"
    rb"|atap-suria\.example|shops", re.IGNORECASE,
)  # fmt: skip


def test_every_address_of_an_instance_is_sorted_for_guests() -> None:
    sorted_ = [name for kind in visiting.Kind for name in table()[kind]]

    assert sorted({route.name for route in ROUTES} - set(sorted_)) == [], (
        "Say in instance/visiting.toml what guests may."
    )
    assert sorted(set(sorted_) - {route.name for route in ROUTES}) == []
    assert len(sorted_) == len(set(sorted_))


def test_what_is_listed_exists_and_is_about_nobody() -> None:
    models = {model._meta.label: model for model in veils._models().values()}

    for what in ("columns", "shapes"):
        for label, names in table()[what].items():
            fields = {field.name: field for field in models[label]._meta.concrete_fields}
            assert set(names) <= set(fields), label
            if what == "columns":
                assert [name for name in names if not is_open(models[label], fields[name])] == [], label


def test_no_text_or_number_is_seen_that_is_not_listed() -> None:
    seen = [
        f"{model._meta.label}.{field.name}"
        for model in veils._models().values()
        for field in model._meta.concrete_fields
        if is_open(model, field) and isinstance(field, (*veils.TEXTS, *veils.NUMBERS))
        if not (field.primary_key or field.choices or field.name in listed("columns", model))
    ]

    assert seen == []


@pytest.mark.promise("A57", "P22")
def test_behind_the_veils_the_database_itself_says_nothing(anna: Person) -> None:
    ids = world.records(anna)

    with inside(anna.instance.place.behind_veils):
        card, contact = Opportunity.objects.get(pk=ids["opportunity"]), Contact.objects.get(pk=ids["contact"])
        names = set(Member.objects.values_list("name", flat=True))
        stages = set(Stage.objects.values_list("name", flat=True))
        found = Opportunity.objects.filter(title__icontains="metal").exists()

    assert (card.title, card.amount_minor) == ("••••• •••• ••-••••", 0)
    assert contact.phone == "+•••••••••••"
    assert all(set(name) <= set("• -@.") for name in names)
    assert "Quotation" in stages
    assert found is False


def test_what_is_covered_cannot_be_saved_over_what_is_true(anna: Person) -> None:
    ids = world.records(anna)
    with inside(anna.instance.place.behind_veils):
        card: Model = Opportunity.objects.get(pk=ids["opportunity"])
        with pytest.raises(DatabaseError):
            Opportunity.objects.filter(pk=ids["opportunity"]).update(title="x")

    with inside(anna.instance), pytest.raises(Exception, match="another instance"):
        card.save()
    with inside(anna.instance):
        assert Opportunity.objects.get(pk=ids["opportunity"]).title == "Metal deck re-roof"


def test_nobody_else_meets_the_covers(anna: Person) -> None:
    world.records(anna)
    with inside(anna.instance.place.behind_veils):
        list(Opportunity.objects.all())

    assert b"Metal deck re-roof" in anna.browser.get(anna.url("board/")).content


@pytest.mark.promise("A57", "P22", "P62")
def test_a_guest_without_a_yes_opens_settings_and_reads_no_content_anywhere(
    anna: Person, aida: Guest, inside_with: Callable[..., Housecall]
) -> None:
    ids = made_by(anna)
    inside_with(Scope.SETTINGS)

    answers = walk_as(aida, anna, ids)

    assert {name for name, status in answers.items() if status != 403} <= set(table()["settings"])
    assert {answers[name] for name in ("lifecycle:company", "lifecycle:stages", "lifecycle:colleagues")} == {200}


@pytest.mark.promise("A57", "P62")
def test_with_a_yes_pages_open_covered(anna: Person, aida: Guest, inside_with: Callable[..., Housecall]) -> None:
    ids = made_by(anna)
    call = inside_with(Scope.ROOMS, rooms=visiting.rooms())

    answers = walk_as(aida, anna, ids)

    assert call.openings.filter(name="exchange:refused", what=Opening.What.REFUSED).exists()
    opened = {name for name, status in answers.items() if status < 300}
    assert [name for name in table()["contents"] if answers[name] == 403] == ["exchange:refused"]  # a file
    assert {
        "pipeline:board", "pipeline:opportunity", "pipeline:timeline", "contacts:index", "contacts:show", "activities:index",
        "activities:today", "history:index", "mailing:index", "mailing:show",
    } <= opened  # fmt: skip
    assert opened & set(table()["never"]) == set()
    assert "••••• •••• ••-••••" in aida.get(anna.url("board/")).content.decode()


@pytest.mark.promise("A59", "P62")
def test_who_may_only_look_changes_nothing_at_any_address_by_any_method(
    anna: Person, aida: Guest, inside_with: Callable[..., Housecall]
) -> None:
    ids = made_by(anna)
    call = inside_with(Scope.ROOMS, rooms=visiting.rooms())
    before = stand_of(anna)

    answers = {
        (route.name, method): aida.generic(method, anna.url(route.address(route.guess(), ids))).status_code
        for number, route in enumerate(ROUTES)
        for method in ("POST", ("PUT", "PATCH", "DELETE", "OPTIONS")[number % 4])
    }

    assert {where: status for where, status in answers.items() if status != 403} == {}
    assert stand_of(anna) == before
    assert call.openings.filter(what=Opening.What.REFUSED).count() == len(answers)


@pytest.mark.promise("A59", "P62")
def test_what_is_never_opened_is_refused_whoever_said_yes_to_whatever(
    anna: Person, aida: Guest, inside_with: Callable[..., Housecall]
) -> None:
    ids = made_by(anna)
    call = inside_with(Scope.ROOMS, rooms=visiting.rooms(), changes=True)
    never = [route for route in ROUTES if route.name in table()["never"]]
    addresses = [route.address(route.guess(), ids) for route in never]
    for address in addresses:  # as if each of them had been uncovered
        Opening.objects.create(housecall=call, what=Opening.What.REVEALED, path=f"/{address}"[:200])
    before = stand_of(anna)

    answers = {address: (aida.get(anna.url(address)).status_code, aida.post(anna.url(address)).status_code) for address in addresses}  # fmt: skip

    assert {where: told for where, told in answers.items() if told != (403, 403)} == {}
    assert stand_of(anna) == before


@pytest.mark.promise("A59", "P62")
def test_bills_copies_exports_and_the_end_are_for_owners_whatever_a_guest_may_do(
    anna: Person, aida: Guest, inside_with: Callable[..., Housecall]
) -> None:
    ids = {**made_by(anna), "random": "0192f4d0-1f5c-7c11-9d0e-6f0a5d1c7e02"}
    inside_with(Scope.ROOMS, rooms=visiting.rooms(), changes=True)
    about_one = [route for route in walk.routes() if route.plane != "instance" and "<slug:slug>" in route.path and route.path.startswith("my/")]  # fmt: skip

    answers = {}
    for route in about_one:
        address = "/" + route.address({**route.guess(), "slug": "=atap-suria"}, ids)
        answers[address] = {aida.get(address).status_code, aida.post(address).status_code}

    assert len(answers) >= 20
    assert {where: told for where, told in answers.items() if not told <= {404, 405}} == {}


def stand_of(anna: Person) -> dict[str, tuple[int, int]]:
    """How the instance stands, but for the trail, which a refusal grows."""
    with inside(anna.instance):
        return {label: stood for label, stood in world.stand().items() if not label.startswith("history.Trail")}


def made_by(anna: Person) -> Any:
    """A set of records, with a summary no placeholder of ours says."""
    ids = world.records(anna)
    with inside(anna.instance):
        Activity.plan(Opportunity.objects.get(pk=ids["opportunity"]), kind="call", by=anna.member, due_on=today(), summary="Measure in Tawau")  # fmt: skip
    return ids


def walk_as(guest: Guest, anna: Person, ids: Any) -> dict[str, int]:
    """Every address, asked by the guest; no answer holds a word of the customer's, and nothing changed."""
    before = stand_of(anna)
    answers: dict[str, int] = {}
    told = []
    for route in ROUTES:
        answer = guest.get(anna.url(route.address(route.guess(), ids)))
        answers[route.name] = max(answer.status_code, answers.get(route.name, 0))
        if words := CONTENT.findall(answer.content):
            told.append((route.name, words[:3]))
        for header in answer.headers.items():
            assert not CONTENT.search(repr(header).encode()), route.name
    assert told == [], [line for _, line in told]
    assert stand_of(anna) == before
    assert not any(status >= 500 for status in answers.values()), answers
    return answers

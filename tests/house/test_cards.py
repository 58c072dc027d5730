"""A card number typed, pasted or uploaded at any door is kept nowhere, and whoever brought it is told."""

import logging
import re
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.storage import path_of
from pivotino.instance.exchange.uploading import take_in
from pivotino.kit.sensitive import Masking, refuse
from pivotino.letters.bulletins.editing import Draft
from pivotino.tenancy import inside
from pivotino.tenancy.router import plane_of
from tests.cast import Browser, Person
from tests.house import walk, world

CARD = "4111 1111 1111 1111"
BARE = CARD.replace(" ", "")
DOORS = {
    "people/new/": {"kind": "company", "name": f"Solar {CARD}"},
    "people/quick/": {"name": f"Solar {CARD}"},
    "opportunities/": {"line": f"Roof for Solar {BARE}", "text": f"Roof for Solar {BARE}"},
    "opportunities/<uuid:id>/notes/": {"body": f"They pay with {CARD}, cvv 737"},
    "opportunities/<uuid:id>/facts/title/": {"title": f"Roof {BARE}", "version": "1"},
    "opportunities/<uuid:id>/activities/": {"kind": "call", "summary": f"Charge {CARD}", "due_on": "2027-01-01"},
    "activities/<uuid:id>/completion/": {"feedback": f"Gave me {CARD}"},
    "settings/lost-reasons/reason/": {"name": f"Card {CARD}"},
}  # fmt: skip


def everywhere() -> str:
    """Every value of every table, of the control plane and of the current instance."""
    models = [model for model in apps.get_models() if plane_of(model._meta.app_label) in ("default", "instance")]
    return "\n".join(str(row) for model in models for row in model._base_manager.values_list())


def every_form(root: type[forms.BaseForm] = forms.BaseForm) -> set[type[forms.BaseForm]]:
    return set(root.__subclasses__()).union(*(every_form(one) for one in root.__subclasses__()))


@pytest.mark.promise("P54", "A43")
def test_no_field_for_words_lets_a_card_in() -> None:
    walk.routes()
    ours = [form for form in every_form() if form.__module__.startswith("pivotino.")]
    words = {
        (form.__name__, name): field
        for form in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if type(field) is forms.CharField
    }

    assert len(words) > 40, "the forms were not found, so this proves nothing"
    assert [key for key, field in words.items() if refuse not in field.validators] == []


@pytest.mark.promise("P15")
def test_no_column_and_no_field_asks_for_anything_of_a_sensitive_kind() -> None:
    """Numbers of papers, birth, faith, politics, health, origin, orientation, union: by their names, in English and Malay."""
    walk.routes()
    asks = re.compile(
        r"(?:^|_)(nric|mykad|ic_number|identity_(?:card|number)|passport|birth\w*|born\w*|dob|religio\w*|faith|agama|race|bangsa|ethnic\w*"
        r"|health|illness\w*|disab\w*|blood\w*|politic\w*|union|gender|sex|marital|biometric\w*)(?:$|_)"
    )
    models = [model for model in apps.get_models() if plane_of(model._meta.app_label) in ("default", "instance")]
    columns = [
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.concrete_fields
        if asks.search(field.name)
    ]
    ours = [form for form in every_form() if form.__module__.startswith("pivotino.")]
    fields = [
        f"{form.__name__}.{name}" for form in ours for name in getattr(form, "base_fields", {}) if asks.search(name)
    ]

    assert len(models) > 60 and len(ours) > 40, "they were not found, so this proves nothing"
    assert (columns, fields) == ([], [])


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.promise("P53", "P54", "A43")
def test_a_card_at_a_door_of_an_instance_is_refused_and_kept_nowhere(door: str, anna: Person) -> None:
    ids = world.records(anna)
    kind = "activity" if door.startswith("activities/") else "opportunity"
    path = anna.url(door.replace("<uuid:id>", str(ids[kind])))

    answer = anna.browser.htmx("post", path, DOORS[door])

    text = answer.content.decode() + unquote(str(answer.headers))
    assert answer.status_code == 422, text[:300]
    assert "looks like a card number (" in text
    assert CARD not in text and BARE not in text
    with inside(anna.instance):
        assert CARD not in everywhere() and BARE not in everywhere()


@pytest.mark.promise("P54", "A43")
def test_a_card_in_a_letter_that_is_being_written_is_taken_out() -> None:
    typed = QueryDict(mutable=True)
    typed.update({"block": "k1:text", "k1-words": f"Pay with {CARD} today"})

    draft = Draft.sent(typed, {}, keep=lambda file: "")

    assert draft.value == [{"kind": "text", "words": "Pay with •••• 1111 today"}]
    assert "only its last four digits" in draft.rows[0].trouble
    assert not draft.judge()


@pytest.mark.promise("P54", "A43")
def test_a_sheet_with_a_card_in_it_is_thrown_away(anna: Person) -> None:
    sheet = SimpleUploadedFile(f"list {BARE}.csv", f"Opportunity,Notes\nRoof,fine\nTiles,paid by {CARD}\n".encode())
    with inside(anna.instance):
        one = Import.objects.get(pk=take_in(sheet, id=uuid4(), by=anna.member).pk)

        assert "Row 3 holds what looks like a card number (•••• 1111)" in one.problem
        assert not path_of(one.pk, one.ending).exists()
        assert CARD not in everywhere() and BARE not in everywhere()
    page = anna.browser.get(anna.url(f"import/{one.pk}/"), follow=True).content.decode()
    assert "Take the number out and choose the file again." in page


@pytest.mark.promise("P54", "A43")
def test_a_card_in_an_address_is_in_no_log(control: None, caplog: pytest.LogCaptureFixture) -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["masking"]
    with caplog.at_level(logging.WARNING):
        Browser().get(f"/pay/{BARE}/")
    masking = Masking()

    said = [record.getMessage() for record in caplog.records if masking.filter(record)]

    assert any("/pay/•••• 1111/" in line for line in said), said


def test_a_phone_is_no_card(anna: Person) -> None:
    card = world.records(anna)["opportunity"]

    answer = anna.browser.post(anna.url(f"opportunities/{card}/notes/"), {"body": "Call +60 12-345 6789 0123 at 10"})

    assert answer.status_code == 302

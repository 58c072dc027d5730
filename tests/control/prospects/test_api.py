"""The one address for programs: a person with a source goes in, nothing comes out."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from pivotino.control.prospects import queries
from pivotino.control.prospects.forgetting import forget
from pivotino.control.prospects.jobs import forget_untouched
from pivotino.control.prospects.models import Call, Key, Origin, Prospect
from tests.control.prospects.conftest import prospect

pytestmark = pytest.mark.usefixtures("control")
MEI = "mei@roofs.example"
SOURCE = {"kind": "interest-group", "detail": "Roofers of Klang", "url": "https://roofers.example/", "day": "2026-01-20", "basis": "consent",
          "note": "Their form, row 7."}  # fmt: skip
BODY = {"email": MEI, "name": "Mei Tan", "phone": "012-345 6789", "country": "MY", "source": SOURCE, "urls": {"phone": "https://roofs.example/call"}}  # fmt: skip


@pytest.fixture
def secret(control: None) -> str:
    return Key.objects.issue("Fair form", days=30, by="Sofia Staff")[1]


def call(secret: str, body: Any = BODY, once: str = "call-1") -> Any:
    raw = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": once}
    return Client().post("/api/prospects/", raw, content_type="application/json", headers=headers)


@pytest.mark.promise("P13")
def test_a_person_goes_into_quarantine_with_source_and_every_facts_address(secret: str) -> None:
    answer = call(secret)

    assert answer.status_code == 202
    known = Prospect.objects.get()
    assert (known.address, known.phone, known.cleared_at, known.origin.by) == (MEI, "+60123456789", None, "API: Fair form")  # fmt: skip
    assert {fact.field: fact.url for fact in known.facts.all()}["phone"] == "https://roofs.example/call"
    assert list(queries.audience("tips")) == []


def test_the_secret_is_kept_as_a_hash_only(secret: str) -> None:
    assert secret not in str(Key.objects.values())


def test_the_same_call_again_is_the_same_answer_and_one_person(secret: str) -> None:
    assert call(secret).json() == call(secret).json()
    assert (Prospect.objects.count(), Origin.objects.count(), Call.objects.count()) == (1, 1, 1)


def test_the_same_name_for_another_call_is_refused(secret: str) -> None:
    call(secret)

    answer = call(secret, {**BODY, "email": "other@roofs.example"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_key_reused")
    assert Prospect.objects.count() == 1


@pytest.mark.promise("P46")
def test_the_answer_does_not_tell_whether_we_knew_them_or_keep_them_out(secret: str) -> None:
    prospect("known@roofs.example")
    forget("gone@roofs.example")

    for number, address in enumerate(("new@roofs.example", "known@roofs.example", "gone@roofs.example")):
        answer = call(secret, {**BODY, "email": address}, once=str(number))
        assert (answer.status_code, set(answer.json())) == (202, {"object", "id"})

    assert sorted(Prospect.objects.values_list("address", flat=True)) == ["known@roofs.example", "new@roofs.example"]
    assert Origin.objects.count() == 2


@pytest.mark.promise("P46")
def test_nothing_is_read_with_a_key(secret: str) -> None:
    for path in ("/api/prospects/", "/staff/prospects/"):
        answer = Client().get(path, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code in (405, 302)


@pytest.mark.promise("P45")
@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"source": None}, "source", "provenance_missing"),
        ({"source": {**SOURCE, "detail": ""}}, "source.detail", "provenance_missing"),
        ({"source": {**SOURCE, "url": ""}}, "source.url", "provenance_missing"),
        ({"source": {**SOURCE, "day": ""}}, "source.day", "provenance_missing"),
        ({"source": {**SOURCE, "basis": ""}}, "source.basis", "provenance_missing"),
        ({"source": {**SOURCE, "note": ""}}, "source.note", "provenance_missing"),
        ({"source": {**SOURCE, "kind": "public-web"}}, "source.allowed_by", "provenance_missing"),
        ({"source": {**SOURCE, "kind": "demo-request"}}, "source.kind", "parameter_invalid"),
        ({"source": {**SOURCE, "day": "2099-01-01"}}, "source.day", "parameter_invalid"),
        ({"email": "mei"}, "email", "parameter_invalid"),
        ({"phone": "1"}, "phone", "parameter_invalid"),
        ({"country": "ZZ"}, "country", "parameter_invalid"),
        ({"language": "all of them"}, "language", "parameter_invalid"),
        ({"urls": {"phone": "nowhere"}}, "urls.phone", "parameter_invalid"),
        ({"urls": []}, "urls", "parameter_invalid"),
        ({"birthday": "1990-01-01"}, "birthday", "parameter_unknown"),
    ],
)
def test_what_is_wrong_is_named(secret: str, change: dict[str, Any], param: str, code: str) -> None:
    answer = call(secret, {**BODY, **change})

    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["param"], error["code"]) == (400, "invalid_request_error", param, code)  # fmt: skip
    assert error["message"]
    assert (Prospect.objects.count(), Call.objects.count()) == (0, 0)


@pytest.mark.parametrize("body", ["no json", "[]", '"text"', '{"a": \x00}'])
def test_what_is_no_object_is_refused(secret: str, body: str) -> None:
    assert call(secret, body).json()["error"]["code"] == "not_json"


def test_what_is_longer_than_a_person_is_refused(secret: str) -> None:
    answer = call(secret, {**BODY, "name": "x" * 17_000})

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_a_call_without_a_name_of_its_own_is_refused(secret: str) -> None:
    assert call(secret, once="").json()["error"]["code"] == "idempotency_key_missing"
    assert call(secret, once="x" * 101).json()["error"]["code"] == "idempotency_key_missing"


@pytest.mark.parametrize("rival", ["", "pvk_of-a-rival", "sk_live_123"])
def test_a_rivals_key_opens_nothing(secret: str, rival: str) -> None:
    answer = call(rival)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "key_unknown")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert Prospect.objects.count() == 0


def test_an_expired_and_a_revoked_key_are_refused_by_name(secret: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert call(secret).json()["error"]["code"] == "key_expired"

    Key.objects.get().revoke()

    assert call(secret).json()["error"]["code"] == "key_revoked"
    assert Prospect.objects.count() == 0


def test_sixty_calls_a_minute_and_then_a_wait_that_is_told(secret: str) -> None:
    with time_machine.travel(timezone.now().replace(second=0, microsecond=0), tick=False):
        for number in range(60):
            assert call(secret, {**BODY, "email": f"one{number}@roofs.example"}, once=str(number)).status_code == 202
        answer = call(secret, once="more")

    assert (answer.status_code, answer.json()["error"]["type"]) == (429, "rate_limit_error")
    assert int(answer["Retry-After"]) > 0


def test_guessing_keys_ends(control: None) -> None:
    assert [call("pvk_guess").status_code for _ in range(21)][-1] == 429


def test_calls_are_forgotten_after_a_day(secret: str) -> None:
    call(secret)

    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        forget_untouched()

    assert Call.objects.count() == 0
    assert Prospect.objects.count() == 1


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "4111 1111\n1111 1111"])
def test_a_card_number_is_refused_however_its_line_breaks(secret: str, text: str) -> None:
    answer = call(secret, {**BODY, "source": {**SOURCE, "note": f"paid by {text}"}})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "sensitive_data")
    assert Call.objects.count() == 0

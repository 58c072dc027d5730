"""Addresses: free, taken, reserved, too much alike, never used twice."""

import pytest
from django.utils import timezone

from pivotino.control.subscriptions.models import Address
from pivotino.control.subscriptions.queries import future_address
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import Instance
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("control")


def shown(browser: Browser, company: str) -> str:
    return str(browser.htmx("get", "/get-started/address/", {"company": company}).content.decode())


def test_the_form_shows_the_future_address_while_the_company_is_typed(stranger: Browser) -> None:
    assert "testserver/@kedai-kopi/" in shown(stranger, "Kedai Kopi Sdn Bhd")


def test_a_taken_name_gets_a_number_and_the_reason(stranger: Browser) -> None:
    answer = shown(stranger, "Atap Suria")

    assert "testserver/@atap-suria-2/" in answer
    assert "taken" in answer


def test_a_name_of_our_own_pages_is_kept(stranger: Browser) -> None:
    answer = shown(stranger, "Support")

    assert "/@support/" not in answer
    assert "kept for our own pages" in answer


@pytest.mark.parametrize("company", ["", "   ", "陈记", "شركة", "<script>alert(1)</script>", "x" * 400, "\x00", "🙂"])
def test_the_live_address_takes_anything(stranger: Browser, company: str) -> None:
    answer = stranger.htmx("get", "/get-started/address/", {"company": company})

    assert answer.status_code == 200
    assert b"<script" not in answer.content


def test_a_look_alike_of_a_taken_address_is_refused() -> None:
    Address.objects.reserve(uuid7(), company="Acme")

    assert Address.objects.is_taken("acrne")
    assert Address.objects.is_taken("ac-me")
    assert not Address.objects.is_taken("apex")


def test_reserving_twice_for_the_same_sign_up_finds_the_same_address() -> None:
    owner = uuid7()

    first = Address.objects.reserve(owner, company="Acme", wish="acme")

    assert Address.objects.reserve(owner, company="Acme", wish="acme") == first
    assert Address.objects.reserve(uuid7(), company="Acme", wish="acme").slug == "acme-2"


def test_a_wish_that_cannot_be_an_address_is_not_granted() -> None:
    assert Address.objects.reserve(uuid7(), company="Acme", wish="admin").slug == "acme"


@pytest.mark.promise("A18")
def test_the_address_of_a_deleted_instance_is_not_given_to_somebody_else() -> None:
    Instance.objects.filter(slug="zenit").update(erased_at=timezone.now())

    assert future_address("Zenit").slug == "zenit-2"
    assert Address.objects.reserve(uuid7(), company="Zenit", wish="zenit").slug == "zenit-2"

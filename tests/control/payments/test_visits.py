"""Going to the provider's pages and coming back. A card never comes near ours."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from pivotino.control.payments import leaving
from pivotino.control.payments import provider as payments
from pivotino.control.payments.jobs import forget as forget_by_night
from pivotino.control.payments.models import Alert, Notice, Payer, Visit
from pivotino.control.payments.provider import Offer, Refused
from pivotino.control.payments.stripes import StripeProvider
from pivotino.control.privacy.processors import processors
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.payments.conftest import TEAM, Buyer, Listener
from tests.sandbox.playing import Sandbox

ROOT = Path(__file__).resolve().parents[3]
CARD = re.compile(
    r"cc-(number|csc|exp)|name=.[\w-]*(card|cvc|cvv|iban)|js\.stripe|stripe\.js|stripe\.com/v\d", re.IGNORECASE
)


@pytest.mark.promise("A21")
@pytest.mark.promise("P14")
def test_the_page_that_leaves_has_no_card_field_and_sends_the_browser_on(buyer: Buyer) -> None:
    visit = buyer.go()

    page = buyer.browser.get(buyer.url(f"payments/{visit.id}/"))

    text = page.content.decode()
    assert page.status_code == 200
    assert page["Refresh"] == f"0; url={visit.url}"
    assert f'href="{visit.url}"' in text
    assert CARD.search(text) is None
    assert "<form" not in text
    assert "<iframe" not in text
    assert page["Content-Security-Policy"].count("form-action 'self'") == 1
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.promise("A21")
@pytest.mark.promise("P25")
def test_no_template_and_no_script_of_ours_asks_for_a_card_or_fetches_the_providers() -> None:
    ours = [path for path in (ROOT / "pivotino").rglob("*") if path.suffix in (".html", ".js") and path.is_file()]
    # The sandbox's pages are on another origin, as the provider's are; even they have buttons only.
    sources = [path for path in ours if "sandbox" not in path.parts]

    assert [str(path) for path in sources if CARD.search(path.read_text(encoding="utf-8"))] == []
    assert len(sources) > 50


@pytest.mark.promise("P25")
@pytest.mark.promise("P53")
def test_no_table_has_a_column_for_a_card() -> None:
    from django.apps import apps

    names = {field.name for model in apps.get_models() for field in model._meta.get_fields()}

    assert [name for name in names if re.search(r"card_|_card|^card$|cvc|cvv|expiry_|iban|^pan$", name)] == []


def test_paying_leads_back_and_the_plan_runs_before_any_message_came(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    visit = buyer.go()
    _, back = sandbox.pay(visit.url)

    page = buyer.browser.get(back.removeprefix("http://testserver"))

    assert page.status_code == 200
    assert "Thank you" in page.content.decode()
    assert listener.kinds == ["checkout.completed"]
    assert buyer.known == {buyer.order.ref: "active"}
    visit.refresh_from_db()
    assert (visit.url, visit.order_ref) == ("", buyer.order.ref)


def test_coming_back_twice_tells_once_and_the_message_after_it_does_no_harm(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    visit = buyer.go()
    _, back = sandbox.pay(visit.url)
    for _ in range(2):
        assert buyer.browser.get(back.removeprefix("http://testserver")).status_code == 200

    sandbox.deliver()

    assert listener.kinds.count("order.changed") == 1
    assert listener.orders == ["active", "active", "active"]


def test_going_back_without_paying_changes_nothing(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    visit = buyer.go()
    _, _, headers = sandbox.ask(f"{visit.url}/back", {}, json_=False)

    page = buyer.browser.get(headers["Location"].removeprefix("http://testserver"))

    assert "Nothing was paid" in page.content.decode()
    assert listener.heard == []
    visit.refresh_from_db()
    assert visit.over_at is None


def test_a_declined_card_stays_on_the_providers_page(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    visit = buyer.go()

    status, page = sandbox.pay(visit.url, "declines")

    assert (status, "Your card was declined" in page) == (402, True)
    assert {row["kind"] for row in sandbox.waiting} == {"customer.created"}


def test_a_bank_that_asks_is_answered_on_the_providers_page(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    visit = buyer.go()
    status, page = sandbox.pay(visit.url, "asks")
    assert (status, "Your bank asks" in page) == (200, True)

    refused, _ = sandbox.pay(visit.url, "asks", confirmed="no")
    confirmed, back = sandbox.pay(visit.url, "asks", confirmed="yes")

    assert (refused, confirmed) == (402, 303)
    assert back == f"http://testserver/payments/return/?visit={visit.id}"


def test_a_trial_is_not_paid_for_and_never_shorter_than_the_provider_can(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    payments.offers(lambda instance, what: Offer(lines=(TEAM,), trial_until=tomorrow))

    order = buyer.buy()

    assert order.status == "trialing"
    assert order.trial_until is not None
    assert tomorrow + timedelta(days=1) < order.trial_until < tomorrow + timedelta(days=1, hours=1)
    assert payments.provider().bill(order.latest_invoice_ref).total_minor == 0


def test_pressing_twice_is_one_visit(buyer: Buyer) -> None:
    assert buyer.go() == buyer.go()


def test_who_pays_already_is_not_sent_to_pay_again(buyer: Buyer, sandbox: Sandbox) -> None:
    buyer.buy()
    sandbox.deliver()

    answer = buyer.browser.post(buyer.url("checkout/"), {"plan": "team"})

    assert answer.status_code == 409
    assert "running order already" in answer.content.decode()


def test_a_second_payment_page_is_closed_when_one_was_paid(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    first = buyer.go()
    Visit.objects.update(made_at=timezone.now() - timedelta(hours=1))
    second = buyer.go()
    sandbox.pay(second.url)
    sandbox.deliver()

    run_all()

    assert first != second
    assert "This page has expired" in sandbox.page(first.url)
    assert not Visit.objects.open_checkouts().exists()


def test_two_paid_orders_for_one_database_are_told_to_staff(buyer: Buyer, sandbox: Sandbox) -> None:
    visits = [buyer.go()]
    Visit.objects.update(made_at=timezone.now() - timedelta(hours=1))
    visits.append(buyer.go())
    for visit in visits:
        sandbox.pay(visit.url)

    sandbox.deliver()

    assert dict(Alert.objects.values_list("what", "count"))["twice"] >= 1


def test_the_portal_is_left_for_and_what_was_done_there_is_seen_at_once(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    order = buyer.buy()
    sandbox.deliver()
    listener.heard.clear()
    visit = buyer.go("portal")
    sandbox.ask(f"{visit.url}/cancel", {"order": order.ref}, json_=False)

    back = buyer.browser.get(f"/payments/return/?visit={visit.id}")

    assert (back.status_code, back["Location"]) == (302, buyer.url(""))
    assert [news.order.cancel_at_period_end for news in listener.heard if news.order] == [True]


def test_a_customer_the_provider_no_longer_has_is_made_anew(buyer: Buyer, sandbox: Sandbox) -> None:
    Payer.objects.create(instance=buyer.instance, customer_ref="cus_of_another_provider")

    order = buyer.buy()

    assert order.status == "active"
    assert buyer.customer == order.customer_ref != "cus_of_another_provider"


def test_what_cannot_be_bought_is_said(buyer: Buyer) -> None:
    answer = buyer.browser.post(buyer.url("checkout/"), {"plan": "yacht"})

    assert answer.status_code == 422
    assert "This cannot be bought" in answer.content.decode()


@pytest.mark.parametrize("where", ["checkout", "portal"])
def test_while_the_provider_is_down_nobody_is_sent_anywhere(buyer: Buyer, sandbox: Sandbox, where: str) -> None:
    sandbox.faults("down")

    answer = buyer.browser.post(buyer.url(f"{where}/"), {"plan": "team"})

    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    assert not Visit.objects.exists()


def test_coming_back_while_the_provider_is_down_promises_nothing(buyer: Buyer, sandbox: Sandbox) -> None:
    visit = buyer.go()
    sandbox.faults("down")

    page = buyer.browser.get(f"/payments/return/?visit={visit.id}").content.decode()

    assert "Do not pay again" in page


def test_too_many_visits_are_enough(buyer: Buyer) -> None:
    answers = [buyer.browser.post(buyer.url("portal/")).status_code for _ in range(31)]

    assert answers[-1] == 429
    assert set(answers[:30]) == {303}


def test_only_owners_of_the_database_may_pay_and_nobody_else_learns_of_it(
    buyer: Buyer, bruno: Person, rita: Person, stranger: Browser
) -> None:
    visit = buyer.go()
    bruno.take_seat()
    rita.take_seat()
    others = [bruno.browser, rita.browser]
    pages = [buyer.url(f"payments/{visit.id}/"), f"/payments/return/?visit={visit.id}"]

    for browser in others:
        assert [
            browser.post(buyer.url(f"{where}/"), {"plan": "team"}).status_code for where in ("checkout", "portal")
        ] == [404, 404]
        assert [browser.get(page).status_code for page in pages] == [404, 404]
    assert [stranger.get(page).status_code for page in pages] == [302, 302]
    assert stranger.post(buyer.url("checkout/")).status_code == 302
    assert rita.browser.get(f"/my/databases/zenit/payments/{visit.id}/").status_code == 404


@pytest.mark.parametrize("query", ["", "?visit=", "?visit=x", "?visit=00000000-0000-7000-8000-000000000000"])
def test_coming_back_from_nowhere_is_not_found(buyer: Buyer, query: str) -> None:
    assert buyer.browser.get(f"/payments/return/{query}").status_code == 404


def test_a_form_of_another_site_sends_nobody(buyer: Buyer) -> None:
    answer = buyer.browser.post(buyer.url("checkout/"), {"plan": "team"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Payer.objects.exists()


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://checkout.stripe.com/c/pay/cs_1", True), ("https://billing.stripe.com/p/session", True),
        ("http://checkout.stripe.com/c/pay", False), ("https://stripe.com.evil.example/", False), ("https://evilstripe.com/", False),
        ("javascript:alert(1)", False), ("//stripe.com/x", False),
    ],
)  # fmt: skip
def test_nobody_is_sent_to_a_page_that_is_not_the_providers(address: str, good: bool) -> None:
    real = StripeProvider("sk_test_x")

    assert leaving.is_of(real, address) is good


@pytest.mark.promise("P14")
def test_the_providers_hosts_stand_in_the_register() -> None:
    named = {host for processor in processors() for host in processor.hosts}

    assert set(StripeProvider("sk_test_x").hosts) <= named


def test_an_address_of_somebody_elses_stops_the_visit(buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments.provider(), "hosts", ("stripe.com",))

    with pytest.raises(Refused):
        leaving.to_portal(buyer.instance, buyer.person.account)


@pytest.mark.promise("P14")
def test_the_provider_forgets_somebody_with_all_orders(buyer: Buyer, sandbox: Sandbox) -> None:
    from pivotino.control.payments.forgetting import forget

    order = buyer.buy()
    sandbox.deliver()
    ref = buyer.customer

    assert forget(buyer.instance.id, by="sofia", why="the database was erased") is True
    assert forget(buyer.instance.id, by="sofia", why="again") is False
    assert payments.provider().order(order.ref).status == "canceled"
    payer = Payer.objects.get(customer_ref=ref)
    assert payer.forgotten_at is not None
    assert payer.account is None


def test_bodies_go_after_thirty_days_and_the_rest_in_its_time(buyer: Buyer, sandbox: Sandbox) -> None:
    buyer.buy()
    sandbox.deliver()
    Alert.objects.count_one(Alert.What.AGE)
    long = timezone.now() - timedelta(days=31)
    Notice.objects.update(effect_at=long)
    Visit.objects.update(made_at=long)
    count = Notice.objects.count()

    forget_by_night()

    assert Notice.objects.filter(body__isnull=False).count() == 0
    assert Notice.objects.count() == count
    assert Visit.objects.count() == 0
    Notice.objects.update(effect_at=timezone.now() - timedelta(days=401))
    Alert.objects.update(day=(timezone.now() - timedelta(days=401)).date())
    forget_by_night()
    assert (Notice.objects.count(), Alert.objects.count()) == (0, 0)


def test_get_begins_nothing(buyer: Buyer) -> None:
    assert [buyer.browser.get(buyer.url(f"{where}/")).status_code for where in ("checkout", "portal")] == [405, 405]
    assert isinstance(buyer.browser, Client)

"""Two of us walk an order through the console: each half under their own sign-in."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.matters.models import Disclosure, Hold, Incident, Matter
from pivotino.control.staff.models import Deed
from pivotino.instance.contacts.models import Contact
from pivotino.jobs.testing import run_all
from pivotino.tenancy import atomic, inside
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person

WHY = {"why": "As the order says, page 2.", "ticket": "T-1042"}


def order(tom: Account, **said: object) -> dict[str, object]:
    return {
        "sort": "court", "authority": "High Court of Malaya", "instrument": "Order 23", "jurisdiction": "MY", "scope": "All offers.",
        "received_on": timezone.localdate().isoformat(), "gag": "none", "reviewer": str(tom.pk), "ticket": "T-1042", **said,
    }  # fmt: skip


@pytest.mark.promise("P37")
@pytest.mark.promise("A51")
def test_a_hold_takes_two_desks(
    desk: Browser, second_desk: Browser, sofia: Account, tom: Account, atap: Instance, anna: Person
) -> None:
    anna.take_seat()
    desk.post("/staff/orders/new/", order(tom))
    matter = Matter.objects.get()

    desk.post(f"/staff/orders/{matter.pk}/holds/new/", {"slug": atap.slug, "records": "", **WHY})
    hold = Hold.objects.get()
    alone = desk.post(f"/staff/holds/{hold.pk}/acts/begin/", WHY)

    assert alone.status_code == 409 and "Somebody else has to confirm it" in alone.content.decode()
    second_desk.post(f"/staff/holds/{hold.pk}/acts/begin/", WHY)
    second_desk.post(f"/staff/holds/{hold.pk}/acts/let-go/", WHY)
    assert second_desk.post(f"/staff/holds/{hold.pk}/acts/release/", WHY).status_code == 409
    assert desk.post(f"/staff/holds/{hold.pk}/acts/release/", WHY).status_code == 302
    hold.refresh_from_db()
    assert (hold.begun_by, hold.released_by) == ("Tom Staff", "Sofia Staff")
    told = list(Deed.objects.order_by("number").values_list("what", "by"))
    assert told == [
        ("matter open", "Sofia Staff"), ("hold ask", "Sofia Staff"), ("hold begin", "Tom Staff"), ("hold let-go", "Tom Staff"),
        ("hold release", "Sofia Staff"),
    ]  # fmt: skip
    assert "hold begin" not in anna.browser.get(f"/my/databases/{atap.slug}/staff/").content.decode()


@pytest.mark.promise("P37")
@pytest.mark.promise("A55")
def test_a_disclosure_takes_two_desks_and_leaves_once(
    desk: Browser, second_desk: Browser, sofia: Account, tom: Account, atap: Instance, anna: Person
) -> None:
    anna.take_seat()
    with inside(atap), atomic():
        contact = Contact.objects.create(name="Named One", folded="named one", email="named@example.com")
    desk.post("/staff/orders/new/", order(tom))
    matter = Matter.objects.get()
    begun = desk.post(f"/staff/orders/{matter.pk}/disclosures/new/", {"slug": atap.slug, **WHY})
    one = Disclosure.objects.get()
    address = f"/staff/disclosures/{one.pk}/"
    assert begun.headers["Location"] == address
    nothing = desk.post(f"{address}acts/prepare/", WHY)
    assert nothing.status_code == 409 and "Nothing is chosen yet" in nothing.content.decode()
    chosen = {"fields_": ["name"], "ids": str(contact.pk)}
    assert desk.post(f"{address}items/new/?kind=contacts.Contact", chosen).status_code == 302

    assert desk.post(f"{address}acts/prepare/", WHY).status_code == 302
    assert desk.post(f"{address}acts/approve/", {**WHY, "seen": one.contents}).status_code == 409
    assert second_desk.post(f"{address}acts/approve/", WHY).status_code == 422, "what was read is not said"
    seen = re.search(r'name="seen" value="(\w+)"', second_desk.get(f"{address}acts/approve/").content.decode())
    assert seen and second_desk.post(f"{address}acts/approve/", {**WHY, "seen": seen[1]}).status_code == 302
    run_all()

    assert desk.post(f"{address}package/").status_code == 409
    answer = second_desk.post(f"{address}package/")
    file = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert json.loads(file.read("data/01-contacts.Contact.json"))["rows"] == [{"name": "Named One"}]
    assert second_desk.post(f"{address}package/").status_code == 409
    second_desk.post(f"{address}acts/hand-over/", {"to": "Inspector Lim", "how": "in person", **WHY})
    page = second_desk.get(address).content.decode()
    assert "Inspector Lim" in page and "Handed over" in page
    table = desk.get("/staff/orders/disclosures.csv").content.decode()
    assert "Inspector Lim" in table and "contacts.Contact: name" in table
    assert "Order 23" in anna.browser.get(f"/my/databases/{atap.slug}/orders/").content.decode()


def test_wrong_words_are_kept_and_explained(desk: Browser, sofia: Account, tom: Account, atap: Instance) -> None:
    gag = desk.post("/staff/orders/new/", order(tom, gag="until", instrument="Order 77"))
    assert gag.status_code == 422 and "Say the day" in gag.content.decode() and "Order 77" in gag.content.decode()
    assert desk.post("/staff/orders/new/", order(sofia)).status_code == 422
    desk.post("/staff/orders/new/", order(tom))
    matter = Matter.objects.get()
    for said, told in (
        ({}, "Say which database"), ({"slug": "not-there"}, "There is no database"), ({"records": "nonsense"}, "is no record"),
        ({"slug": atap.slug, "records": "contacts.No 0198c1d0-0000-7000-8000-000000000001"}, "no such sort of record"),
        ({"slug": atap.slug, "email": "a@b.example"}, "not both"),
    ):  # fmt: skip
        answer = desk.post(f"/staff/orders/{matter.pk}/holds/new/", {**WHY, **said})
        assert (answer.status_code, told in answer.content.decode()) == (422, True), told
    desk.post(f"/staff/orders/{matter.pk}/disclosures/new/", {"email": "who@example.com", **WHY})
    item = f"/staff/disclosures/{Disclosure.objects.get().pk}/items/new/?kind=accounts.Account"
    assert desk.get(item).status_code == 200
    assert "Say which records" in desk.post(item, {"fields_": ["email"]}).content.decode()
    assert desk.post(item, {"fields_": ["password"], "about": "who@example.com"}).status_code == 422
    assert desk.get(f"{item}x").status_code == 404


def test_nobody_else_finds_these_pages(
    desk: Browser, sofia: Account, tom: Account, anna: Person, rita: Person, stranger: Browser
) -> None:
    desk.post("/staff/orders/new/", order(tom))
    pages = [
        "/staff/orders/",
        "/staff/orders/new/",
        f"/staff/orders/{Matter.objects.get().pk}/",
        "/staff/breaches/",
        "/staff/orders/disclosures.csv",
        "/staff/breaches/breaches.csv",
    ]
    for page in pages:
        assert desk.get(page).status_code == 200
        assert [anna.browser.get(page).status_code, rita.browser.get(page).status_code] == [404, 404]
        assert stranger.get(page).status_code == 302


def test_a_breach_runs_against_its_clocks(desk: Browser, sofia: Account) -> None:
    aware = timezone.now() - timedelta(hours=40)
    said = {
        "title": "A list of customers lay open", "aware_at": f"{aware:%Y-%m-%dT%H:%M}", "happened": "A folder could be read.",
        "people": "1500", "kinds": ["money"], "laws": ["my"], "measures": "Closed it.",
    }  # fmt: skip
    desk.post("/staff/breaches/new/", said)
    incident = Incident.objects.get()
    address = f"/staff/breaches/{incident.pk}/"

    page = desk.get(address).content.decode()
    assert "The Commissioner is told" in page and "1,500 people (more than 1,000)" in page and "likely to hurt" in page
    assert desk.post(f"{address}acts/close/", WHY).status_code == 409
    learned = {"says": "It was two folders.", "people": "1600", "kinds": ["money"], "databases": ""}
    wrong = desk.post(f"{address}updates/new/", {**learned, "databases": "not-there"})
    assert wrong.status_code == 422 and "not-there" in wrong.content.decode()
    assert desk.post(f"{address}updates/new/", learned).status_code == 302
    draft = desk.get(f"{address}notices/my/authority/").content.decode()
    assert "1,600" in draft and "It was two folders." in draft and "Bank or payment data" in draft
    notice = f"{address}notices/my/authority/"
    for words in ("Dear Commissioner", "Dear Commissioner", "Dear Madam Commissioner"):
        assert desk.post(notice, {"says": words, "keep": "1"}).status_code == 302
    page = desk.get(notice).content.decode()
    assert page.count("by <bdi>Sofia Staff</bdi>") == 2 and "Dear Madam Commissioner</textarea>" in page
    assert desk.post(notice, {"says": "Kept words", "how": ""}).status_code == 422
    for clock in ("authority", "details", "people"):
        assert (
            desk.post(f"{address}notices/my/{clock}/", {"says": "As drafted.", "how": "Their form"}).status_code == 302
        )
    assert desk.get(f"{address}notices/my/people/").status_code == 404
    assert desk.post(f"{address}acts/close/", WHY).status_code == 302
    assert desk.post("/staff/breaches/new/", {**said, "title": ""}).status_code == 422
    table = desk.get("/staff/breaches/breaches.csv").content.decode()
    assert "A list of customers lay open" in table and "my authority" in table


def test_a_letter_about_a_breach_goes_to_the_databases_that_were_named(
    desk: Browser, sofia: Account, atap: Instance, anna: Person, rita: Person
) -> None:
    for one in (anna, rita):
        one.take_seat()
    said = {
        "title": "A folder lay open", "aware_at": f"{timezone.now():%Y-%m-%dT%H:%M}", "happened": "It did.", "people": "3",
        "laws": ["my"], "databases": atap.slug,
    }  # fmt: skip
    desk.post("/staff/breaches/new/", said)
    notice = f"/staff/breaches/{Incident.objects.get().pk}/notices/processor/customers/"
    page = desk.get(notice).content.decode()
    assert "owners of atap-suria" in page and 'name="how"' not in page

    assert desk.post(notice, {"says": "A folder lay open."}).status_code == 302
    run_all()

    assert [letter.to for letter in mail.outbox if "A folder lay open" in letter.body] == [[anna.account.email]]
    assert desk.get(notice).status_code == 404


@pytest.mark.promise("P37")
@pytest.mark.promise("A55")
def test_somebody_who_does_not_work_for_us_any_more_opens_nothing(
    desk: Browser, second_desk: Browser, sofia: Account, tom: Account, atap: Instance
) -> None:
    desk.post("/staff/orders/new/", order(tom))
    desk.post(f"/staff/orders/{Matter.objects.get().pk}/holds/new/", {"slug": atap.slug, "records": "", **WHY})
    hold = Hold.objects.get()
    page = f"/staff/holds/{hold.pk}/acts/begin/"
    assert second_desk.get(page).status_code == 200
    Account.objects.filter(pk=tom.pk).update(is_staff=False)

    assert second_desk.post(page, WHY).status_code in (404, 409)

    hold.refresh_from_db()
    assert hold.begun_at is None and not Deed.objects.filter(what="hold begin").exists()


def test_an_order_is_renewed_and_its_silence_changed(desk: Browser, sofia: Account, tom: Account) -> None:
    desk.post("/staff/orders/new/", order(tom))
    assert desk.post("/staff/orders/new/", order(tom, received_on="2999-01-01")).status_code == 422
    matter = Matter.objects.get()
    page, ahead = f"/staff/orders/{matter.pk}/acts/renew/", timezone.localdate() + timedelta(days=90)

    wrong = desk.post(page, {"expires_on": "2020-01-01", "gag": "until", **WHY})
    assert wrong.status_code == 422 and "This day is over" in wrong.content.decode()
    assert (
        desk.post(page, {"expires_on": f"{ahead}", "gag": "until", "gag_until": f"{ahead}", **WHY}).status_code == 302
    )

    matter.refresh_from_db()
    assert (matter.expires_on, matter.is_gagged) == (ahead, True)
    assert f'value="{ahead}"' in desk.get(page).content.decode()

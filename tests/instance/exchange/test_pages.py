"""The pages of an import: who may, what they refuse, and what they keep."""

import errno
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from pivotino.instance.exchange import storage
from pivotino.instance.exchange.jobs import forget_old_imports
from pivotino.instance.exchange.models import Import, ProposedRow
from pivotino.instance.members.models import Member, Rate
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside
from tests.cast import Browser, Person
from tests.instance.exchange.conftest import Desk

DEALS = "id,deal,company,stage,amount,owner\nA1,Roof,Jaya Food,New,100,Nurul Anna\nA2,Gutter,Jaya Food,New,200,Bruno Sales\n"
PAGES = ["", "proposal/", "application/", "takeback/", "refused.csv"]


@pytest.fixture
def desk(anna: Person) -> Desk:
    return Desk(anna)


def files(person: Person) -> list[Path]:
    with inside(person.instance):
        folder = storage.path_of(uuid7(), "csv").parent
    return list(folder.iterdir()) if folder.exists() else []


# -- who may


def test_every_page_is_closed_to_rivals_and_strangers(desk: Desk, rita: Person, stranger: Browser) -> None:
    one = desk.proposed(DEALS)
    for path in ["import/", *(f"import/{one.pk}/{page}" for page in PAGES)]:
        address = desk.person.url(path)
        assert rita.browser.get(address).status_code == 404
        assert stranger.get(address).status_code == 302
        assert "/sign-in/" in stranger.get(address)["Location"]
    for path in ("application/", "takeback/", "removal/", "ticks/", ""):
        address = desk.person.url(f"import/{one.pk}/{path}")
        assert rita.browser.post(address).status_code == 404
        assert stranger.post(address).status_code == 302
    # The rival's own address with our id finds nothing either.
    assert rita.browser.get(rita.url(f"import/{one.pk}/")).status_code == 404
    assert desk.newest().state == "proposed"


def test_a_user_sees_own_imports_only_and_an_owner_all(desk: Desk, bruno: Person, carla: Person) -> None:
    one = desk.proposed(DEALS)
    own = Desk(bruno).proposed(DEALS, "bruno.csv")

    assert [bruno.browser.get(bruno.url(f"import/{one.pk}/{page}")).status_code for page in PAGES] == [404] * 5
    assert "deals.csv" not in bruno.browser.get(bruno.url("import/")).content.decode()
    assert carla.browser.get(carla.url(f"import/{own.pk}/")).status_code == 404
    assert "bruno.csv" in desk.browser.get(desk.person.url("import/")).content.decode()
    assert desk.page(own).status_code == 200


def test_a_user_brings_in_only_what_is_theirs(bruno: Person) -> None:
    desk = Desk(bruno)
    one = desk.applied(DEALS)

    assert one.counts == {"new": 1, "refused": 1}
    shown = desk.page(one, "application/").content.decode()
    assert "1 opportunity came new" in shown
    with inside(bruno.instance):
        assert [(card.title, card.owner_id) for card in Opportunity.objects.all()] == [("Gutter", bruno.member_id)]
        assert Member.objects.count() == 3


def test_a_user_neither_names_colleagues_nor_meets_the_deals_of_others(desk: Desk, bruno: Person) -> None:
    desk.applied(DEALS)
    mine = "id,deal,company,stage,amount\nA1,Roof,Jaya Food,New,999\n"

    one = Desk(bruno).proposed(mine)
    assert one.counts == {"refused": 1}
    team = Desk(bruno)
    answer = team.bring("sales_agent,manager,regional_office\nAda Low,Ben,East\n", "team.csv")
    assert "Only a Business Owner can name new colleagues" in bruno.browser.get(answer["Location"]).content.decode()


# -- choices


def test_a_choice_is_kept_at_once_and_checked(desk: Desk) -> None:
    one = desk.brought(DEALS)

    answer = desk.plan(one, column_3="")
    assert answer.status_code == 302
    assert str(desk.newest().mapping.columns[3].field) == ""
    double = desk.plan(desk.newest(), column_1="amount")
    assert double.status_code == 422
    assert "is “deal” already" in double.content.decode()
    nameless = desk.plan(desk.newest(), column_0="", column_1="", column_2="")
    assert nameless.status_code == 422
    assert "Nothing says what each row is called" in nameless.content.decode()
    forged = desk.plan(desk.newest(), column_0="revenue")
    assert forged.status_code == 422


def test_htmx_gets_the_plan_alone(desk: Desk) -> None:
    one = desk.brought(DEALS)

    answer = desk.browser.htmx("post", desk.person.url(f"import/{one.pk}/"), {"kind": "companies"})

    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert desk.newest().what == "companies"


def test_dollars_need_a_rate_or_another_word(desk: Desk, anna: Person) -> None:
    one = desk.brought(DEALS)

    refused = desk.plan(one, currency="USD")
    assert refused.status_code == 422
    assert "There is no rate from USD to MYR yet" in refused.content.decode()
    assert 'value="USD" selected' in refused.content.decode()
    with inside(anna.instance):
        Rate.objects.create(currency="USD", since=timezone.now().date(), rate="4")
    assert desk.plan(one, currency="USD").status_code == 302


def test_names_to_be_invited_are_kept_without_a_letter(desk: Desk, anna: Person) -> None:
    desk.applied(DEALS.replace("Bruno Sales", "Petra New"))

    with inside(anna.instance):
        petra = Member.objects.get(name="Petra New")
        assert (petra.account_uuid, petra.email, petra.invitations.count()) == (None, "", 0)
        assert Opportunity.objects.get(external_id="A2").owner == petra


def test_dates_that_could_be_either_are_asked_for(desk: Desk) -> None:
    one = desk.brought("deal,stage,close date,amount\nRoof,Won,03/04/2025,5\nGutter,Won,05/06/2025,6\n")
    assert "Dates are written" in desk.page(one).content.decode()

    desk.plan(one, date_order="mdy", propose="1")
    run_all()
    with inside(desk.person.instance):
        assert sorted(row.data["closed"] for row in ProposedRow.objects.all()) == ["2025-03-04", "2025-05-06"]


def test_products_are_told_that_they_come_later(desk: Desk, sheets: Path) -> None:
    one = desk.brought((sheets / "products.csv").read_bytes(), "products.csv")

    shown = desk.page(one).content.decode()
    assert "Pivotino has no list of products yet" in shown
    assert "nothing is lost" in shown


# -- what cannot be read


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7 what", "deals.csv", "This is a PDF."),
        (b"\n\n", "deals.csv", "This file is empty."),
        (b"PK\x03\x04 broken", "deals.xlsx", "damaged"),
        (b'id,deal\n1,"never closed\n', "deals.csv", "quotation mark"),
        (bomb(), "deals.xlsx", "unfolds into far more"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_with_a_reason(desk: Desk, content: bytes, name: str, sentence: str) -> None:
    one = desk.brought(content, name)

    shown = desk.page(one).content.decode()
    assert sentence in shown
    assert "Nothing of it was written" in shown
    assert desk.send(one, "removal/").status_code == 302
    assert files(desk.person) == []


def test_an_empty_upload_keeps_nothing(desk: Desk) -> None:
    answer = desk.bring(b"", "deals.csv")

    assert answer.status_code == 422
    assert "This file is empty" in answer.content.decode()
    assert files(desk.person) == []


def test_without_a_file_the_form_says_so(desk: Desk) -> None:
    answer = desk.browser.post(desk.person.url("import/"), {"id": str(uuid7())})

    assert answer.status_code == 422
    assert "Choose a file first" in answer.content.decode()


def test_a_sheet_with_headings_only_is_told_so(desk: Desk) -> None:
    one = desk.brought("id,deal,stage\n")

    assert "no rows below them" in desk.page(one).content.decode()


def test_more_than_fifty_megabytes_are_refused(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("pivotino.instance.exchange.forms.MOST", 100)

    answer = desk.bring(DEALS * 3)

    assert answer.status_code == 422
    assert "50 MB is the most" in answer.content.decode()
    assert files(desk.person) == []


def test_a_full_disk_keeps_nothing_half(desk: Desk, monkeypatch: Any) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pivotino.instance.exchange.storage.os.fsync", full)

    answer = desk.bring(DEALS)

    assert answer.status_code == 422
    assert "There is no room left" in answer.content.decode()
    assert files(desk.person) == []
    with inside(desk.person.instance):
        assert Import.objects.count() == 0


def test_a_vanished_file_is_said_so(desk: Desk) -> None:
    one = desk.brought(DEALS)
    [path] = files(desk.person)
    path.unlink()

    assert desk.page(one).status_code == 410
    assert "bring it again" in desk.page(one).content.decode()
    other = desk.brought(DEALS)
    desk.plan(other, propose="1")
    for path in files(desk.person):
        path.unlink()
    run_all()
    assert desk.newest().state == "refused"


def test_files_are_ours_alone_and_never_called_as_people_say(desk: Desk) -> None:
    desk.brought(DEALS, "../../etc/passwd.csv")

    [path] = files(desk.person)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.name == f"{desk.newest().pk}.csv"
    assert desk.newest().name == "passwd.csv"


def test_sent_twice_it_is_kept_once(desk: Desk) -> None:
    id = uuid7()
    first, second = desk.bring(DEALS, id=id), desk.bring(DEALS, id=id)

    assert first["Location"] == second["Location"]
    with inside(desk.person.instance):
        assert Import.objects.count() == 1


def test_a_session_that_ran_out_leads_to_the_door_and_back(desk: Desk, stranger: Browser) -> None:
    one = desk.proposed(DEALS)

    answer = stranger.post(desk.person.url(f"import/{one.pk}/application/"))
    assert "/sign-in/" in answer["Location"]
    assert desk.newest().state == "proposed"


def test_a_workbook_is_read_by_a_job(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "deal", "stage", "amount"], ["A1", "محمد الأمين", "New", 12.5], ["A2", "屋顶", "Won", 7]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)

    answer = desk.bring(out.getvalue(), "deals.xlsx")
    waiting = desk.browser.get(answer["Location"])
    assert "This takes a few seconds" in waiting.content.decode()
    run_all()
    one = desk.newest()
    assert one.state == "open"
    desk.plan(one, propose="1")
    run_all()
    shown = desk.page(one, "proposal/").content.decode()
    assert "<bdi>محمد الأمين</bdi>" in shown


def test_long_titles_are_refused_with_their_length_and_come_back_as_a_file(desk: Desk) -> None:
    formula = "=cmd|'/c calc'!A0"
    one = desk.proposed(f"id,deal,stage,amount\nA1,{'x' * 201},New,1\nA2,{formula},Odd,1\nA3,{'y' * 200},New,2\n")

    assert one.counts == {"new": 1, "refused": 2}
    answer = desk.page(one, "refused.csv")
    text = answer.content.decode()
    assert "201 letters; 200 is the most" in text
    assert f"'{formula}" in text
    assert "“Odd” is not matched to a stage yet" in text
    assert len(text.strip().splitlines()) == 3


def test_double_headings_keep_both_columns(desk: Desk) -> None:
    one = desk.brought("deal,stage,amount,amount\nRoof,New,5,6\n")

    assert "amount 2" in desk.page(one).content.decode()


def test_a_stale_plan_makes_the_older_proposal_come_to_nothing(desk: Desk) -> None:
    one = desk.brought(DEALS)
    desk.plan(one, propose="1")
    desk.plan(desk.newest(), column_4="")
    run_all()

    assert desk.newest().state == "open"
    with inside(desk.person.instance):
        assert ProposedRow.objects.count() == 0


def test_progress_is_a_fragment_that_ends_with_the_next_page(desk: Desk) -> None:
    one = desk.brought(DEALS)
    desk.plan(one, propose="1")
    address = desk.person.url(f"import/{one.pk}/proposal/")

    going = desk.browser.htmx("get", address)
    assert "0 of 2 rows checked" in going.content.decode()
    assert "<html" not in going.content.decode()
    run_all()
    assert desk.browser.htmx("get", address)["HX-Redirect"] == address


def test_after_thirty_days_the_file_and_the_words_are_gone(desk: Desk, time_machine: Any) -> None:
    one = desk.applied(DEALS)
    time_machine.move_to(timezone.now() + timedelta(days=31))

    with inside(desk.person.instance):
        forget_old_imports()
        assert ProposedRow.objects.exclude(data={}).count() == 0
        assert Import.objects.get(pk=one.pk).words == {}
        assert Opportunity.objects.count() == 2
    assert files(desk.person) == []
    assert "Taken in" in desk.page(one, "application/").content.decode()
    assert desk.page(one, "takeback/").status_code == 302


def test_what_was_taken_in_is_seen_on_the_board_by_itself(desk: Desk) -> None:
    with inside(desk.person.instance):
        Opportunity.open("There before", by=desk.person.member)
        before = {one.title for one in Opportunity.objects.all()}
    one = desk.applied(DEALS)
    with inside(desk.person.instance):
        came = {card.title for card in Opportunity.objects.all()} - before

    address = desk.person.url(f"board/?batch={one.pk}")
    assert f'href="{address}"' in desk.page(one, "application/").content.decode()
    board = desk.browser.get(f"{address}&open=").content.decode()
    assert "There before" not in board
    assert "One import" in board
    assert came and any(title in board for title in came)


def test_the_list_asks_little(desk: Desk, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        desk.bring(SimpleUploadedFile("x.csv", DEALS.encode()).read())
    with django_assert_max_num_queries(12):
        assert desk.browser.get(desk.person.url("import/")).status_code == 200


def test_what_breaks_on_our_side_is_said_and_can_be_tried_again(desk: Desk, monkeypatch: Any) -> None:
    one = desk.proposed(DEALS)
    desk.send(one, "application/")
    with monkeypatch.context() as broken:
        broken.setattr("pivotino.instance.exchange.applying.writer_for", lambda *_: 1 / 0)
        run_all(raising=False)

    shown = desk.page(one, "application/").content.decode()
    assert "Something broke on our side" in shown
    assert desk.send(one, "tries/").status_code == 302
    run_all()
    with inside(desk.person.instance):
        assert Opportunity.objects.count() == 2
    assert "2 opportunities came new" in desk.page(one, "application/").content.decode()


def test_of_two_rows_with_one_number_the_ticked_one_wins(desk: Desk) -> None:
    one = desk.proposed(DEALS + "A1,Roof of tiles,Jaya Food,Won,900,Nurul Anna\n")
    desk.send(one, "ticks/", shown=["4"], ticked=["4"])
    desk.send(one, "application/")
    run_all()

    with inside(desk.person.instance):
        found = {
            card.external_id: (card.title, card.amount_minor, card.stage.name)
            for card in Opportunity.objects.select_related("stage")
        }
        assert found == {"A1": ("Roof of tiles", 90_000, "Won"), "A2": ("Gutter", 20_000, "New")}
    taken = desk.took_back(desk.newest())
    with inside(desk.person.instance):
        assert Opportunity.objects.count() == 0
    assert taken.state == "taken-back"

"""The pages about backups: what exists, what would be lost, how far it is; for the owners of the database and nobody else."""

from uuid import uuid4

import pytest
from django.utils import timezone

from pivotino.control.backups import jobs
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.backups.queries import ASKED_A_DAY
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.testing import run_all
from pivotino.tenancy import inside
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.backups.conftest import PASSWORD, names, proven, write
from tests.control.backups.test_restoring import finish

HOME = "/my/databases/atap-suria/backups/"


@pytest.fixture
def owner(anna: Person, bruno: Person, rita: Person) -> Person:
    """Anna, whom the control plane knows as the owner; Bruno and Rita have their seats too."""
    for person in (anna, bruno, rita):
        person.take_seat()
    return anna


@pytest.mark.promise("P35")
def test_the_page_says_what_is_kept_and_until_when(owner: Person, backup: Backup) -> None:
    page = owner.browser.get(HOME).content.decode()

    assert backup.taken_at is not None and backup.expires_at is not None
    assert f"{backup.taken_at:%-d %b %Y, %H:%M}" in page
    assert f"{backup.expires_at:%-d %B %Y}" in page
    assert f"{backup.row_count:,} rows" in page
    assert "No copy gets older than 28 days." in page


def test_without_a_backup_it_says_when_the_first_comes(owner: Person) -> None:
    assert "made tonight by itself" in owner.browser.get(HOME).content.decode()


def test_it_is_one_of_the_places_of_a_database(owner: Person) -> None:
    page = owner.browser.get("/my/databases/atap-suria/leave/").content.decode()

    assert f'href="{HOME}"' in page


def test_only_its_owners_find_any_of_it(
    owner: Person, bruno: Person, rita: Person, stranger: Browser, backup: Backup
) -> None:
    restore = Restore.objects.create(instance=owner.instance, backup=backup, by="x", generation=2, generation_before=1)
    pages = [HOME, f"{HOME}{backup.pk}/restore/", f"{HOME}restores/{restore.pk}/"]

    for person in (bruno, rita):
        assert [proven(person).get(page).status_code for page in pages] == [404] * 3
        assert proven(person).post(f"{HOME}new/").status_code == 404
    assert [stranger.get(page)["Location"][:9] for page in pages] == ["/sign-in/"] * 3


def test_nobody_puts_back_what_is_somebody_elses(owner: Person, rita: Person, backup: Backup) -> None:
    assert proven(rita).get(f"/my/databases/zenit/backups/{backup.pk}/restore/").status_code == 404
    assert proven(owner).get(f"{HOME}{uuid4()}/restore/").status_code == 404


def test_one_more_may_be_made_now_but_not_all_day_long(owner: Person) -> None:
    browser = owner.browser
    for _ in range(ASKED_A_DAY):
        assert browser.post(f"{HOME}new/").status_code == 302
        run_all()
    answer = browser.post(f"{HOME}new/")

    assert answer.status_code == 422
    assert "You asked for 3 backups today." in answer.content.decode()
    assert Backup.objects.made().count() == ASKED_A_DAY


def test_putting_back_needs_the_password_again_and_then_goes_on(owner: Person, backup: Backup) -> None:
    page = f"{HOME}{backup.pk}/restore/"
    owner.account.set_password(PASSWORD)
    owner.account.save()
    browser = owner.browser

    assert browser.get(page)["Location"].startswith("/my/security/again/")
    answer = browser.post("/my/security/again/", {"password": PASSWORD, "next": page})
    assert answer["Location"] == page
    assert browser.get(page).status_code == 200


def test_pressing_the_button_after_a_long_while_asks_for_the_password_first(owner: Person, backup: Backup) -> None:
    owner.account.set_password(PASSWORD)
    owner.account.save()
    browser = owner.browser

    page = f"{HOME}{backup.pk}/restore/"
    assert browser.post(page, {"understood": "on"})["Location"].startswith("/my/security/again/")
    assert not Restore.objects.exists()
    # What was pressed is done once the password was typed.
    answer = browser.post("/my/security/again/", {"password": PASSWORD, "next": page})
    assert answer["Location"] == f"{HOME}restores/{Restore.objects.get().pk}/"


def test_it_says_exactly_what_would_be_lost(owner: Person, backup: Backup) -> None:
    browser = proven(owner)
    assert "Nothing was changed since then." in browser.get(f"{HOME}{backup.pk}/restore/").content.decode()

    with inside(owner.instance):
        for title in ("Carport", "Gate"):
            Opportunity.open(title, by=owner.member)

    page = browser.get(f"{HOME}{backup.pk}/restore/").content.decode()
    assert '<strong class="num">2</strong> opportunities changed or added' in page


@pytest.mark.parametrize("typed", [{}, {"understood": "on", "why": "x" * 401}])
def test_a_word_that_is_missing_or_too_long_puts_nothing_back(
    owner: Person, backup: Backup, typed: dict[str, str]
) -> None:
    answer = proven(owner).post(f"{HOME}{backup.pk}/restore/", {"why": "A bad <import>", **typed})

    assert answer.status_code == 422
    assert ("A bad &lt;import&gt;" in answer.content.decode()) is ("why" not in typed)
    assert not Restore.objects.exists()


def test_a_restore_by_its_owner_from_the_button_to_the_letter(owner: Person, atap: Instance, backup: Backup) -> None:
    before = names(atap)
    write(atap, "Wrong import")
    browser = proven(owner)

    answer = browser.post(f"{HOME}{backup.pk}/restore/", {"understood": "on", "why": "A bad import"})
    progress = answer["Location"]
    page = browser.get(progress).content.decode()
    assert "Being put back" in page
    assert 'http-equiv="refresh"' in page
    assert "See how far it is" in browser.get(HOME).content.decode()
    assert "Nobody changes anything" in browser.htmx("get", progress).content.decode()
    again = browser.post(f"{HOME}{backup.pk}/restore/", {"understood": "on"})
    assert again.status_code == 409
    finish()

    done = browser.htmx("get", progress)
    assert done["HX-Refresh"] == "true"
    assert "is again as it was" in done.content.decode()
    assert "Put that back" in done.content.decode()
    assert names(atap) == before
    assert "Put back before" in browser.get(HOME).content.decode()


def test_one_that_failed_says_so_and_that_nothing_changed(owner: Person, backup: Backup) -> None:
    restore = Restore.objects.create(
        instance=owner.instance, backup=backup, by="x", generation=2, generation_before=1, failed_at=timezone.now()
    )

    page = owner.browser.get(f"{HOME}restores/{restore.pk}/").content.decode()

    assert "It did not work" in page
    assert "Nothing has changed" in page


def test_the_last_rehearsal_is_shown(owner: Person, backup: Backup) -> None:
    assert "Not practised with this database yet" in owner.browser.get(HOME).content.decode()
    jobs.rehearse_one()
    run_all()

    page = owner.browser.get(HOME).content.decode()
    assert "It worked" in page
    assert f"{backup.row_count:,} rows in" in page


def test_a_backup_that_does_not_open_cannot_be_chosen(owner: Person, backup: Backup) -> None:
    Backup.objects.filter(pk=backup.pk).update(broken_at=timezone.now())

    page = owner.browser.get(HOME).content.decode()
    assert "Does not open" in page
    assert "Put back</a>" not in page
    assert proven(owner).get(f"{HOME}{backup.pk}/restore/").status_code == 404

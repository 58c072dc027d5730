"""One company on a machine of its own: founded once, by whoever holds the printed link."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.urls import clear_url_caches, set_urlconf

from pivotino.control.accounts.models import Account
from pivotino.control.hosting import checks, founding
from pivotino.instance.members.models import Member
from pivotino.jobs.testing import run_all
from pivotino.letters.models import Sent
from pivotino.tenancy import inside, provision
from pivotino.tenancy.models import Instance
from tests.cast import Browser

FORM = {
    "company": "Rooftop Sdn Bhd", "country": "MY", "currency": "MYR", "name": "Nurul Anna",
    "email": "anna@rooftop.example", "password": "seven quiet tiles", "grown": "on",
}  # fmt: skip


@pytest.fixture
def machine(control: None, tmp_path: Path) -> Iterator[Browser]:
    """A machine that runs one company and has none yet."""
    Instance.objects.all().delete()
    with override_settings(SINGLE=True, ROOT_URLCONF="config.urls_single", VAR_DIR=tmp_path):
        clear_url_caches()
        yield Browser()
        for instance in Instance.objects.all():
            provision.destroy(instance.place)
    clear_url_caches()
    set_urlconf(None)


def link() -> str:
    return f"/first-run/{founding.token()}/"


def test_the_door_tells_where_the_link_is_and_there_is_no_site(machine: Browser) -> None:
    assert "has no company yet" in machine.get("/").content.decode()
    assert machine.get("/prices/").status_code == 404
    assert machine.get("/get-started/").status_code == 404


def test_the_printed_link_founds_the_company_and_signs_in(machine: Browser) -> None:
    assert founding.invitation().endswith(link())

    answer = machine.post(link(), FORM)

    instance = Instance.objects.get()
    assert answer["Location"] == "/"
    assert machine.get("/")["Location"] == f"/@{instance.slug}/"
    assert machine.get(f"/@{instance.slug}/board/").status_code == 200
    with inside(instance):
        assert [(one.name, one.is_owner) for one in Member.objects.all()] == [("Nurul Anna", True)]
    assert founding.invitation().startswith("Rooftop Sdn Bhd is at")


def test_the_link_works_once_and_a_guess_never(machine: Browser) -> None:
    used = link()
    assert machine.get("/first-run/guessed/").status_code == 404
    machine.post(used, FORM)

    assert Browser().get(used).status_code == 404
    assert Browser().post(used, {**FORM, "company": "Second"}).status_code == 404
    assert Instance.objects.count() == 1


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(machine: Browser) -> None:
    answer = machine.post(link(), {**FORM, "email": "no address", "grown": ""})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Rooftop Sdn Bhd"' in page
    assert "Only people of 13 or older" in page
    assert Account.objects.filter(email="no address").count() == 0


def test_a_weak_password_is_refused(machine: Browser) -> None:
    assert machine.post(link(), {**FORM, "password": "password1234"}).status_code == 422
    assert Instance.objects.count() == 0


def test_a_fall_in_the_middle_is_mended_by_doing_it_again(machine: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: Any) -> None:
        raise OSError("The power went.")

    with monkeypatch.context() as patch:
        patch.setattr(founding, "found", fall)
        with pytest.raises(OSError, match="power"):
            machine.post(link(), FORM)

    assert founding.the_instance() is None
    machine.post(link(), FORM)

    assert Instance.objects.count() == 1
    assert founding.the_instance() is not None


def test_a_test_letter_leaves(machine: Browser) -> None:
    answer = machine.post(f"{link()}letters/", {"email": "anna@rooftop.example"})
    run_all()

    assert "is on its way" in answer.content.decode()
    assert [row.to for row in Sent.objects.all()] == ["anna@rooftop.example"]
    assert machine.post(f"{link()}letters/", {"email": "nonsense"}).status_code == 422


def test_the_page_shows_storage_mail_and_time(machine: Browser) -> None:
    page = machine.get(link()).content.decode()

    for about in ("Files", "Control database", "Mail", "Time"):
        assert about in page


def states() -> dict[str, str]:
    return {one.about: one.state for one in checks.findings()}


def test_a_machine_in_order_passes(machine: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_machine")

    assert "BAD" not in capsys.readouterr().out
    assert states()["Mail"] == "so-so"


def test_a_folder_that_takes_no_files_is_bad(machine: Browser) -> None:
    with override_settings(VAR_DIR=Path("/proc/nothing-here")):
        assert [one.state for one in checks.storage()] == ["bad"]


def test_a_full_disk_is_told_before_it_is_full(machine: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ENOUGH_BYTES", 1 << 60)

    assert [one.state for one in checks.storage()] == ["so-so"]


def test_a_mail_server_that_is_not_there_is_bad_and_named(machine: Browser) -> None:
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 9}
    with override_settings(**smtp):
        found = checks.mail()

    assert [one.state for one in found] == ["bad"]
    assert "127.0.0.1 does not take mail" in found[0].says


def test_a_clock_that_was_never_set_is_bad(machine: Browser, time_machine: Any) -> None:
    time_machine.move_to("1970-01-02T00:00Z")

    assert [one.state for one in checks.clock()] == ["bad"]

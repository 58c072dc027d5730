"""The page about the machine is for staff, and works on any machine."""

import pytest

from pivotino.control.accounts.models import Account
from tests.cast import Browser, Person
from tests.control.staff.conftest import with_second_step


@pytest.mark.promise("P63")
def test_staff_see_how_old_what_runs_is_and_nobody_else(control: None, anna: Person, stranger: Browser) -> None:
    staff = Account.objects.create_user("sofia@pivotino.example", None, name="Sofia Staff", is_staff=True)

    page = with_second_step(staff).get("/staff/servers/")

    assert page.status_code == 200
    assert "Security updates by themselves" in page.content.decode() and "django" in page.content.decode()
    assert anna.browser.get("/staff/servers/").status_code in (302, 403, 404)
    assert stranger.get("/staff/servers/").status_code in (302, 403, 404)

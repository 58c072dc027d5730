"""The generated password stands in one letter and nowhere else."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from pivotino.control.accounts.models import Account, InitialPassword
from pivotino.jobs.testing import run_all
from pivotino.tenancy import snapshots
from pivotino.tenancy.models import Instance
from tests.control.newcomer import OWN_PASSWORD, Newcomer, letters_to
from tests.control.staff.conftest import with_second_step

pytestmark = pytest.mark.usefixtures("control")


def whole_database() -> str:
    """Every row of the control plane, jobs and ledger included."""
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return repr(rows)


def in_the_customers_database(folder: Path) -> str:
    """Every row of the new database, its history included."""
    snapshots.take(Instance.objects.get(slug="kedai-kopi").place, folder / "taken")
    return (folder / "taken").read_bytes().decode(errors="replace")


def on_the_screens_of_staff() -> str:
    """What those who run this see of this customer."""
    staff = Account.objects.create_user("sofia@pivotino.example", None, name="Sofia Staff", is_staff=True)
    paths = ["", "customers/", "customers/kedai-kopi/", "queues/", "deeds/", "deeds.csv"]
    answers = [with_second_step(staff).get(f"/staff/{path}") for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.content.decode() for answer in answers)


def files_with(secret: str) -> list[Path]:
    files = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]


@pytest.mark.promise("A16")
@pytest.mark.promise("P55")
def test_the_first_password_is_in_no_log_no_job_no_table_no_file_and_on_no_page(
    mei: Newcomer, caplog: Any, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    password = mei.arrive()
    mei.sign_in("something else entirely")
    mei.sign_in(password)
    mei.post("/choose-password/", {"password": "short"})
    mei.post("/choose-password/", {"password": OWN_PASSWORD})

    assert [letter.body.count(password) for letter in letters_to(mei.typed["email"])] == [0, 1]
    assert password not in whole_database() + in_the_customers_database(tmp_path)
    assert password not in caplog.text
    assert password not in on_the_screens_of_staff()
    assert files_with(password) == []
    assert all(password.encode() not in page for page in mei.seen)
    assert InitialPassword.objects.get().hash == ""


def test_neither_is_the_own_one(mei: Newcomer, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    mei.settle()

    assert OWN_PASSWORD not in whole_database() + caplog.text
    assert files_with(OWN_PASSWORD) == []
    assert all(OWN_PASSWORD.encode() not in page for page in mei.seen)


@pytest.mark.promise("A16")
def test_neither_is_a_fresh_one(mei: Newcomer, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    first = mei.arrive()
    mei.post("/fresh-password/", {"email": mei.typed["email"]})
    run_all()
    fresh = mei.first_password

    assert fresh != first
    assert fresh not in whole_database() + caplog.text
    assert files_with(fresh) == []

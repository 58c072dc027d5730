"""A worker that is killed for real, in the middle of a step."""

from pathlib import Path

import pytest

from pivotino.control.accounts.models import Account
from pivotino.control.provisioning import steps
from pivotino.control.provisioning.models import Provisioning
from pivotino.letters.models import Kept, Sent
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.control.newcomer import EMAIL, Newcomer, accounts_of, counts

pytestmark = pytest.mark.usefixtures("control")


@pytest.mark.promise("A13")
def test_workers_killed_at_every_step_leave_exactly_one_of_everything(mei: Newcomer, tmp_path: Path) -> None:
    mei.register()
    mei.press()

    for step in steps.STEPS:
        kill_a_worker_in("pivotino.control.provisioning.advancing", step.name, "provisioning", tmp_path / "sign")
    let_another_go_on("provisioning", lambda: not Provisioning.objects.filter(ready_at__isnull=True).exists())

    assert counts() == {"sign-ups": 1, "provisionings": 1, "instances": 1}
    assert accounts_of(EMAIL) == 1
    assert Kept.objects.filter(subject__startswith="Welcome").count() == 1
    assert Sent.objects.filter(key__startswith="welcome:").count() == 1
    password = Kept.objects.get(subject__startswith="Welcome").text.split("First password: ")[1].split()[0]
    assert mei.sign_in(password)["Location"] == "/choose-password/"
    assert Account.objects.get(email=EMAIL).initial_passwords.count() == 1

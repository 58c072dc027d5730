"""A limit stops inviting more people, and nothing else."""

from typing import Any

import pytest

from pivotino.control.subscriptions.changing import go_free, take_on
from pivotino.control.subscriptions.models import Plan
from pivotino.control.subscriptions.queries import published_plans
from pivotino.instance.members.models import Invitation, Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside
from pivotino.tenancy.models import Instance
from tests.cast import Person

pytestmark = pytest.mark.usefixtures("control")
INVITE = "colleagues/invite/"


def invite(anna: Person, *names: str, send: bool = True) -> Any:
    addresses = ", ".join(f"{name}@atap.example" for name in names)
    return anna.browser.post(
        anna.url(INVITE), {"addresses": addresses, "role": "user", **({"send": "1"} if send else {})}
    )


def waiting(atap: Instance) -> int:
    with inside(atap):
        return Invitation.objects.open().count()


def test_on_the_free_plan_three_people_are_all_that_can_be_invited(team: Instance, anna: Person) -> None:
    go_free(team)

    look = invite(anna, "siti", send=False)
    sent = invite(anna, "siti")

    assert look.status_code == 422
    page = look.content.decode()
    assert "The plan Free is for 3 people" in page
    assert 'href="/my/databases/atap-suria/plan/"' in page
    assert "siti@atap.example" in page
    assert sent.status_code == 422
    assert waiting(team) == 0


def test_the_page_says_so_before_anybody_types(team: Instance, anna: Person) -> None:
    go_free(team)

    assert "choose another plan" in anna.browser.get(anna.url(INVITE)).content.decode()


def test_who_is_in_stays_in_and_works_and_everything_stays(
    team: Instance, anna: Person, bruno: Person, carla: Person
) -> None:
    Plan.objects.load()
    take_on(team, Plan.objects.get(code="team-trial", published=True))
    with inside(team):
        Member.objects.create(name="Farid", email="farid@atap.example", account_uuid=None)
    go_free(team)

    for one in (anna, bruno, carla):
        assert one.browser.get(one.url("board/")).status_code == 200
    with inside(team):
        assert Opportunity.open("Still possible", by=bruno.member).title == "Still possible"


def test_open_invitations_count_and_a_bigger_plan_makes_room(team: Instance, anna: Person) -> None:
    monthly = next(plan for plan in published_plans() if plan.code == "team-monthly")
    take_on(team, monthly, currency="MYR", seats=4)

    assert invite(anna, "siti").status_code == 302
    assert invite(anna, "farid").status_code == 422
    take_on(team, monthly, currency="MYR", seats=6)

    assert invite(anna, "farid", "wei").status_code == 302
    assert waiting(team) == 3


@pytest.mark.parametrize("plan", ["team-trial", ""])
def test_a_trial_and_no_plan_know_no_limit(team: Instance, anna: Person, plan: str) -> None:
    if plan:
        Plan.objects.load()
        take_on(team, Plan.objects.get(code=plan, published=True))

    assert invite(anna, *[f"a{n}" for n in range(12)]).status_code == 302


def test_the_list_of_databases_says_plan_and_state_and_leads_owners_on(
    team: Instance, anna: Person, bruno: Person
) -> None:
    go_free(team)

    mine = anna.browser.get("/my/?all").content.decode()
    assert "Free. Free, for good" in mine
    assert 'href="/my/databases/atap-suria/"' in mine
    assert 'href="/my/databases/atap-suria/"' not in bruno.browser.get("/my/?all").content.decode()
    assert 'href="/my/databases/atap-suria/"' in anna.browser.get(anna.url("settings/company/")).content.decode()

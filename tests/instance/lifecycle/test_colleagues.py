"""The list of colleagues: roles, leaving, coming back."""

from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Invitation, Member
from pivotino.jobs.testing import run_all
from pivotino.letters.models import Sent
from pivotino.tenancy import erasing, inside


def test_an_owner_changes_a_role_and_takes_it_back(anna, bruno):
    answer = anna.browser.htmx("post", anna.url(f"colleagues/{bruno.member_id}/role/"), {"role": "owner"})
    assert answer.status_code == 200
    assert bruno.member.is_owner

    undo = answer["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert anna.browser.htmx("post", undo).status_code == 204
    assert not bruno.member.is_owner


def test_the_last_owner_is_told_why_not(anna):
    for door in ("role/", "leave/"):
        answer = anna.browser.htmx("post", anna.url(f"colleagues/{anna.member_id}/{door}"), {"role": "user"})
        assert answer.status_code == 422
        assert "last Business Owner" in answer["HX-Trigger"]
    assert anna.member.is_owner


def test_who_left_cannot_enter_and_may_be_let_in_again(anna, bruno):
    browser = bruno.browser
    assert browser.get(bruno.url("people/")).status_code == 200

    anna.browser.post(anna.url(f"colleagues/{bruno.member_id}/leave/"))
    assert browser.get(bruno.url("people/")).status_code == 404

    anna.browser.post(anna.url(f"colleagues/{bruno.member_id}/return/"))
    assert browser.get(bruno.url("people/")).status_code == 200


def test_a_nonsense_role_is_refused(anna, bruno):
    assert anna.browser.post(anna.url(f"colleagues/{bruno.member_id}/role/"), {"role": "king"}).status_code == 422
    assert not bruno.member.is_owner


def test_somebody_of_another_company_is_nobody_here(anna, rita):
    assert anna.browser.post(anna.url(f"colleagues/{rita.member_id}/leave/")).status_code == 404


def test_a_user_cannot_take_back_what_an_owner_did(anna, bruno, carla):
    answer = anna.browser.htmx("post", anna.url(f"colleagues/{bruno.member_id}/role/"), {"role": "owner"})
    undo = answer["HX-Trigger"].split('"undo": "')[1].split('"')[0]

    assert carla.browser.htmx("post", undo).status_code == 404
    with inside(anna.instance):
        assert Member.objects.get(pk=bruno.member_id).is_owner


def test_an_owner_adds_changes_asks_again_and_removes_and_nobody_of_another_company(anna, bruno, rita):
    """Scenario 21, from the first letter to the last day."""

    def press(path, **data):
        return anna.browser.htmx("post", anna.url(f"colleagues/{path}"), data).status_code

    anna.browser.post(anna.url("colleagues/invite/"), {"addresses": "Siti <siti@atap.example>", "send": "1"})
    run_all()
    with inside(anna.instance):
        invitation = Invitation.objects.get()
    assert press(f"{bruno.member_id}/role/", role="owner") == 200 and bruno.member.is_owner
    assert press(f"invitations/{invitation.pk}/remind/") == 200
    run_all()
    assert Sent.objects.filter(to="siti@atap.example").count() == 2
    assert press(f"invitations/{invitation.pk}/withdraw/") == 200
    assert press(f"{bruno.member_id}/leave/") == 200
    assert bruno.browser.get(bruno.url("board/")).status_code == 404

    for path in (f"{rita.member_id}/role/", f"{rita.member_id}/leave/", f"{rita.member_id}/return/"):
        assert press(path, role="user") == 404
    assert (
        anna.browser.post(rita.url("colleagues/invite/"), {"addresses": "a@b.example", "send": "1"}).status_code == 404
    )
    assert anna.browser.get(rita.url("colleagues/")).status_code == 404
    with inside(rita.instance):
        assert Member.objects.get(pk=rita.member_id).is_owner


def test_who_left_can_be_named_no_more(anna, bruno):
    """The name, the address and the account go; a number stays, also when an older state comes back."""
    name, email, id = bruno.member.name, bruno.member.email, bruno.member_id
    anna.browser.post(anna.url(f"colleagues/{id}/leave/"))

    assert anna.browser.post(anna.url(f"colleagues/{id}/forget/")).status_code == 302
    assert anna.browser.post(anna.url(f"colleagues/{id}/forget/")).status_code == 302

    with inside(anna.instance):
        assert Event.objects.filter(verb="member.forgotten").count() == 1
        row = Member.objects.get(pk=id)
        number = row.name
        assert number.startswith("Former colleague ")
        assert (row.email, row.account_uuid, row.preferences) == ("", None, {})
    page = anna.browser.get(anna.url("history/")).content.decode()
    assert "took out the name of" in page
    assert number in page
    assert name not in page

    with inside(anna.instance):
        Member.objects.filter(pk=id).update(name=name, email=email)
        assert erasing.erase([erasing.Piece("members.Member", id)]) == 1
        assert Member.objects.get(pk=id).name == number
    answer = anna.browser.htmx("post", anna.url(f"colleagues/{id}/return/"))
    assert answer.status_code == 422


def test_nobody_who_works_here_loses_their_name(anna, bruno):
    answer = anna.browser.htmx("post", anna.url(f"colleagues/{bruno.member_id}/forget/"))
    assert answer.status_code == 422
    assert "works here" in answer["HX-Trigger"]
    assert bruno.member.name


def test_only_an_owner_takes_a_name_out_and_only_at_home(anna, bruno, carla, rita):
    anna.browser.post(anna.url(f"colleagues/{bruno.member_id}/leave/"))
    name = bruno.member.name

    for person, url in ((carla, anna.url), (rita, anna.url), (rita, rita.url)):
        assert person.browser.post(url(f"colleagues/{bruno.member_id}/forget/")).status_code in (403, 404)
    assert bruno.member.name == name

"""What an auditor asks for leaves a line: in the trail of the database it happened in, or in the register of our own staff."""

import ast
import inspect
import re
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.staff import urls as staff_urls
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import trail
from pivotino.instance.history.models import Trail
from pivotino.instance.history.recording import record
from pivotino.instance.history.views.trails import WORDS
from pivotino.instance.lifecycle import colleagues
from pivotino.instance.lifecycle import keeping as settings_of_it
from pivotino.instance.members.models import Member, Role
from pivotino.instance.members.queries import company, today
from pivotino.instance.pipeline.models import LostReason, Opportunity
from pivotino.instance.subjects import erasing, keeping, wishing
from pivotino.instance.subjects.models import Due, Erasure, KeepingRule, Spared
from pivotino.jobs.testing import run_all
from pivotino.tenancy import inside
from tests.cast import Person

ROOT = Path(__file__).resolve().parents[2] / "pivotino"

# Events of these verbs leave a line by themselves. Each stands in the program as it stands here.
FOLLOWED = [
    "member.invited", "member.joined", "member.declined", "member.withdrawn", "member.role_changed", "member.left", "member.returned", "member.forgotten",
    "company.changed", "company.arrived", "stage.added", "stage.changed", "rate.set", "rate.removed", "lost_reason.added",
    "sensitive.changed", "sensitive.taught", "sensitive.untaught", "sensitive.tidied", "import.applied", "import.taken_back",
    "contact.removed", "contact.restored", "contact.restricted", "contact.unrestricted", "opportunity.removed", "opportunity.restored",
    "sweep.done", "sweep.undone", "keeping_rule.set", "keeping_rule.ended", "audience.made", "mailing_sender.changed", "mailing_stop.lifted",
]  # fmt: skip


def _remove(by: Member) -> None:
    Contact.add("Ada", by=by, kind="person").remove(by=by)


def _restrict(by: Member) -> None:
    wishing.restrict(Contact.add("Ada", by=by, kind="person"), why="They asked", by=by)


def _erase(by: Member) -> None:
    row = erasing.begin(Contact.add("Ada", by=by, kind="person"), blanked=[], by=by)
    Erasure.objects.filter(pk=row.pk).update(goes_at=timezone.now() - timedelta(days=1))
    erasing.go_on()


def _sweep(by: Member) -> None:
    _announced(by)
    Due.objects.update(goes_on=today())
    for rule in KeepingRule.objects.all():
        keeping.sweep(rule)


def _announced(by: Member) -> Due:
    lost = Opportunity.open("Roof", by=by)
    lost.lose(reason=LostReason.objects.first(), by=by)
    Opportunity.objects.filter(pk=lost.pk).update(closed_at=timezone.now() - timedelta(days=90))
    keeping.set_rule("lost", 1, by=by)
    return Due.objects.get()


def _spare_no_more(by: Member) -> None:
    keeping.spare(_announced(by), by=by)
    keeping.spare_no_more(Spared.objects.get().record_id, by=by)


INSIDE: dict[str, Callable[[Member], Any]] = {
    "contact.removed": _remove,
    "contact.restricted": _restrict,
    "erasure.asked": lambda by: erasing.begin(Contact.add("Ada", by=by), blanked=[], by=by),
    "erasure.done": _erase,
    "keeping.swept": _sweep,
    "keeping.spared": lambda by: keeping.spare(_announced(by), by=by),
    "keeping.let_go": _spare_no_more,
    "keeping_rule.set": lambda by: keeping.set_rule("lost", 12, by=by),
    "rate.set": lambda by: settings_of_it.add_rate("USD", Decimal("4.2"), today(), by=by),
    "member.role_changed": lambda by: colleagues.change_role(Member.objects.exclude(pk=by.pk).first(), Role.OWNER, by=by),  # type: ignore[arg-type]
    "member.left": lambda by: colleagues.end(Member.objects.exclude(pk=by.pk).first(), by=by),  # type: ignore[arg-type]
    "opportunity.removed": lambda by: Opportunity.open("Roof", by=by).remove(by=by),
}  # fmt: skip

# What a Business Owner does to the database from outside of it: where, what is posted.
OUTSIDE: dict[str, tuple[str, dict[str, str]]] = {
    "export.asked": ("export/", {}),
    "backup.asked": ("backups/new/", {}),
    "second_step.released": ("people/second-step/", {}),
    "password.anew_asked": ("people/{bruno}/new-password/", {}),
    "helpdesk.kept_out": ("support-sessions/access/", {"access": "off"}),
    "helpdesk.may_ask": ("support-sessions/access/", {"access": "on"}),
    "leaving.begun": ("leave/now/", {"name": "Atap Suria Sdn Bhd"}),
}


@pytest.mark.parametrize("verb", FOLLOWED)
def test_an_event_an_auditor_asks_for_leaves_a_line(anna: Person, verb: str) -> None:
    assert any(
        f'"{verb}"' in path.read_text() or f"{verb.split('.')[0]}." in path.read_text()
        for path in ROOT.glob("instance/*/**/*.py")
    )
    with inside(anna.instance):
        record(verb, company(), by=anna.member)

        [row] = Trail.objects.all()
        assert (row.what, row.by, row.by_id) == (verb, "Nurul Anna", anna.member_id)


@pytest.mark.parametrize("what", INSIDE)
def test_a_deed_inside_a_database_leaves_a_line(anna: Person, bruno: Person, what: str) -> None:
    with inside(anna.instance):
        INSIDE[what](anna.member)

        rows = Trail.objects.filter(what=what)
        assert [row.by for row in rows] == ["A rule" if what in ("keeping.swept", "erasure.done") else "Nurul Anna"]
        assert trail.verify()


@pytest.mark.parametrize("what", OUTSIDE)
def test_what_an_owner_does_to_the_database_from_outside_leaves_a_line_in_it(
    anna: Person, bruno: Person, what: str
) -> None:
    anna.take_seat(), bruno.take_seat()
    session = anna.browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    path, posted = OUTSIDE[what]

    answer = anna.browser.post(f"/my/databases/{anna.instance.slug}/{path.format(bruno=bruno.account.pk)}", posted)

    assert answer.status_code == 302, answer.content
    run_all()
    with inside(anna.instance):
        assert [(row.by, row.by_id) for row in Trail.objects.filter(what=what)] == [("Nurul Anna", anna.member_id)]


def test_what_is_told_reads_as_a_sentence() -> None:
    assert [what for what in [*FOLLOWED, *INSIDE, *OUTSIDE] if what not in WORDS] == []


# ---------- ours ----------

# What writes a deed, by its name in a view of the console; and views that change nothing of anybody, with the reason.
KEEPERS = re.compile(
    r"\b_deed\(|\bDeed\.objects\.keep\(|\blegal\.keep\(|\b(actions|legal|campaigns)\.do\(|(?<![.\w])do\(|\bcalling\.\w+\("
)
DRAFT, OURS = "a draft: what is done with it is a deed", "words of ours, about nobody"
NO_DEED = {
    "staff/campaigns/new/": DRAFT, "staff/campaigns/<uuid:id>/letter/": DRAFT, "staff/campaigns/<uuid:id>/audience/": DRAFT,
    "staff/disclosures/<uuid:id>/items/new/": DRAFT, "staff/disclosures/<uuid:id>/items/<uuid:item>/": DRAFT,
    "staff/macros/new/": OURS, "staff/macros/<uuid:id>/": OURS, "staff/macros/<uuid:id>/remove/": OURS,
}  # fmt: skip


def _views() -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in staff_urls.urlpatterns:
        yield str(pattern.pattern), inspect.unwrap(pattern.callback)


def _changes(view: Callable[..., Any]) -> bool:
    tree = ast.parse(textwrap.dedent(inspect.getsource(view)))
    return any("POST" in ast.unparse(one) for node in tree.body for one in getattr(node, "decorator_list", ()))


def test_every_page_of_the_console_that_changes_something_keeps_a_deed() -> None:
    found = {name: view for name, view in _views() if inspect.isfunction(view) and _changes(view)}
    assert len(found) > 25
    silent = [name for name, view in found.items() if not _keeps(view, 3)]
    assert set(silent) == set(NO_DEED), "\n".join(sorted(silent))


def _keeps(view: Callable[..., Any], deep: int) -> bool:
    """True where it, or what it calls in its own file, writes a deed."""
    source = inspect.getsource(view)
    if KEEPERS.search(source):
        return True
    names = {
        node.func.id
        for node in ast.walk(ast.parse(textwrap.dedent(source)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    near = [view.__globals__[name] for name in names if inspect.isfunction(view.__globals__.get(name))]
    return deep > 0 and any(
        _keeps(inspect.unwrap(one), deep - 1) for one in near if one.__module__.startswith("pivotino.control.staff")
    )

"""Every link to somebody else's host says so, tells that host nothing of ours, and gives it no hold on our page."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity
from pivotino.letters.letter import _rich
from pivotino.tenancy import inside
from tests.cast import Browser, Person
from tests.control.staff.conftest import with_second_step
from tests.control.website.pages import Page, Tag
from tests.house import walk, world

ROOT = Path(__file__).resolve().parent.parent.parent / "pivotino"
# Letters are read in a mail program, which is nobody's page.
PAGES = sorted(
    path
    for path in ROOT.glob("**/templates/**/*.html")
    if "letters" not in path.parts[-2:] and path.parts[-4] != "letters"
)
WRITTEN_OUT = re.compile(r'<a\b[^>]*\bhref="\s*(?:https?:)?//')
OWN_WAY_OUT = re.compile(r'rel="[^"]*(?:noopener|noreferrer|external)')
# What holds an address on somebody else's host. Whoever shows one uses `ui.outside`, or `outside=true` on a button.
THEIRS = re.compile(r"(?:\.website|pay_at|visit\.url|hosted_url|homepage)\b")
SAFE = {"external", "noopener", "noreferrer"}
LINKS = "Their menu: https://menu.kopi.example/today. And www.roofs.example, too."
THERE = {"https://menu.kopi.example/today", "https://www.roofs.example"}


def unmarked(page: str) -> list[str]:
    return [link.get("href") for link in Page(page).leaving if not is_marked(link)]


def is_marked(link: Tag) -> bool:
    told = "leaves Pivotino" in link.text and set(link.get("rel").split()) >= SAFE
    return told and link.get("referrerpolicy") == "no-referrer"


@pytest.mark.promise("P30", "P38")
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_writes_a_way_out_of_its_own(path: Path) -> None:
    source = path.read_text()

    assert WRITTEN_OUT.findall(source) == [], "use ui.outside"
    if path.name != "parts.html":
        assert OWN_WAY_OUT.findall(source) == [], "use ui.outside"
    assert [call for call in bare_links(_rich(), source) if THEIRS.search(call)] == []


def bare_links(templates: Environment, source: str) -> list[str]:
    """What stands in an href without `ui.outside`, and in buttons that do not say `outside`."""
    found = re.findall(r'href="\{\{(.*?)\}\}"', source)
    for call in templates.parse(source).find_all(nodes.Call):
        name = getattr(call.node, "attr", getattr(call.node, "name", ""))
        if name in ("link_button", "chip", "tag", "option") and "outside" not in [pair.key for pair in call.kwargs]:
            targets = [*call.args[1:2], *(pair.value for pair in call.kwargs if pair.key == "href")]
            found += [dotted(target) for target in targets]
    return found


def dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{dotted(node.node)}.{node.attr}"
    return str(getattr(node, "name", ""))


def test_the_rule_sees_a_bare_link_and_a_bare_button() -> None:
    both = '<a href="{{ contact.website }}">x</a>{{ ui.link_button("Pay", bill.pay_at) }}{{ ui.link_button("Pay", a.pay_at, outside=true) }}'

    assert [call.strip() for call in bare_links(_rich(), both) if THEIRS.search(call)] == [
        "contact.website",
        "bill.pay_at",
    ]
    assert unmarked('<a href="https://a.example">x</a><a href="/x">y</a><a href="mailto:a@b.example">z</a>') == [
        "https://a.example"
    ]


@pytest.fixture
def written(anna: Person) -> dict[str, Any]:
    """Every record carries addresses that people typed."""
    records = world.records(anna)
    with inside(anna.instance):
        me = anna.member
        card = Opportunity.objects.get(pk=records["opportunity"])
        card.edit(by=me, version=card.version, notes=LINKS)
        card.write_note(LINKS, by=me)
        Activity.plan(card, kind="call", by=me, due_on=today(), summary="Look at it", note=LINKS)
        contact = Contact.objects.get(pk=records["contact"])
        contact.edit(by=me, version=contact.version, notes=LINKS, website="https://bukit.example/raja")
    return records


@pytest.mark.promise("P30", "P38")
def test_inside_every_address_people_typed_is_a_marked_link(anna: Person, written: dict[str, Any]) -> None:
    seen: set[str] = set()
    for route in walk.routes():
        if route.plane != "instance" or "live" in route.path:
            continue
        ids = {name: kind if kind != "?" else "random" for name, kind in route.guess().items()}
        answer = anna.browser.get(anna.url(route.address(ids, written)))
        if (
            answer.status_code == 200
            and answer.headers.get("content-type", "").startswith("text/html")
            and not answer.streaming
        ):
            page = answer.content.decode()
            assert unmarked(page) == [], route.path
            seen |= {link.get("href") for link in Page(page).leaving}
    assert {*THERE, "https://bukit.example/raja"} <= seen


@pytest.mark.promise("P30", "P38")
def test_outside_every_link_to_another_host_is_marked(anna: Person) -> None:
    anna.take_seat()
    anna.account.is_staff = True
    anna.account.save()
    signed_in, anybody = with_second_step(anna.account), Browser("anybody")
    seen: set[str] = set()
    for route in walk.routes():
        if route.plane == "instance" or route.path.startswith("_dev/") or "sandbox" in route.path:
            continue
        address = f"/{route.address({name: '=atap-suria' if name == 'slug' else kind for name, kind in route.guess().items()}, world.nothing())}"
        for browser in (signed_in, anybody):
            answer = browser.get(address)
            if (
                answer.status_code == 200
                and answer.headers.get("content-type", "").startswith("text/html")
                and not answer.streaming
            ):
                assert unmarked(answer.content.decode()) == [], address
                seen |= {link.get("href") for link in Page(answer.content.decode()).leaving}
                assert answer.headers["Referrer-Policy"] == "same-origin", address
    assert seen, "the register of helpers links to their pages"

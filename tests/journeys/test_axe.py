"""Every page, light and dark, wide and narrow: nothing for axe to find, no error, nothing from elsewhere, nothing cut off."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, ROOT, Site, Visitor, open_window, until

SHEET = "deal,company,stage,amount\n" + "".join(
    f"Roof {number},Company {number % 5},{'New' if number % 3 else 'Odd word'},{number * 10}\n"
    for number in range(1, 31)
)
WATCH = "window.broken = []; document.addEventListener('securitypolicyviolation', e => window.broken.push(e.violatedDirective + ' ' + e.blockedURI))"
# Texts of one card that lie on each other.
OVERLAPS = """() => [...document.querySelectorAll('#board .card')].flatMap(card => {
  const walk = document.createTreeWalker(card, NodeFilter.SHOW_TEXT), found = []
  while (walk.nextNode()) {
    if (!walk.currentNode.data.trim() || walk.currentNode.parentElement.closest('.hush')) continue
    const range = document.createRange(); range.selectNodeContents(walk.currentNode)
    const clip = { right: innerWidth, bottom: 1e6 }
    for (let e = walk.currentNode.parentElement; e !== card; e = e.parentElement) {
      if (getComputedStyle(e).overflow === 'visible') continue
      const box = e.getBoundingClientRect()
      clip.right = Math.min(clip.right, box.right); clip.bottom = Math.min(clip.bottom, box.bottom)
    }
    for (const r of range.getClientRects()) {
      const right = Math.min(r.right, clip.right), bottom = Math.min(r.bottom, clip.bottom)
      if (right - r.left > 1 && bottom - r.top > 1) found.push([r.left, right, r.top + 3, bottom - 3, walk.currentNode])
    }
  }
  return found.flatMap((a, i) => found.slice(i + 1).filter(b => a[4] !== b[4] && a[0] + 1 < b[1] && b[0] + 1 < a[1] && a[2] < b[3] && b[2] < a[3])
    .map(b => a[4].data.trim().slice(0, 30) + ' lies on ' + b[4].data.trim().slice(0, 30)))
})"""
OUTSIDE = [
    "/", "/how-it-works/", "/prices/", "/our-story/", "/contact/", "/security/", "/privacy/", "/privacy/versions/", "/terms/", "/promises/",
    "/get-started/", "/sign-in/", "/forgot-password/", "/sign-in/code/", "/join/?pass=garbled", "/verify/garbled/", "/@unknown/", "/gallery/",
]  # fmt: skip
INSIDE = [
    "board/", "board/?text=bukti", "board/?next=overdue", "board/?text=solar&order=hand", "activities/", "today/", "people/", "people/?kind=person",
    "people/?q=solar", "people/new/", "people/{person}/", "people/{person}/edit/", "opportunities/{card}/", "opportunities/{card}/moves/", "history/",
    "search/?q=solar", "settings/company/", "settings/days/", "settings/stages/", "settings/lost-reasons/", "settings/rates/", "settings/me/",
    "settings/seeing/", "colleagues/", "colleagues/invite/", "set-up/", "set-up/next/", "sample/", "import/", "more/",
]  # fmt: skip


@pytest.fixture(scope="module")
def scene(site: Site, chrome: Any, tmp_path_factory: Any) -> dict[str, Any]:
    """The busy world, somebody on the way in, and an import at each of its steps."""
    told: dict[str, Any] = site.do("busy_world")
    for visitor in open_window(chrome, site, DESK):
        told |= on_the_way_in(visitor, site)
    for visitor in open_window(chrome, site, DESK):
        told |= imports(visitor, told, tmp_path_factory.mktemp("sheets") / "list.csv")
    return told


def on_the_way_in(visitor: Visitor, site: Site) -> dict[str, Any]:
    page = visitor.page
    page.goto("/get-started/")
    for label, text in (("First name", "Mei"), ("Last name", "Tan"), ("Company", "Kedai Kopi"), ("Work email", "mei@axe.example"),
                        ("Mobile number", "12-345 0188")):  # fmt: skip
        page.get_by_label(label).fill(text)
    page.get_by_label(re.compile("I agree")).check()
    page.get_by_label(re.compile("13 or older")).check()
    page.get_by_role("button", name="Make my board").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    thanks = page.url
    link = next(link for link in site.letter("mei@axe.example")["links"] if "/verify/" in link)
    page.goto(link)
    assert visitor.axe() == []
    page.get_by_role("button", name="Yes, make my database").click()
    page.get_by_text("Your password is in the mail").wait_for(timeout=30_000)
    first = re.search(r"First password: (\S+)", site.letter("mei@axe.example", matching="welcome")["text"])
    return {"way": [thanks, link, page.url], "first": first[1] if first else ""}


def imports(visitor: Visitor, told: dict[str, Any], sheet: Path) -> dict[str, Any]:
    page = visitor.page
    visitor.sign_in(told["sessions"]["anna"]["session"])
    found = []
    for step in range(3):
        sheet.write_text(SHEET.replace("Roof", f"Roof {step}"))
        page.goto("/@atap-suria/import/")
        page.locator("input[type=file]").set_input_files(sheet)
        page.get_by_role("button", name="Read the file").click()
        page.get_by_role("heading", name="Columns").wait_for()
        if step > 0:
            page.get_by_role("button", name="See what would change").click()
            page.get_by_text("rows are new").first.wait_for()
        if step > 1:
            page.get_by_role("button", name=re.compile("Take in")).click()
            page.get_by_text("came new").wait_for()
        found.append(page.url)
    return {"imports": found}


def opened(page: Any) -> Iterator[str]:
    """What opens on the board, one after another; each is called by its name while it is open."""
    page.goto("/@atap-suria/board/")
    until(page, "() => customElements.get('pv-board') && document.querySelector('#board .card')")
    page.keyboard.press("v")
    yield "the view menu"
    page.keyboard.press("Escape")
    if page.viewport_size["width"] < 768:  # under a thumb the bar opens by its button
        page.get_by_role("button", name="Search", exact=True).click()
    else:
        page.keyboard.press("Control+k")
    page.locator("#command input").fill("sol")
    page.wait_for_timeout(300)
    yield "the command bar"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Roof RM 12k call tomorrow")
    page.wait_for_timeout(400)
    yield "the quick line"
    page.keyboard.press("Escape")
    page.locator("#board .card .card__title a").first.focus()
    page.keyboard.press("l")
    page.get_by_role("heading", name="Why was it lost?").wait_for()
    page.wait_for_timeout(350)
    yield "the question why"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_timeout(200)
    yield "the list of keys"
    page.keyboard.press("Escape")
    page.locator("#board .card .card__title a").first.focus()
    page.keyboard.press("Enter")
    page.locator("dialog.sheet .sheet__title").wait_for()
    page.wait_for_timeout(450)
    yield "the sheet"


def refused(page: Any, path: str, field: str) -> None:
    """Send an empty form past the browser's own checks, and stay on what it answers."""
    page.goto(path)
    page.locator(f"form:has([name={field}])").first.evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    page.locator(".form-errors").wait_for()


def walk(visitor: Visitor, told: dict[str, Any], look: Callable[[str], None]) -> None:
    """Every page once; `look` is called on each."""
    page = visitor.page
    page.set_default_timeout(10_000)
    for path in [*OUTSIDE, *told["way"]]:
        page.goto(path)
        look(path)
    refused(page, "/get-started/", "company")
    look("/get-started/ with errors")
    visitor.sign_in(told["sessions"]["anna"]["session"])
    for path in [
        *(f"/@atap-suria/{path.format(**{name: told[name] for name in ('person', 'card')})}" for path in INSIDE),
        *told["imports"],
        "/my/?all",
        "/my/security/",
        "/my/account/",
    ]:
        page.goto(path)
        look(path)
    refused(page, "/@atap-suria/people/new/", "company_name")
    look("a contact with errors")
    page.goto("/@atap-suria/colleagues/invite/")
    page.locator("textarea").fill("Siti <siti@b.example>")
    page.locator("main form button").first.click()
    page.get_by_text("siti@b.example").first.wait_for()
    look("the letter of an invitation")
    for name in opened(page):
        look(name)
    visitor.sign_in(told["sessions"]["bruno"]["session"])
    page.goto("/@atap-suria/settings/company/")
    look("a door that is shut")
    visitor.sign_in(told["sessions"]["rita"]["session"])
    page.goto("/@zenit/board/")
    look("the first board")


def looking(visitor: Visitor, wrong: list[str], *, rules: str) -> Callable[[str], None]:
    """Looks at one page with axe and by its width, and notes what is wrong."""
    axe = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text() + "; 0"

    def look(name: str) -> None:
        page = visitor.page
        page.evaluate(
            "() => Promise.allSettled(document.getAnimations().filter(a => a.effect.getTiming().iterations !== Infinity).map(a => a.finished))"
        )
        page.evaluate(axe)
        found = page.evaluate(
            f"axe.run({rules}).then(r => r.violations.map(v => [v.id, v.nodes.map(n => [String(n.target), n.failureSummary.slice(0, 160)])]))"
        )
        wrong.extend(
            f"{name}: {rule} at {place}: {' '.join(why.split())}" for rule, nodes in found for place, why in nodes[:3]
        )
        note_width(visitor, name, wrong)
        wrong.extend(f"{name}: the policy refused {what}" for what in page.evaluate("window.broken"))
        wrong.extend(
            f"{name}: {error}" for error in visitor.errors if not re.search("status of 4(0[0-9]|10|22)", error)
        )
        visitor.errors.clear()

    return look


def note_width(visitor: Visitor, name: str, wrong: list[str]) -> None:
    wide, there = visitor.page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    if wide > there:
        wrong.append(f"{name}: {wide} px wide in a window of {there}")


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_shut_out_of_a_page(chrome: Any, site: Site, scene: dict[str, Any], theme: str, size: str) -> None:
    # What is dark differs in colours only; those are looked at again.
    rules = (
        "{resultTypes: ['violations']}"
        if theme == "light"
        else "{runOnly: ['color-contrast'], resultTypes: ['violations']}"
    )
    more = {} if size == "desk" else {"has_touch": True, "is_mobile": True}
    wrong: list[str] = []
    for visitor in open_window(
        chrome, site, DESK if size == "desk" else PHONE, color_scheme=theme, reduced_motion="reduce", **more
    ):
        visitor.page.add_init_script(WATCH)
        walk(visitor, scene, looking(visitor, wrong, rules=rules))

    assert wrong == [], "\n".join(wrong)


def test_nothing_runs_out_of_the_window_however_narrow_or_wide(chrome: Any, site: Site, scene: dict[str, Any]) -> None:
    wrong: list[str] = []
    for visitor in open_window(chrome, site, {"width": 1440, "height": 900}, reduced_motion="reduce"):

        def look(name: str, visitor: Visitor = visitor) -> None:
            for width in (320, 2560):
                visitor.page.set_viewport_size({"width": width, "height": 800})
                note_width(visitor, name, wrong)
                if name.endswith("/board/"):
                    wrong.extend(f"{name} at {width}: {what}" for what in visitor.page.evaluate(OVERLAPS))
            visitor.page.set_viewport_size({"width": 1440, "height": 900})

        walk(visitor, scene, look)

    assert wrong == [], "\n".join(wrong)


def test_choosing_a_first_password_is_for_everybody(desk: Visitor, scene: dict[str, Any]) -> None:
    page = desk.page
    page.goto("/sign-in/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill("mei@axe.example")
    page.locator("input[type=password]").first.fill(scene["first"])
    page.get_by_role("button", name=re.compile("log in|sign in", re.IGNORECASE)).first.click()
    page.get_by_role("heading", name="Choose your own password").wait_for()

    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert desk.axe() == []
    assert desk.errors == []

"""The people a company keeps data about: a rule, what it takes, one that is kept, and one person erased; by keyboard."""

from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor, open_window
from tests.journeys.test_consent import press

SIZES = pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])


def write(page: Any, label: str, words: str) -> None:
    """Come to a field by Tab and type."""
    field = page.get_by_label(label, exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if field.evaluate("one => one === document.activeElement"):
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(words)
            return
    raise AssertionError(f"Tab never came to {label}")


def enter(visitor: Visitor) -> str:
    anna = visitor.site.do("cast_of_two")["anna"]
    visitor.sign_in(anna["session"])
    return str(anna["url"])


@pytest.mark.promise("P33", "A54")
def test_a_rule_is_set_one_is_kept_and_what_went_is_explained(desk: Visitor) -> None:
    page, home = desk.page, enter(desk)
    desk.site.do("old_people", ["Goner Tan", "Keeper Lim"], 6)

    page.goto(f"{home}settings/keeping/")
    press(page, "Set: Contacts nobody touched")
    write(page, "Goes after", "60")
    press(page, "See what would go")
    seen = page.inner_text("main")
    assert "2 are older than that today" in seen and "What went cannot be brought back" in seen
    press(page, "Let them go after 60 months")
    assert "2 records announced" in page.inner_text("main")
    page.goto(f"{home}settings/keeping/going/")
    press(page, "Keep Keeper Lim")
    assert "Kept by Nurul Anna" in page.inner_text("#kept")

    assert desk.site.do("two_weeks_of_keeping_pass") == 1
    page.reload()

    seen = page.inner_text("main")
    assert "Goner Tan" not in seen and "Keeper Lim" in seen
    assert "Older than 60 months" in seen
    page.goto(f"{home}people/?kind=person&q=Goner")
    assert "Goner Tan" not in page.inner_text("main")


@pytest.mark.promise("A49")
def test_one_person_is_erased_with_a_certificate(desk: Visitor) -> None:
    page, home = desk.page, enter(desk)
    made = desk.site.do("old_people", ["Leaver Wong"], 1)
    page.goto(f"{home}people/{made['Leaver Wong']}/")
    press(page, "About this person")
    assert "leaver@old.example" in page.inner_text("main")
    press(page, "Erase")
    write(page, "Type the name to be sure", "Leaver Wong")
    press(page, "Erase in 3 days")
    assert "Until then nothing is touched" in page.inner_text("main")
    desk.site.do("two_weeks_of_keeping_pass")
    page.reload()

    assert "Certificate of erasure" in page.inner_text("h1")
    assert "Leaver" not in page.inner_text("main")
    page.goto(f"{home}people/{made['Leaver Wong']}/")
    assert "Leaver" not in page.inner_text("body")


@SIZES
def test_nothing_on_these_pages_is_out_of_reach(chrome: Any, site: Site, size: Any, scheme: str) -> None:
    for visitor in open_window(chrome, site, size, color_scheme=scheme):
        home = enter(visitor)
        one = site.do("old_people", ["Reach Ong"], 3)["Reach Ong"]
        paths = ["settings/keeping/", "settings/keeping/contacts/?months=24", "settings/keeping/going/", "requests/", "requests/new/",
                 f"people/{one}/about/", f"people/{one}/erasure/", f"people/{one}/source/", f"people/{one}/consents/new/"]  # fmt: skip
        for path in [*(f"{home}{path}" for path in paths), "/privacy/keeping/"]:
            visitor.page.goto(path)

            assert visitor.axe() == [], path
            assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

"""The whole life of a customer, in a real browser against the real server, its worker, and the provider that plays.

The provider's clock is moved on its own page. The product's clock is real. Where days must pass in the product, the dates of
this one customer go back by as many days (`worlds.trial_is_over`, `worlds.days_of_leaving_pass`) and the product's own schedule
looks at them; what follows is the worker's. For the upgrade the server is stopped, and started again from a newer release:
the same code with one migration more, in a folder of its own. That release also opens the file on the laptop.
Nothing waits for a time, everything for a state. Every page on the way is looked at by axe. With
PIVOTINO_JOURNEY_PICTURES=folder a picture of each is kept, at 1440 and at 390 px.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.control.upgrades import release
from tests.journeys.conftest import DESK, PHONE, ROOT, Site, Visitor, open_window, running, wait_until

ADDRESS = "maria@lim-roofing.example"
COMPANY, SLUG = "Lim Roofing", "lim-roofing"
PASSWORD = "purple kettle sings at noon 42"
HOME = f"/my/databases/{SLUG}/"
BOARD = f"/@{SLUG}/board/"
PATIENCE = 90_000
PICTURES = os.environ.get("PIVOTINO_JOURNEY_PICTURES", "")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site of its own: the clock of its provider runs ahead, and it has a second bucket."""
    with running("life", second_bucket=True, PIVOTINO_UPGRADE_AT_START="false") as site:
        yield site


@pytest.fixture
def desk(chrome: Any, site: Site) -> Iterator[Visitor]:
    """A window that may also go to the provider, and is patient where the machine is slow."""
    expect.set_options(timeout=PATIENCE)
    for visitor in open_window(chrome, site, DESK):
        visitor.page.set_default_timeout(PATIENCE)
        yield visitor
        visitor.foreign[:] = [url for url in visitor.foreign if not url.startswith(provider_of(site))]
    expect.set_options(timeout=5_000)


def provider_of(site: Site) -> str:
    """Where the sandbox of this site is."""
    here = urlsplit(site.url)
    return f"http://{here.hostname}:{(here.port or 0) + 1}"


@dataclass
class Life:
    """One customer: a window, the site, and what has been read and seen so far."""

    visitor: Visitor
    site: Site
    read: set[str] = field(default_factory=set)
    looked: int = 0

    @property
    def page(self) -> Page:
        page: Page = self.visitor.page
        return page

    @property
    def provider(self) -> str:
        return provider_of(self.site)

    def look(self, name: str) -> None:
        """Nothing is wrong with this page for those who cannot see it; nothing is wider than a phone."""
        self.page.wait_for_load_state()
        self.page.locator("main h1").first.wait_for(state="attached")
        assert self.visitor.axe() == [], name
        self.looked += 1
        for size, width in ((PHONE, 390), (DESK, 1440)):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            if PICTURES:
                self.page.screenshot(path=f"{PICTURES}/{self.looked:02}-{name}-{width}.png", full_page=True)

    def letter(self, matching: str) -> dict[str, Any]:
        """The next letter with this subject that was not read yet."""
        found: list[dict[str, Any]] = []

        def came() -> bool:
            fresh = [row for row in self.site.letters(ADDRESS) if f"{row['at']}{row['subject']}" not in self.read]
            found[:] = [row for row in fresh if re.search(matching, row["subject"])]
            return bool(found)

        wait_until(self.page, came, seconds=180)
        self.read.add(f"{found[0]['at']}{found[0]['subject']}")
        if PICTURES:
            Path(f"{PICTURES}/letter-{len(self.read):02}.txt").write_text(
                found[0]["subject"] + "\n\n" + found[0]["text"]
            )
        return found[0]

    def goes(self, where: str, until: str) -> None:
        """Look again until a sentence stands there: what the provider or the worker does comes by itself."""

        def there() -> bool:
            self.page.goto(where)
            return self.page.get_by_text(until).count() > 0

        wait_until(self.page, there, seconds=180)

    def prove(self) -> None:
        """The password once more."""
        expect(self.page).to_have_url(re.compile("/my/security/again/"))
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.locator("main form button[type=submit], main form button:not([type])").first.click()

    def an_hour_passes(self) -> None:
        key = next(cookie["value"] for cookie in self.page.context.cookies() if cookie.get("name") == "pv_session")
        self.site.do("signed_in_long_ago", key)


@pytest.mark.promise("P12", "A52", "A53")
def test_the_life_of_a_customer(desk: Visitor, site: Site, chrome: Any, tmp_path: Path) -> None:
    life = Life(desk, site)

    begin(life)
    let_the_trial_end(life)
    pay(life)
    add_a_seat(life)
    let_the_renewal_fail(life)
    pay_after_all(life)
    try_the_new_version_and_take_it(life, tmp_path)
    move_to_another_bucket(life)
    leave(life)
    read_only_inside(life)
    file = take_everything_out(life, tmp_path)
    counts = counts_on_the_board(life.page, life.site.url + BOARD)
    come_back(life)
    leave(life)
    certificate = be_erased(life)
    find_nothing_left(life, certificate)
    open_on_a_laptop(life, chrome, file, counts, tmp_path)
    open_again_elsewhere(life, file, counts)

    assert desk.errors == []


def begin(life: Life) -> None:
    """A stranger signs up, skips the questions and takes the sample to look around."""
    page = life.page
    register(life, COMPANY)
    page.get_by_role("button", name="Skip all four").click()
    page.get_by_role("button", name="Add the sample").wait_for()
    life.look("what-first")
    page.get_by_role("button", name="Add the sample").click()
    expect(page.get_by_role("button", name="Add the sample")).to_have_count(0)
    page.goto(BOARD)
    life.look("board")


def register(life: Life, company: str) -> None:
    """Sign up, prove the address, enter with the first password and choose one's own."""
    page = life.page
    page.goto("/get-started/")
    page.get_by_label("First name").fill("Maria")
    page.get_by_label("Last name").fill("Lim")
    page.get_by_label("Company").fill(company)
    page.get_by_label("Work email").fill(ADDRESS)
    page.get_by_label("Mobile number").fill("12-345 0187")
    page.get_by_label(re.compile("I agree")).check()
    page.get_by_label(re.compile("13 or older")).check()
    page.get_by_role("button", name="Make my board").click()
    expect(page.get_by_role("heading", name="Thank you, Maria Lim")).to_be_visible()
    life.look("thanks")
    page.goto(next(link for link in life.letter("mailbox")["links"] if "/verify/" in link))
    page.get_by_role("button", name="Yes, make my database").click()
    expect(page.get_by_text("Your password is in the mail")).to_be_visible()
    life.look("made")
    first = re.search(r"First password: (\S+)", life.letter("[Ww]elcome")["text"])
    assert first
    page.goto("/sign-in/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill(ADDRESS)
    page.locator("input[type=password]").first.fill(first[1])
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Use this password").click()
    page.wait_for_url(re.compile("/set-up/"))


def let_the_trial_end(life: Life) -> None:
    """The trial says its last day; after it the free plan goes on, and a letter says so."""
    page = life.page
    page.goto(HOME)
    expect(page.get_by_text("Valid until")).to_be_visible()
    life.look("trial")
    life.site.do("trial_is_over", SLUG)
    letter = life.letter("on the free plan now")
    assert "The trial ended on: " in letter["text"]
    page.goto(HOME)
    expect(page.locator(".billing__name")).to_have_text("Free")
    life.look("free")


def pay(life: Life) -> None:
    """A plan is chosen, its price seen, and paid at the provider; ours follows what stands there."""
    page = life.page
    page.get_by_role("link", name="Change the plan").click()
    page.get_by_role("button", name="Show what that costs").wait_for()
    life.look("plans")
    page.locator("input[name=plan][value=team-monthly]").check()
    page.get_by_label("For how many people").fill("2")
    page.get_by_role("button", name="Show what that costs").click()
    expect(page.get_by_role("heading", name="Due now")).to_be_visible()
    life.look("what-it-costs")
    page.get_by_role("button", name="Go to the payment page").click()
    page.wait_for_url(f"{life.provider}/pay/*")
    life.look("checkout")
    page.get_by_role("button", name="A card that works", exact=True).click()
    page.wait_for_url(f"{life.site.url}/payments/return/*")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    life.look("paid")
    page.get_by_role("link", name="Plan and billing").click()
    expect(page.locator(".billing__state")).to_contain_text("Active")
    life.look("active")
    assert "The next bill comes on: " in life.letter("The plan of .* has changed")["text"]
    life.letter("Your receipt")
    page.goto(f"{HOME}invoices/")
    life.look("invoices")


def add_a_seat(life: Life) -> None:
    """One seat more: what is due now and next stands there first, and is what happens."""
    page = life.page
    page.goto(f"{HOME}plan/")
    page.get_by_label("For how many people").fill("3")
    page.get_by_role("button", name="Show what that costs").click()
    due = page.locator(".billing__due strong").inner_text()
    life.look("one-seat-more")
    page.get_by_role("button", name="Change the plan").click()
    page.wait_for_url(f"**{HOME}")
    expect(page.get_by_text("1 of 3")).to_be_visible()
    life.letter("The plan of .* has changed")
    paid = life.letter("Your receipt")["text"]
    assert re.sub(r"\s", "", due) in re.sub(r"\s", "", paid)
    page.goto(f"{HOME}people/")
    life.look("people")


def let_the_renewal_fail(life: Life) -> None:
    """A month later the card is declined: a letter says every day that follows, and the page says the same."""
    page = life.page
    page.goto(HOME)
    page.get_by_role("button", name="How you pay").click()
    page.get_by_role("button", name="A card that works today and is declined later").click()
    expect(page.get_by_text("Now: A card that works today and is declined later")).to_be_visible()
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url(f"{life.site.url}{HOME}")
    page.goto(life.provider)
    page.get_by_role("button", name="31 days on").click()
    expect(page.get_by_text("31 days ahead")).to_be_visible()
    life.look("sandbox")
    said = life.letter("did not go through")["text"]
    assert all(words in said for words in ("Open amount: ", "Unpaid since: ", "Read-only from: ", "ends on: "))
    life.goes(HOME, "not paid.")
    life.look("behind")
    page.goto(BOARD)
    life.look("board-behind")


def pay_after_all(life: Life) -> None:
    """The open bill is paid, and everything is as before."""
    page = life.page
    page.goto(HOME)
    page.get_by_role("link", name="Pay now").click()
    page.wait_for_url(f"{life.provider}/bill/*")
    page.get_by_role("button", name="A card that works", exact=True).click()
    expect(page.get_by_text("Paid. Thank you.")).to_be_visible()
    life.letter("Nothing is owed")
    page.goto(HOME)
    expect(page.locator(".billing__state")).to_contain_text("Active")
    expect(page.get_by_role("link", name="Pay now")).to_have_count(0)
    life.look("paid-again")


def a_newer_release(folder: Path) -> Path:
    """The same code with one migration more."""
    for name in ("pivotino", "config", "docs", "build/static", "build/collected"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    more = (Path(release.__path__[0]) / "good" / "0099_more.py").read_text()
    more = more.replace("from tests.control.upgrades import release\n", "").replace(
        "release.NEWEST", repr(release.NEWEST)
    )
    (folder / "pivotino/instance/contacts/migrations/0099_more.py").write_text(more)
    return folder


def try_the_new_version_and_take_it(life: Life, folder: Path) -> None:
    """A release comes. It is tried on a copy, where nothing that is done touches the original; then the original gets it."""
    page, site = life.page, life.site
    page.get_by_role("link", name="Upgrade").click()
    expect(page.get_by_text("Your database has the newest version")).to_be_visible()
    life.look("newest")
    before = counts_on_the_board(page, site.url + BOARD)
    page.goto("about:blank")
    site.stop()
    site.root = a_newer_release(folder / "release")
    site.start()

    page.goto(f"{site.url}{HOME}upgrade/")
    expect(page.get_by_text("A newer version is ready")).to_be_visible()
    life.look("newer")
    page.get_by_role("button", name="Make a copy to try").click()
    expect(page.get_by_role("heading", name="Your copy to try")).to_be_visible()
    life.look("copy")
    page.get_by_role("link", name="Open the copy").click()
    expect(page.locator("#board")).to_be_visible()
    life.look("board-of-the-copy")
    copy = page.url
    assert f"/@{SLUG}--try/" in copy
    assert counts_on_the_board(page, copy) == before
    assert write(page, urlsplit(copy).path.removesuffix("board/"), "Only tried") == 200
    assert counts_on_the_board(page, copy) != before
    assert counts_on_the_board(page, site.url + BOARD) == before

    page.goto(f"{site.url}{HOME}upgrade/")
    page.get_by_role("button", name="Get the new version").click()
    expect(page.get_by_role("heading", name="Your database has the new version")).to_be_visible()
    life.look("upgraded")
    assert counts_on_the_board(page, site.url + BOARD) == before
    page.goto(f"{site.url}{HOME}upgrade/")
    page.get_by_role("button", name="Delete the copy now").click()
    expect(page.get_by_role("heading", name="Your copy to try")).to_have_count(0)
    page.get_by_role("button", name="All is well, delete the version before now").click()
    life.goes(f"{site.url}{HOME}upgrade/", "Went well")
    life.look("upgrade-over")


def write(page: Page, root: str, line: str) -> int:
    """Send what the quick line of the board sends; says what was answered."""
    told: int = page.evaluate(
        """async ([to, line]) => (await fetch(to, {method: 'POST', body: new URLSearchParams({line})})).status""",
        [f"{root}opportunities/", line],
    )
    return told


def move_to_another_bucket(life: Life) -> None:
    """Those who run this move the database; its owner sees how far it is, and finds everything at the same address."""
    page = life.page
    before = counts_on_the_board(page, life.site.url + BOARD)
    life.site.do("move_to", SLUG, "second")
    life.goes(f"{HOME}place/", "Your database has moved")
    life.look("moved")
    assert life.site.do("bucket_of", SLUG) == "second"
    assert counts_on_the_board(page, life.site.url + BOARD) == before


def take_everything_out(life: Life, folder: Path) -> Path:
    """Who leaves takes everything along in one file, after proving once more who they are."""
    page = life.page
    life.an_hour_passes()
    page.goto(f"{HOME}export/")
    life.look("export")
    page.get_by_role("button", name="Prove it is you, then prepare it").click()
    page.locator("input[type=password]").wait_for()
    life.look("prove")
    life.prove()
    page.get_by_role("button", name="Prepare the file").click()
    life.letter("export|file")
    page.goto(f"{HOME}export/")
    life.look("exported")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("^Download")).click()
    file = folder / "export.zip"
    waiting.value.save_as(file)
    return file


def counts_on_the_board(page: Page, board: str) -> dict[str, str]:
    """How many cards each stage has."""
    page.goto(board)
    counts: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.stage__head, .strip')].map((head) =>
            [head.querySelector('.stage__name, .strip__name').firstChild.textContent.trim(), head.querySelector('.count').textContent]))"""
    )
    assert counts
    return counts


def leave(life: Life) -> None:
    """Every date is said first; then the name, the password once more, and one letter with all of it."""
    page = life.page
    life.an_hour_passes()
    page.goto(f"{HOME}leave/")
    expect(page.get_by_role("heading", name="The dates, if you leave today")).to_be_visible()
    last_day = page.locator(".plain-rows dt").nth(3).inner_text()
    life.look("leave")
    page.locator("#id_name").fill(COMPANY)
    page.get_by_role("button", name="Leave", exact=True).click()
    life.prove()
    expect(page.get_by_role("heading", name="Come back")).to_be_visible()
    expect(page.get_by_text("30 days left.")).to_be_visible()
    life.look("leaving")
    assert f"{last_day}: The last day to come back" in life.letter("leaves: every date")["text"]


def read_only_inside(life: Life) -> None:
    """The board says what holds, everything can be read, and nothing can be changed."""
    page = life.page
    page.goto(BOARD)
    expect(page.locator(".banner")).to_be_visible()
    life.look("board-leaving")
    assert write(page, f"/@{SLUG}/", "Too late") in (423, 503)
    life.visitor.errors.clear()


def come_back(life: Life) -> None:
    """One click, and everybody works again."""
    page = life.page
    page.goto(f"{HOME}leave/")
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("heading", name="The dates, if you leave today")).to_be_visible()
    life.letter("stays")
    page.goto(BOARD)
    expect(page.locator(".banner")).to_have_count(0)
    life.goes(HOME, "Active, renews")
    life.look("back-again")


def be_erased(life: Life) -> str:
    """The reminders come, then the last day; the certificate comes by mail and is public. Says its address."""
    page = life.page
    life.site.do("days_of_leaving_pass", SLUG, 17)
    life.letter("^13 days left|^14 days left")
    life.site.do("days_of_leaving_pass", SLUG, 11)
    life.letter("^2 days left|^3 days left")
    page.goto(f"{HOME}leave/")
    life.look("three-days-left")
    life.site.do("days_of_leaving_pass", SLUG, 3)
    letter = life.letter("is erased: certificate")
    return str(next(link for link in letter["links"] if "/certificates/" in link))


def find_nothing_left(life: Life, certificate: str) -> None:
    """The address answers to nobody, the account is gone, nothing is billed, and the certificate is for everybody."""
    page = life.page
    gone = page.goto(BOARD)
    assert gone
    life.look("gone")
    page.context.clear_cookies()
    gone = page.goto(BOARD)
    life.look("gone-for-strangers")
    life.visitor.errors.clear()
    page.goto(certificate)
    expect(page.get_by_role("heading", name="Certificate of erasure")).to_be_visible()
    life.look("certificate")
    assert COMPANY not in page.content() and ADDRESS not in page.content()
    page.goto("/sign-in/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill(ADDRESS)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".form-errors, .field__error").first).to_be_visible()
    life.visitor.errors.clear()
    page.goto(life.provider)
    expect(page.get_by_text("canceled").first).to_be_visible()
    life.look("sandbox-after")


@contextmanager
def opened(file: Path, folder: Path, root: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """`pivotino open FILE` as its owner runs it on a laptop: where it answers. What it prints is in `said`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
    with open(folder / "said", "w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "pivotino", "open", str(file), "--port", str(port)], cwd=root, env=environment, stdout=said, stderr=said
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def open_on_a_laptop(life: Life, chrome: Any, file: Path, counts: dict[str, str], folder: Path) -> None:
    """What was taken out opens without us, with as many cards in each stage."""
    with opened(file, folder, life.site.root) as (root, program), chrome.new_context(viewport=DESK) as context:
        page = context.new_page()
        link: list[str] = []

        def is_ready() -> bool:
            said = (folder / "said").read_text()
            assert program.poll() is None, said
            link[:] = re.findall(r"http://\S+/opened/\S+", said)
            with socket.socket() as probe:
                return bool(link) and probe.connect_ex(("127.0.0.1", urlsplit(root).port)) == 0

        wait_until(page, is_ready, seconds=180)
        page.goto(link[0])
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/98-opened-1440.png")
        assert counts_on_the_board(page, f"{root}{BOARD}") == counts


def open_again_elsewhere(life: Life, file: Path, counts: dict[str, str]) -> None:
    """The same person begins anew, and the file fills the new database."""
    page = life.page
    register(life, "Lim Solar")
    home, board = "/my/databases/lim-solar/", "/@lim-solar/board/"
    page.goto(f"{home}export/import/")
    life.look("bring-in")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="What is in the file")).to_be_visible()
    life.look("what-is-in-it")
    page.get_by_role("button", name="Prove it is you, then put it in").click()
    life.prove()
    page.get_by_role("button", name="Put everything in").click()
    expect(page.get_by_text("Everything is in.")).to_be_visible()
    life.look("it-is-in")
    assert counts_on_the_board(page, life.site.url + board) == counts
    life.look("board-elsewhere")

"""Journeys: the real server with its worker, and a real browser that a stranger might use."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from pivotino.control.privacy.processors import processors
from pivotino.kit import egress
from tests.plugins import engines

ROOT = Path(__file__).resolve().parent.parent.parent
CAPTURING = Path(__file__).resolve().parent / "capturing"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
# To look for races: how much slower the browser's processor is, how many ms every answer is late, how often each journey runs.
SLOW, LATE, TIMES = (int(os.environ.get(f"PIVOTINO_JOURNEY_{name}", 0)) for name in ("SLOW", "LATE", "TIMES"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys run in one worker, beside one server."""
    for item in items:
        if "tests/journeys/" in str(item.path):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if TIMES > 1:
        metafunc.fixturenames.append("turn")
        metafunc.parametrize("turn", range(TIMES))


@dataclass
class Site:
    """A running Pivotino with empty databases of its own."""

    url: str
    environment: dict[str, str]
    server: "subprocess.Popen[bytes] | None" = None
    root: Path = ROOT

    def start(self) -> None:
        """Serve, with the worker and the sandbox, until stopped."""
        with (Path(self.environment["PIVOTINO_VAR"]) / "server.log").open("a") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "pivotino", "serve", "--port", str(urlsplit(self.url).port)],
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_for(self.url, self.server, Path(log.name))

    def stop(self) -> None:
        """As its operator stops it."""
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=40)

    def do(self, verb: str, *arguments: Any) -> Any:
        """Run `tests.journeys.worlds.<verb>(*arguments)` beside the server and return what it answers (JSON)."""
        code = (
            "import json,sys,django; django.setup(); from tests.journeys import worlds; "
            "print('ANSWER'+json.dumps(getattr(worlds, sys.argv[1])(*json.loads(sys.argv[2]))))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, verb, json.dumps(arguments)],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.rsplit("ANSWER", 1)[1])

    def letters(self, to: str = "") -> list[dict[str, Any]]:
        """The letters sent so far, newest last, as /_dev/mail.json tells them."""
        with urlopen(f"{self.url}/_dev/mail.json") as answer:  # noqa: S310
            found = json.load(answer)
        rows: list[dict[str, Any]] = found["letters"] if isinstance(found, dict) else found
        return [row for row in rows if not to or to in json.dumps(row["to"])]

    def letter(self, to: str, *, matching: str = "", seconds: float = 20) -> dict[str, Any]:
        """The newest letter to somebody, waited for."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [row for row in self.letters(to) if re.search(matching, row["subject"], re.IGNORECASE)]
            if found:
                return max(found, key=lambda row: row["at"])
            time.sleep(0.2)
        raise AssertionError(f"No letter to {to} matching {matching!r}: {[row['subject'] for row in self.letters()]}")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Starts the product as a stranger would, on a free port, and stops it by its id."""
    with running("site") as site:
        yield site


@contextmanager
def running(name: str, *, second_bucket: bool = False, **more: str) -> Iterator[Site]:
    """The product with its worker and its sandbox, with databases of its own under this name; `more` of its environment.

    Whom its processes call is captured: at the end nobody may be among them whom neither register nor operator named.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Path(os.environ["PIVOTINO_TEST_HOME"])
    var = engines.own_folder(home, f"{name}-{engines.WORKER}")
    url = f"http://localhost:{port}"
    environment = {**os.environ, "PIVOTINO_VAR": str(var), "PIVOTINO_BASE_URL": url, "PIVOTINO_LOG_LEVEL": "WARNING",
                   "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": f"{CAPTURING}{os.pathsep}{ROOT}",
                   "CAPTURED_CALLS": str(var / "calls"), **more}  # fmt: skip
    if engines.ENGINE == "postgres":
        environment |= engines.own_databases(home / "postgres", f"{name}_{engines.WORKER}")
    if second_bucket:
        environment["PIVOTINO_INSTANCE_BUCKETS"] = with_a_second(environment, home, var, name)
    site = Site(url, environment)
    try:
        site.start()
        yield site
    finally:
        site.stop()
    assert strangers(called(environment)) == set()


def called(environment: dict[str, str]) -> set[str]:
    """Every host outside that a process of this site looked up or reached."""
    lines = Path(environment["CAPTURED_CALLS"]).read_text().split()
    return {host for host in lines if not egress.is_ours(host)}


def strangers(hosts: set[str]) -> set[str]:
    """Those that stand in no register and below no name the tests gave as the operator's."""
    known = {*(host for row in processors() for host in row.hosts), "carrier.example"}
    return {host for host in hosts if not any(host == one or host.endswith(f".{one}") for one in known)}


def with_a_second(environment: dict[str, str], home: Path, var: Path, name: str) -> str:
    """The buckets of this site and one more of the same kind, as the environment says it."""
    if engines.ENGINE == "postgres":
        more = engines.own_databases(home / "postgres", f"{name}_more_{engines.WORKER}")
        first, second = (
            json.loads(one["PIVOTINO_INSTANCE_BUCKETS"])["schemas"] for one in (environment, more)
        )  # fmt: skip
        return json.dumps({"schemas": first, "second": second})
    return json.dumps({key: {"url": f"sqlite:///{var / key}"} for key in ("files", "second")})


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            with urlopen(f"{url}/") as answer:  # noqa: S310
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """One headless Chromium for all journeys."""
    from playwright.sync_api import sync_playwright

    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if program is None:
        pytest.skip("Chromium is not installed here, so the journeys cannot run.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A browser window, and what went wrong in it."""

    page: Any
    site: Site
    foreign: list[str]
    errors: list[str]

    def sign_in(self, key: str) -> None:
        """Carry the session that `worlds` made."""
        self.page.context.add_cookies([{"name": "pv_session", "value": key, "url": self.site.url}])

    def axe(self) -> list[str]:
        """What axe-core finds on this page: rule and place."""
        self.page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text() + "; 0")
        found = self.page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary'][:120]}" for rule in found for node in rule["nodes"]
        ]


def hold_back(page: Any, *, slow: int = 0, late: int = 0) -> None:
    """A slower processor, and answers that are late by so many ms, as on an old phone far from here."""
    wire = page.context.new_cdp_session(page)
    if slow:
        wire.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    if late:
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": late, "downloadThroughput": -1, "uploadThroughput": -1,
        })  # fmt: skip


@dataclass
class Held:
    """Requests that were caught on their way and wait here until they are let go."""

    page: Any
    routes: list[Any]

    def wait_for(self, count: int) -> None:
        """Until so many were caught."""
        wait_until(self.page, lambda: len(self.routes) >= count)

    def let_go(self) -> None:
        """All that wait, in the order they came."""
        while self.routes:
            self.routes.pop(0).continue_()


def hold(page: Any, part: str, *, method: str = "GET") -> Held:
    """Catch what is asked of addresses with this in them, so that a test says when the answer comes."""
    held = Held(page, [])

    def catch(route: Any) -> None:
        if route.request.method == method:
            held.routes.append(route)
        else:
            route.continue_()

    page.route(lambda url: part in url, catch)
    return held


def wait_until(page: Any, true: Callable[[], bool], *, seconds: float = 10) -> None:
    """Let the browser go on until something here is so."""
    for _ in range(int(seconds * 40)):
        if true():
            return
        page.wait_for_timeout(25)
    raise AssertionError("it never came to that")


def until(page: Any, script: str, arg: Any = None) -> None:
    """Until the script says yes in the page. Asked from here: a page may not evaluate text, so `wait_for_function` may not either."""
    from playwright.sync_api import Error

    def says_yes() -> bool:
        try:
            return bool(page.evaluate(script, arg))
        except Error as gone:  # the page is being left
            if "context" not in str(gone):
                raise
            return False

    wait_until(page, says_yes, seconds=30)


def still(page: Any) -> None:
    """Until nothing moves: two frames were drawn and no animation runs."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    until(page, "() => document.getAnimations().every((one) => one.playState !== 'running')")


def open_window(chrome: Any, site: Site, size: dict[str, int], **more: Any) -> Iterator[Visitor]:
    context = chrome.new_context(viewport=size, bypass_csp=False, base_url=site.url, **more)
    context.add_init_script("document.addEventListener('pv:connected', () => { window.hears = true })")
    page = context.new_page()
    hold_back(page, slow=SLOW, late=LATE)
    visitor = Visitor(page, site, [], [])
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((site.url, "data:", "blob:")) else visitor.foreign.append(request.url)
        ),
    )
    page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    page.on("console", lambda message: visitor.errors.append(message.text) if message.type == "error" else None)
    yield visitor
    context.close()
    assert visitor.foreign == [], "a page asked a foreign host"


@pytest.fixture
def desk(chrome: Any, site: Site) -> Iterator[Visitor]:
    """A window at 1440 px. Requests to foreign hosts fail the test."""
    yield from open_window(chrome, site, DESK)


@pytest.fixture
def phone(chrome: Any, site: Site) -> Iterator[Visitor]:
    """A phone at 390 px with touch."""
    yield from open_window(chrome, site, PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def colleague(chrome: Any, site: Site) -> Iterator[Visitor]:
    """A second window, for somebody else."""
    yield from open_window(chrome, site, DESK)

"""A real browser's first look at a board of 10,000 cards, with nothing in its cache."""

import statistics
from typing import Any

from benches import worlds
from benches.report import Report
from tests.plugins.engines import ENGINE

ROUNDS = 7
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
FIRST_CARD = """new Promise((seen) => {
  const look = () => document.querySelector(".stage__cards .card")
    ? requestAnimationFrame(() => setTimeout(() => seen(performance.now()), 0)) : requestAnimationFrame(look);
  look();
})"""


def measure(report: Report) -> None:
    """Time to the first card on the screen, bytes on the wire, requests and elements: medians of cold starts."""
    from playwright.sync_api import sync_playwright

    instance, cookie = worlds.filled(10_000)
    with worlds.served() as port, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        visit(chromium, port, instance.slug, cookie)  # the browser itself starts up
        looks = [visit(chromium, port, instance.slug, cookie) for _ in range(ROUNDS)]
        chromium.close()
    first, wire, requests, elements = (statistics.median(column) for column in zip(*looks, strict=True))
    report.add(f"{ENGINE}: browser, cold: first card on the screen", first / 1000, "s", most=0.6)
    report.add(f"{ENGINE}: … bytes on the wire", wire / 1024, "KB", most=250)
    report.add(f"{ENGINE}: … requests", requests, "", most=14)
    report.add(f"{ENGINE}: … elements", elements, "", most=3000)


def visit(chromium: Any, port: int, slug: str, cookie: str) -> tuple[float, float, int, int]:
    """One cold visit in a context of its own: milliseconds, bytes, requests, elements."""
    name, _, value = cookie.partition("=")
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    asked: list[str] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.goto(f"http://127.0.0.1:{port}/@{slug}/board/", wait_until="commit")
    first = page.evaluate(FIRST_CARD)
    page.wait_for_load_state("load")
    page.wait_for_timeout(700)
    elements = page.evaluate("document.querySelectorAll('*').length")
    context.close()
    return first, sum(sizes), len([url for url in asked if url.startswith("http")]), elements

"""How smooth a drag is: frame times while a card is carried over a board of 10,000 cards, in a real browser."""

import statistics
from typing import Any

from benches import worlds
from benches.browser import QUIET
from benches.report import Report
from tests.plugins.engines import ENGINE

ROUNDS = 3
STEPS = 120
# Every frame while the hand moves; the first two belong to the lift.
WATCH = """() => {
  window.frames = []
  let last = 0
  const look = (now) => { if (last) frames.push(now - last); last = now; window.watching = requestAnimationFrame(look) }
  window.watching = requestAnimationFrame(look)
}"""
TAKEN = "() => { cancelAnimationFrame(window.watching); return window.frames.slice(2) }"


def measure(report: Report) -> None:
    """The middle, the slowest in a hundred and the slowest frame of drags across all columns and back."""
    from playwright.sync_api import sync_playwright

    instance, cookie = worlds.filled(10_000)
    with worlds.served() as port, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        found, work = drags(chromium, port, instance.slug, cookie)
        frames = sorted(found)
        chromium.close()
    report.add(f"{ENGINE}: drag: a frame, median", statistics.median(frames), "ms", most=17)
    report.add(f"{ENGINE}: … slowest in a hundred", frames[int(len(frames) * 0.99)], "ms", most=34)
    report.add(f"{ENGINE}: … slowest", frames[-1], "ms", most=50)
    report.add(f"{ENGINE}: … script, style and layout in a frame", work, "ms", most=8)


def drags(chromium: Any, port: int, slug: str, cookie: str) -> tuple[list[float], float]:
    """Carry a card over the columns and put it back by Escape, several times: all frame times, and the page's own work in a
    frame, in ms."""
    name, _, value = cookie.partition("=")
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/@{slug}/board/?order=hand")
    page.wait_for_function("() => customElements.get('pv-board') && document.querySelector('#board .card')")
    # Full columns, as after an hour of work.
    for _ in range(6):
        page.evaluate("for (const list of document.querySelectorAll('.stage__cards')) list.scrollBy(0, 2500)")
        page.wait_for_timeout(250)
    found: list[float] = []
    meter = context.new_cdp_session(page)
    meter.send("Performance.enable")
    work = 0.0
    for _ in range(ROUNDS):
        box = page.evaluate(
            "() => { const b = [...document.querySelectorAll('#board .card')].map(c => c.getBoundingClientRect())"
            ".find(b => b.top > 220 && b.bottom < 800); return [b.left + 60, b.top + 20] }"
        )
        page.mouse.move(*box)
        page.mouse.down()
        page.mouse.move(box[0] + 10, box[1] + 6)
        work -= spent(meter)
        page.evaluate(WATCH)
        for step in range(STEPS):
            across = abs((step / STEPS * 2) % 2 - 1)
            page.mouse.move(150 + (1 - across) * 950, 300 + 250 * ((step % 20) / 20))
        found += page.evaluate(TAKEN)
        work += spent(meter)
        page.keyboard.press("Escape")
        page.mouse.up()
    context.close()
    return found, work / len(found) * 1000


def spent(meter: Any) -> float:
    """Seconds the page has worked so far."""
    told = {one["name"]: one["value"] for one in meter.send("Performance.getMetrics")["metrics"]}
    return float(told["ScriptDuration"] + told["LayoutDuration"] + told["RecalcStyleDuration"])

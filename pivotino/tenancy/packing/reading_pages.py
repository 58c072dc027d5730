"""Pages that read in any browser without a network: index.html and one page a list, with our looks inside each."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from html import escape
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pivotino.tenancy.packing import registry
from pivotino.tenancy.packing.book import Book
from pivotino.tenancy.packing.registry import Page

if TYPE_CHECKING:
    from pivotino.tenancy.packing.writing import Parcel

LINES = 2000
ROOT = Path(__file__).resolve().parents[2]
LOOK = ROOT / "tenancy/templates/packing/look.css"
TOKENS = ROOT / "ui/static/ui/css/tokens.css"
_TOKEN = re.compile(r"(--[a-z0-9-]+)\s*:\s*([^;]+);")
_USED = re.compile(r"var\((--[a-z0-9-]+)")
# Nothing from elsewhere, and no script: whatever stands in the data stays text.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def put(parcel: "Parcel", book: Book, counts: dict[str, int]) -> None:
    """The pages of all rooms, then the index that leads to them."""
    company = str(book.one("members.company").get("name", ""))
    shown = sorted(registry.pages.values(), key=lambda page: page.order)
    for page in shown:
        _put_page(parcel, book, page, company)
    parcel.put("index.html", "".join(_index(parcel, shown, counts, company)).encode("utf-8", "replace"))


def _put_page(parcel: "Parcel", book: Book, page: Page, company: str) -> None:
    """One list over as many files as it needs, each with at most LINES lines."""
    number, left = 0, 0
    open_group = ""
    with ExitStack() as stack:
        out: IO[str] | None = None
        for group in page.groups(book):
            lines = group.lines
            first = True
            for line in chain(lines, [None]):
                if line is None and not first:
                    break
                if out is None or (left == 0 and line is not None):
                    if out is not None:
                        out.write(("</tbody></table>" if open_group else "") + _more(page, number + 1))
                        stack.pop_all().close()
                    number, left = number + 1, LINES
                    out, _ = stack.enter_context(parcel.text(_path(page, number)))
                    out.write(_head(page.title, company, "../", page.columns) + _back(page, number))
                    open_group = ""
                if first or not open_group:
                    if open_group:
                        out.write("</tbody></table>")
                    out.write(_heading(page, group.heading, group.note, again=not first))
                    open_group, first = "open", False
                if line is None:
                    break
                out.write(_line(page, line))
                left -= 1
        if out is None:
            out, _ = stack.enter_context(parcel.text(_path(page, 1)))
            out.write(_head(page.title, company, "../") + "<p>Nothing here.</p>")
        out.write(("</tbody></table>" if open_group else "") + _foot())


def _path(page: Page, number: int) -> str:
    return f"pages/{page.name}.html" if number == 1 else f"pages/{page.name}-{number}.html"


def _head(title: str, company: str, root: str, columns: tuple[str, ...] = ()) -> str:
    here = f'<p class="crumb"><a href="{root}index.html">{_said(company)}</a></p>' if root else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{_look()}{_labels(columns)}</style></head><body><main>{here}<h1>{_said(title)}</h1>\n"
    )


def _labels(columns: tuple[str, ...]) -> str:
    """On a phone a line is a list: each cell but the first says what it is."""
    said = "".join(
        f'td:nth-child({at}):not(:empty)::before{{content:"{name}: "}}'
        for at, name in enumerate(columns, start=1)
        if at > 1 and name
    )
    return f"@media(max-width:40rem){{{said}}}" if said else ""


def _foot() -> str:
    return "</main></body></html>\n"


def _more(page: Page, number: int) -> str:
    return f'<p class="on"><a href="{page.name}-{number}.html">Go on to page {number}</a></p>' + _foot()


def _back(page: Page, number: int) -> str:
    if number == 1:
        return ""
    return f'<p class="on"><a href="{_path(page, number - 1).removeprefix("pages/")}">Back to page {number - 1}</a></p>'


def _heading(page: Page, heading: str, note: str, *, again: bool) -> str:
    said = f"<h2>{_said(heading)}{' <small>continued</small>' if again else ''}</h2>" if heading else ""
    said += f'<p class="note">{_said(note)}</p>' if note and not again else ""
    cells = "".join(
        f'<th scope="col"{" class=n" if at in page.numbers else ""}>{escape(name)}</th>'
        for at, name in enumerate(page.columns)
    )
    return f"{said}<table><thead><tr>{cells}</tr></thead><tbody>\n"


def _line(page: Page, line: tuple[str, ...]) -> str:
    numbers = page.numbers
    cells = "".join(
        f'<td class="n">{escape(text)}</td>' if at in numbers else f'<td dir="auto">{escape(text)}</td>'
        for at, text in enumerate(line)
    )
    return f"<tr>{cells}</tr>\n"


def _index(parcel: "Parcel", shown: list[Page], counts: dict[str, int], company: str) -> Iterator[str]:
    yield _head(company or "Everything", company, "")
    yield '<p class="lead">Everything from this database, as it was when it was taken out. It reads without a network.</p>'
    yield '<ul class="doors">'
    for page in shown:
        yield f'<li><a href="pages/{page.name}.html"><b>{counts.get(page.of, 0):,}</b> {escape(page.title)}</a></li>'
    yield "</ul><h2>For other programs</h2><table><tbody>"
    for path, says in (
        ("contacts.vcf", "Companies and people, for any address book"),
        ("calendar.ics", "What is planned and what was done, for any calendar"),
        ("settings.json", "How the company set things up"),
        ("history/timeline.txt", "What happened, line by line"),
        ("data/", "Every row: .csv for a spreadsheet, .jsonl with exact types for programs"),
        ("files/", "Files that were brought in; pages/files.html says which belongs to what"),
        ("mail/", "Letters kept here"),
        ("FORMAT.md", "What each column means"),
        ("manifest.json", "How many rows each file has, and its fingerprint"),
    ):
        if (
            path == "manifest.json"
            or path == "FORMAT.md"
            or any(there.startswith(path) for there in parcel.manifest.files)
        ):
            yield f'<tr><td><a href="{path}">{path}</a></td><td>{escape(says)}</td></tr>'
    yield "</tbody></table><h2>Every row</h2><table><thead><tr><th>Sort</th><th class=n>Rows</th><th>Files</th></tr></thead><tbody>"
    for label, table in parcel.manifest.entities.items():
        links = " ".join(
            f'<a href="{path}">{path.rpartition(".")[2]}</a>' for path in (table.file, f"data/{label}.csv")
        )
        yield f'<tr><td>{escape(label)}</td><td class="n">{table.rows:,}</td><td>{links}</td></tr>'
    yield "</tbody></table><p class=note>To open it as it was, with the board and everything: <code>pivotino open FILE.zip</code></p>"
    yield _foot()


def _said(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>" if text else ""


@cache
def _look() -> str:
    """Our style sheet with the tokens it uses, and those that they use."""
    look = LOOK.read_text()
    tokens = dict(_TOKEN.findall(TOKENS.read_text().partition("[data-theme")[0]))
    wanted: dict[str, str] = {}
    waiting = _USED.findall(look)
    while waiting:
        name = waiting.pop()
        if name in tokens and name not in wanted:
            wanted[name] = tokens[name]
            waiting += _USED.findall(tokens[name])
    root = "".join(f"{name}:{value};" for name, value in sorted(wanted.items()))
    return f":root{{color-scheme:light dark;{root}}}{' '.join(look.split())}"

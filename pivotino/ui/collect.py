"""Gathers the front-end files that pages load into `build/static/`: `python -m pivotino.ui.collect`.

No bundler. Third-party files are copied as they are, icons are cut into one sprite, our own style sheets and modules
are put one after the other. Written only when something changed, so it is quick and may run on every save.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path

from pivotino.ui.icons import LUCIDE, SHAPES

ROOT = Path(__file__).resolve().parent.parent.parent
UI = ROOT / "pivotino" / "ui" / "static" / "ui"

FIRST = ("layers", "fonts", "tokens", "reset", "base")
LAST = ("utilities", "print", "forced")
ONLY_INSIDE = frozenset(
    {
        "attachment", "bar", "bone", "chart", "command", "composer", "facts", "gallery", "keys", "menu", "option",
        "pages", "path", "rail", "seek", "settings", "sheet", "shell", "step", "timeline",
    }
)  # fmt: skip
APP_MODULES = (
    "toasts",
    "say",
    "banners",
    "dialogs",
    "sheet",
    "menus",
    "command",
    "keys",
    "forms",
    "drop",
    "keep",
    "offline",
)
SITE_MODULES = ("toasts", "say", "dialogs", "menus", "forms", "drop")

FONT = "@fontsource-variable/figtree"
SUBSETS = ("latin", "latin-ext")
SITE_LIMIT = 40 * 1024


class NothingToCollect(FileNotFoundError):
    def __init__(self, missing: Path) -> None:
        super().__init__(f"{missing} is missing. Run `npm ci` first.")


def main() -> None:
    changed = collect()
    print(f"collect: {len(changed)} files changed" if changed else "collect: everything is up to date")
    site = (ROOT / "build" / "static" / "ui" / "site.css").stat().st_size
    if site > SITE_LIMIT:
        print(f"collect: site.css has grown to {site:,} bytes; {SITE_LIMIT:,} is the limit", file=sys.stderr)


def collect(root: Path = ROOT) -> list[Path]:
    """Bring `build/static` up to date and say which files changed."""
    target = root / "build" / "static"
    return [path for name, content in _everything(root) if _write(path := target / name, content)]


def _everything(root: Path) -> Iterator[tuple[str, bytes]]:
    packages = root / "node_modules"
    yield "vendor/htmx.js", _read(packages / "htmx.org" / "dist" / "htmx.min.js")
    yield "vendor/sortable.js", _as_module(_read(packages / "sortablejs" / "Sortable.min.js"))
    for subset in SUBSETS:
        yield f"vendor/figtree/{subset}.woff2", _read(packages / FONT / "files" / f"figtree-{subset}-wght-normal.woff2")
    yield "ui/icons.svg", _sprite(packages / "lucide-static" / "icons")
    faces = _font_faces(_read(packages / FONT / "index.css").decode())
    yield "ui/app.css", _style([*_sheets(), *_rooms_sheets(root)], faces)
    yield "ui/site.css", _style(_sheets(without=ONLY_INSIDE), faces)
    yield "ui/app.js", _script(UI / "js", APP_MODULES)
    yield "ui/site.js", _script(UI / "js", SITE_MODULES)
    for listed in sorted((root / "pivotino" / "instance").glob("*/static/*/together.txt")):
        yield f"{listed.parent.name}/together.js", _script(listed.parent, listed.read_text().split())


def _read(path: Path) -> bytes:
    if not path.exists():
        raise NothingToCollect(path)
    return path.read_bytes()


def _write(path: Path, content: bytes) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


# --- icons


def _sprite(lucide: Path) -> bytes:
    drawn = {name: _inside(_read(lucide / f"{theirs}.svg").decode()) for name, theirs in LUCIDE.items()}
    symbols = [_symbol(name, "0 0 24 24", drawing) for name, drawing in drawn.items()]
    symbols += [_symbol(f"s-{kind}", "0 0 16 16", drawing) for kind, drawing in SHAPES.items()]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'.encode()


def _symbol(name: str, box: str, drawing: str) -> str:
    return f'<symbol id="{name}" viewBox="{box}">{drawing}</symbol>'


def _inside(svg: str) -> str:
    """What lies between <svg …> and </svg>, on one line."""
    match = re.search(r"<svg.*?>(.*)</svg>", svg, re.DOTALL)
    if match is None:
        raise ValueError("An icon that is no svg.")
    return re.sub(r"\s*\n\s*", "", match[1]).replace(" />", "/>")


# --- style


def _font_faces(css: str) -> str:
    """Figtree's own faces, with the address our copy has."""
    ours = r"url(../vendor/figtree/\1.woff2)"
    return re.sub(r"url\(\./files/figtree-(latin(?:-ext)?)-wght-normal\.woff2\)", ours, css)


def _sheets(without: Iterable[str] = ()) -> list[Path]:
    """Our own sheets: foundations, components by name, then what wins over all."""
    components = {path.stem for path in (UI / "css").glob("*.css")} - {*FIRST, *LAST, *without}
    return [UI / "css" / f"{name}.css" for name in (*FIRST, *sorted(components), *LAST)]


def _rooms_sheets(root: Path) -> list[Path]:
    """Inside an instance one sheet serves every page. Public rooms link their own beside site.css."""
    return sorted((root / "pivotino" / "instance").glob("*/static/*/*.css"))


def _style(sheets: list[Path], faces: str) -> bytes:
    texts = [_squeeze(faces if path.stem == "fonts" else _read(path).decode()) for path in sheets]
    return f"{reduce(_join, texts)}\n".encode()


def _join(before: str, after: str) -> str:
    """Two sheets that each are one block of the same layer become one block."""
    layer = re.match(r"@layer \w+\{", after)
    if layer and before.rfind("@layer ") == before.rfind(layer[0]):
        return before.removesuffix("}") + after[layer.end() :]
    return before + after


def _squeeze(css: str) -> str:
    """Without comments and needless white space. A string may not hold two spaces, a colon or a comma with one after."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css).replace(": ", ":").replace(";}", "}")
    return re.sub(r"(\D)0\.(\d)", r"\1.\2", css).strip()


# --- behaviour


def _script(folder: Path, modules: Iterable[str]) -> bytes:
    """One module of several, so that a page asks once. A room names its own in `together.txt`. Each file keeps to itself in a block; they speak through the page and its events."""
    return "".join(f"{{\n{_read(folder / f'{name}.js').decode()}}}\n" for name in modules).encode()


def _as_module(umd: bytes) -> bytes:
    """A script that would become a global, as a module with a default export."""
    return b"const module={exports:{}},exports=module.exports;\n" + umd + b"\nexport default module.exports;\n"


if __name__ == "__main__":
    main()

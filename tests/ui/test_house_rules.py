"""What no page and no style sheet may hold: the content policy would refuse it, or a theme would miss it."""

import json
import re
from pathlib import Path

import pytest

from pivotino.ui import collect
from pivotino.ui.icons import LUCIDE

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "pivotino").glob("**/templates/**/*.html"))
# The sandbox plays somebody else on a server of its own: it looks like somebody else.
SHEETS = sorted(
    set((ROOT / "pivotino").glob("**/static/**/*.css")) - set((ROOT / "pivotino" / "sandbox").glob("**/*.css"))
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RAW_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b(?!\s*\{)|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|color-mix)\(|\boklch\((?!from var)"
    r"|:[^;{]*\b(?:white|black|red|green|blue|gr[ae]y|orange|yellow|silver)\b(?!-)",
    re.IGNORECASE,
)


def _named(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def _is_letter(path: Path) -> bool:
    return "letters" in path.parts


@pytest.mark.parametrize("page", _named([path for path in TEMPLATES if not _is_letter(path)]))
def test_no_page_carries_a_style_or_a_script_of_its_own(page: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)

    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag] == []
    assert re.findall(r"\son[a-z]+=[\"']", text) == []
    assert re.findall(r"\shx-on", text) == []


@pytest.mark.parametrize("sheet", _named([path for path in SHEETS if path.name != "tokens.css"]))
def test_colours_come_from_the_tokens(sheet: Path) -> None:
    assert [match[0] for match in RAW_COLOUR.finditer(COMMENT.sub("", sheet.read_text()))] == []


@pytest.mark.parametrize("sheet", _named([path for path in SHEETS if path.name != "layers.css"]))
def test_every_sheet_writes_into_a_layer(sheet: Path) -> None:
    outside = COMMENT.sub("", sheet.read_text()).strip()

    assert re.match(r"@layer (tokens|reset|base|components|rooms|utilities) \{", outside)


def test_every_token_that_is_used_exists() -> None:
    text = "\n".join(COMMENT.sub("", path.read_text()) for path in SHEETS)
    known = set(re.findall(r"(--[\w-]+)\s*:", text))

    assert set(re.findall(r"var\((--[\w-]+)\)", text)) - known == set()


def test_the_packages_are_pinned_by_what_they_hold_and_not_by_where_they_came_from() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages = [package for name, package in locked.items() if name]

    assert all("integrity" in package for package in packages)
    assert [package["resolved"] for package in packages if "resolved" in package] == []


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "node_modules" / "htmx.org").exists():
        pytest.skip("node_modules is not there; bin/setup brings it")
    root = tmp_path_factory.mktemp("house")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    (root / "pivotino").symlink_to(ROOT / "pivotino")
    collect.collect(root)
    return root / "build" / "static"


def test_collecting_twice_changes_nothing(collected: Path) -> None:
    assert collect.collect(collected.parent.parent) == []


def test_the_sprite_holds_every_icon(collected: Path) -> None:
    sprite = (collected / "ui" / "icons.svg").read_text()

    assert [name for name in LUCIDE if f'id="{name}"' not in sprite] == []


def test_public_pages_load_a_small_sheet(collected: Path) -> None:
    assert (collected / "ui" / "site.css").stat().st_size <= collect.SITE_LIMIT


def test_squeezing_keeps_what_a_sheet_means() -> None:
    sheet = '/* why */\n.a :is(b, i) { margin: calc(1px + 2px) 0.5em;\n  content: "x y"; }'

    assert collect._squeeze(sheet) == '.a :is(b,i){margin:calc(1px + 2px) .5em;content:"x y"}'


def test_a_missing_package_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(collect.NothingToCollect, match="npm ci"):
        collect.collect(tmp_path)

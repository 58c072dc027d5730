"""FORMAT.md: the published description of the archive, written from what the models declare of themselves."""

from collections.abc import Iterator
from pathlib import Path

from pivotino.tenancy.packing import shape
from pivotino.tenancy.packing.shape import Column, Entity

BEGINNING = Path(__file__).resolve().parents[1] / "templates/packing/format.md"


def document(*, moving: bool = False) -> str:
    """The whole text, in Markdown."""
    return BEGINNING.read_text() + "\n".join(_tables(moving=moving))


def _tables(*, moving: bool) -> Iterator[str]:
    for entity in shape.entities(moving=moving):
        yield f"### {entity.label}\n"
        yield from _about(entity)
        yield "| column | kind | what |\n|---|---|---|"
        for column in entity.columns:
            yield f"| `{column.name}` | `{column.kind}`{', may be null' if column.null else ''} | {_says(entity, column)} |"
        yield ""


def _about(entity: Entity) -> Iterator[str]:
    if entity.holds is None:
        yield "Ties rows of two tables together.\n"
        return
    said = " ".join((entity.model.__doc__ or "").partition("\n\n")[0].split())
    if said and not said.startswith(f"{entity.model.__name__}("):
        yield f"{said}\n"
    about = "" if entity.holds.subject == "nobody" else f" About: {entity.holds.subject}."
    yield f"Kept {entity.holds.purpose}.{about}\n"


def _says(entity: Entity, column: Column) -> str:
    why = entity.holds.personal.get(column.field.name, "") if entity.holds else ""
    to = f"points at `{column.to}`" if column.to else ""
    choices = ", ".join(f"`{value}`" for value, _ in column.field.flatchoices if value != "")
    said = [
        why,
        to,
        f"one of {choices}" if choices and len(choices) < 200 else "",
        "minor units" if column.name.endswith("_minor") else "",
    ]
    return "; ".join(filter(None, said)).replace("|", "\\|")

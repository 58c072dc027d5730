"""The icons we use, by our own names. `collect` cuts them out of lucide into one sprite."""

from functools import lru_cache

from django.templatetags.static import static
from markupsafe import Markup, escape

SPRITE = "ui/icons.svg"

# ours -> lucide's
LUCIDE = {
    "alert": "triangle-alert",
    "archive": "archive",
    "arrow": "arrow-right",
    "arrow-back": "arrow-left",
    "arrow-down": "arrow-down",
    "arrow-up": "arrow-up",
    "bell": "bell",
    "bin": "trash-2",
    "board": "square-kanban",
    "box": "package",
    "building": "building-2",
    "calendar": "calendar",
    "camera": "camera",
    "chart": "chart-column",
    "check": "check",
    "clip": "paperclip",
    "clock": "clock",
    "coins": "coins",
    "columns": "columns-3",
    "copy": "copy",
    "down": "chevron-down",
    "download": "download",
    "edit": "pencil",
    "eye": "eye",
    "eye-off": "eye-off",
    "file": "file",
    "filter": "list-filter",
    "flag": "flag",
    "folder": "folder",
    "gear": "settings",
    "globe": "globe",
    "grip": "grip-vertical",
    "half": "contrast",
    "heart": "heart",
    "help": "circle-help",
    "history": "history",
    "home": "house",
    "image": "image",
    "info": "info",
    "key": "key-round",
    "keyboard": "keyboard",
    "layers": "layers",
    "left": "chevron-left",
    "link": "link",
    "list": "list-checks",
    "lock": "lock",
    "mail": "mail",
    "map": "map-pin",
    "menu": "menu",
    "message": "message-square",
    "mic": "mic",
    "monitor": "monitor",
    "moon": "moon",
    "more": "ellipsis",
    "note": "sticky-note",
    "out": "log-out",
    "outside": "external-link",
    "paper": "file-text",
    "pause": "pause",
    "people": "users",
    "percent": "percent",
    "person": "user",
    "person-plus": "user-plus",
    "phone": "phone",
    "pin": "pin",
    "play": "play",
    "plus": "plus",
    "printer": "printer",
    "receipt": "receipt-text",
    "refresh": "refresh-cw",
    "repeat": "repeat",
    "right": "chevron-right",
    "search": "search",
    "send": "send",
    "server": "server",
    "shield": "shield-check",
    "snooze": "alarm-clock",
    "snow": "snowflake",
    "sort": "arrow-up-down",
    "spin": "loader-circle",
    "star": "star",
    "sun": "sun",
    "table": "table",
    "tag": "tag",
    "target": "target",
    "todo": "square-check",
    "trophy": "trophy",
    "undo": "undo-2",
    "up": "chevron-up",
    "upload": "upload",
    "wifi-off": "wifi-off",
    "x": "x",
    "zap": "zap",
}

# What the next step says. Drawn by us: the shape must tell without its colour.
SHAPES = {
    "overdue": (
        '<path stroke="none" fill-rule="evenodd" d="M8 .8 15.2 8 8 15.2.8 8Z'
        'M7.1 4.2l.2 4.7h1.4l.2-4.7ZM8 10.1a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z"/>'
    ),
    "today": '<circle cx="8" cy="8" r="6.5" stroke="none"/>',
    "planned": '<circle cx="8" cy="8" r="5.5" fill="none" stroke-width="2.2"/>',
    "nothing": '<circle cx="8" cy="8" r="5.7" fill="none" stroke-width="1.9" stroke-dasharray="2.7 3.27"/>',
    "won": (
        '<path fill="none" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"'
        ' d="m2.5 8.5 3.7 3.7L13.5 4"/>'
    ),
    "lost": '<path fill="none" stroke-width="2.4" stroke-linecap="round" d="m3.5 3.5 9 9M12.5 3.5l-9 9"/>',
}

# Icons that point along the line of reading turn round where people read from the right.
TURNING = frozenset({"arrow", "arrow-back", "left", "right", "send", "out", "undo"})


class UnknownIcon(LookupError):
    def __init__(self, name: str) -> None:
        super().__init__(f"No icon is called {name!r}. The names are in pivotino/ui/icons.py.")


class UnknownState(LookupError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"No state is called {kind!r}. There are {', '.join(SHAPES)}.")


def icon(name: str, *, small: bool = False, label: str = "") -> Markup:
    """One icon from the sprite. Without a label it is decoration and silent."""
    if name not in LUCIDE:
        raise UnknownIcon(name)
    looks = " ".join(["icon", *(["icon--small"] if small else []), *(["icon--turns"] if name in TURNING else [])])
    return _use(looks, "0 0 24 24", name, label)


def shape(kind: str) -> Markup:
    """The shape of a state: overdue, today, planned, nothing, won or lost."""
    if kind not in SHAPES:
        raise UnknownState(kind)
    return _use("state__shape", "0 0 16 16", f"s-{kind}", "")


# The same thirty icons stand on every page a hundred times.
@lru_cache(maxsize=2048)
def _use(looks: str, box: str, name: str, label: str) -> Markup:
    voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" viewBox="{}" {}><use href="{}#{}"></use></svg>').format(
        looks, box, voice, escape(static(SPRITE)), name
    )

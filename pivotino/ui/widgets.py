"""Django draws the control, we dress it: class, error and hint are tied to it by id."""

from typing import Any

from django.forms import CheckboxInput, CheckboxSelectMultiple, FileInput, PasswordInput, RadioSelect, Textarea
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString


def kind_of(field: BoundField) -> str:
    """How the field is laid out: check, choices, file, password, text or line."""
    match field.field.widget:
        case RadioSelect() | CheckboxSelectMultiple():
            return "choices"
        case CheckboxInput():
            return "check"
        case FileInput():
            return "file"
        case PasswordInput():
            return "password"
        case Textarea():
            return "text"
        case _:
            return "line"


def widget(field: BoundField, *, looks: str = "input", hinted: object = False, **attrs: Any) -> SafeString:
    """The bare control of a field. Underscores in names become dashes: `hx_get` is hx-get."""
    dress: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None}
    dress["class"] = " ".join(filter(None, [looks, str(field.field.widget.attrs.get("class", ""))]))
    if told := [hint_id(field)] * bool(hinted) + [error_id(field)] * bool(field.errors):
        dress["aria-describedby"] = " ".join(told)
    if field.errors:
        dress["aria-invalid"] = "true"
    return field.as_widget(attrs=dress)


def hint_id(field: BoundField) -> str:
    return f"{field.auto_id or field.html_name}-hint"


def error_id(field: BoundField) -> str:
    return f"{field.auto_id or field.html_name}-error"

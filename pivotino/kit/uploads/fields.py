"""Some files that go with a form, each judged at the door."""

from typing import Any

from django import forms

from pivotino.kit.uploads import ACCEPT, Refused, read, take

LARGEST, MOST = 10 * 1024 * 1024, 5


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Becomes what may be kept of them: a list of Taken."""

    def __init__(self) -> None:
        super().__init__(
            label="Files", required=False, widget=Several(attrs={"accept": ACCEPT}),
            help_text=f"Up to {MOST}, {LARGEST // 1024 // 1024} MB each.",
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> Any:
        if len(data or ()) > MOST:
            raise forms.ValidationError(f"{MOST} files at once at most.")
        try:
            return [
                take(read(one, largest=LARGEST), one.name, largest=LARGEST)
                for one in data or ()
                if super(FilesField, self).clean(one)
            ]
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal

"""What staff and the person themselves type."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from pivotino.control.testimonials.models import Language, Place, Said, Wording, known_places
from pivotino.control.testimonials.pictures import NoPicture, drawn_anew, mark_of_picture
from pivotino.letters import AsksForPassword
from pivotino.letters.secrets import refuse_to_ask


class WordingForm(forms.Form):
    """One wording: what is said, who says it, and where it may stand. `before` is the version it is made from."""

    text = forms.CharField(
        label="What is said", min_length=10, max_length=1200, strip=True, widget=forms.Textarea(attrs={"rows": 6})
    )
    name = forms.CharField(label="Name, as it shall stand there", max_length=80, strip=True)
    role = forms.CharField(label="Role", max_length=80, required=False, strip=True)
    company = forms.CharField(label="Company", max_length=120, required=False, strip=True)
    language = forms.ChoiceField(label="Language", choices=Language.choices)
    places = forms.MultipleChoiceField(
        label="Where it may be shown", choices=Place.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one place."},
    )  # fmt: skip
    picture = forms.FileField(
        label="Picture", required=False, help_text="JPEG, PNG or WebP. It is cut square; what the camera noted is taken out.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    no_picture = forms.BooleanField(label="Without the picture", required=False)

    def __init__(self, *args: Any, before: Wording | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        if before is None or not before.picture_mark:
            del self.fields["no_picture"]
        if before is None:
            return
        for name in ("text", "name", "role", "company", "language", "places"):
            self.initial.setdefault(name, getattr(before, name))

    def clean_text(self) -> str:
        """Line ends as one kind, so that the same words have the same fingerprint wherever they were typed."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        """Our letters repeat these words, and no letter of ours may read as if it asked for a password."""
        found: dict[str, Any] = super().clean() or {}
        told = "\n".join(str(found.get(name, "")) for name in ("text", "name", "role", "company"))
        try:
            refuse_to_ask(told)
        except AsksForPassword:
            self.add_error("text", "This reads as if somebody asked for a password. Say it in other words.")
        return found

    def clean_picture(self) -> bytes | None:
        sent: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if sent is None:
            return None
        try:
            return drawn_anew(sent.read())
        except NoPicture as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    @property
    def drawn(self) -> bytes | None:
        """The picture: a new one, the one from before, or none."""
        if self.cleaned_data.get("no_picture"):
            return None
        kept = self.before.picture if self.before and self.before.picture_mark else None
        return self.cleaned_data["picture"] or (bytes(kept) if kept else None)

    @property
    def said(self) -> Said:
        found = self.cleaned_data
        return Said(
            text=found["text"], name=found["name"], role=found["role"], company=found["company"], language=found["language"],
            places=known_places(found["places"]), picture_mark=mark_of_picture(self.drawn),
        )  # fmt: skip


class OwnWordsForm(WordingForm):
    """What the person may change when they say yes: everything but a place nobody asked them about."""

    def __init__(self, *args: Any, before: Wording, **kwargs: Any) -> None:
        super().__init__(*args, before=before, **kwargs)
        places = self.fields["places"]
        assert isinstance(places, forms.MultipleChoiceField)
        places.choices = [(value, label) for value, label in Place.choices if value in before.places]
        del self.fields["picture"]

    def clean(self) -> dict[str, Any]:
        return {"picture": None, **super().clean()}

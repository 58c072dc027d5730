"""What is asked about a company's mailings."""

import re
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils import timezone

from pivotino.instance.contacts.models import Contact, ContactKind, Label
from pivotino.instance.mailing.models import SALES, Audience, Conditions, Mailing, Security, Sender
from pivotino.instance.mailing.way import PORTS, is_outside, may_be_near
from pivotino.instance.members.queries import zone
from pivotino.kit.ids import uuid7
from pivotino.kit.places import countries
from pivotino.kit.sensitive import mask

HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


class SenderForm(forms.Form):
    """In whose name mailings go, and through which mail server. The password is never shown again."""

    name = forms.CharField(label="Name", max_length=120, help_text="Who the letters come from, as people know you.")
    address = forms.EmailField(
        label="E-mail address", max_length=254, help_text="Answers come here, so somebody should read it."
    )
    postal = forms.CharField(
        label="Postal address", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands at the end of every mailing; most countries ask for it. Without it nothing is sent.",
    )  # fmt: skip
    host = forms.CharField(
        label="Mail server", max_length=253, help_text="Your mail provider calls it the SMTP or outgoing server."
    )
    port = forms.IntegerField(label="Port", min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label="Encryption", choices=Security.choices, initial=Security.STARTTLS)
    user = forms.CharField(label="User", max_length=254, required=False)
    password = forms.CharField(
        label="Password", max_length=300, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, sender: Sender) -> None:
        facts = ("name", "address", "postal", "host", "port", "security", "user")
        super().__init__(data, initial={field: getattr(sender, field) for field in facts})
        self.sender = sender
        self.fields["password"].help_text = (
            "One is kept, sealed. Type another to replace it." if sender.has_password
            else "Kept sealed, shown to nobody, and given to this server only. An app password is best."
        )  # fmt: skip

    def clean_name(self) -> str:
        name: str = " ".join(self.cleaned_data["name"].split())
        if "pivotino" in name.casefold():
            raise forms.ValidationError("The letters are yours, so they carry your name and not ours.")
        return name

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        ours = settings.OPERATOR.support.partition("@")[2].lower()
        if address.lower().endswith((f"@{ours}", f".{ours}")):
            raise forms.ValidationError("This address is ours. Use one of your own.")
        return address

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip().rstrip(".").lower()
        if may_be_near():
            return host
        if not (HOST.fullmatch(host) or is_outside(host)) or host.endswith((".local", ".internal", ".localhost")):
            raise forms.ValidationError("This is not a mail server on the internet. It looks like smtp.example.com.")
        return host

    def clean_port(self) -> int:
        port: int = self.cleaned_data["port"]
        if port not in PORTS and not may_be_near():
            raise forms.ValidationError("Mail servers listen at 587, 465, 2525 or 25.")
        return port

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("security") == Security.NONE and said.get("user") and not may_be_near():
            self.add_error("security", "With a password the way must be encrypted.")
        same = said.get("user") == self.sender.user and said.get("host") == self.sender.host
        if said.get("user") and not said.get("password") and not (self.sender.has_password and same):
            self.add_error("password", "Type the password of this user.")
        return said


class ListForm(forms.Form):
    """A list somebody picks by hand."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label="Name", max_length=120, help_text="Only your team reads it.")

    def __init__(self, data: Any = None, *, audience: Audience | None = None) -> None:
        super().__init__(data, initial={"id": audience.pk, "name": audience.name} if audience else {"id": uuid7()})

    @property
    def conditions(self) -> Conditions | None:
        return None


class SegmentForm(ListForm):
    """The conditions of a segment; whoever fits all of them when a mailing begins gets it."""

    kind = forms.ChoiceField(label="Who", choices=[("", "Companies and people"), *ContactKind.choices], required=False)
    label = forms.ChoiceField(label="Label", required=False)
    country = forms.ChoiceField(label="Country", required=False)
    company = forms.CharField(
        label="Company", max_length=200, required=False, help_text="The company and the people there."
    )
    sales = forms.ChoiceField(
        label="Opportunities", choices=[("", "With or without"), *((key, says.capitalize()) for key, says in SALES.items())],
        required=False, help_text="Of their own, or of their company.",
    )  # fmt: skip
    added = forms.DateField(label="Added since", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, audience: Audience | None = None) -> None:
        super().__init__(data, audience=audience)
        wanted = audience.conditions.as_plain() if audience else {}
        if wanted.get("company"):
            wanted["company"] = (
                Contact.objects.filter(pk=wanted["company"]).values_list("name", flat=True).first() or ""
            )
        self.initial.update(wanted)
        labels = list(Label.objects.values_list("name", flat=True))
        kept = [one for one in [wanted.get("label")] if one and one not in labels]
        self._choose("label", [("", "Any or none"), *((name, name) for name in (*labels, *kept))])
        self._choose("country", [("", "Anywhere"), *countries()])

    def clean_company(self) -> str:
        name = " ".join(self.cleaned_data["company"].split())
        found = list(Contact.objects.companies().filter(name__iexact=name)[:2]) if name else []
        if name and len(found) != 1:
            raise forms.ValidationError(
                f"There are several companies called {name}." if found else f"There is no company called {name}."
            )
        return str(found[0].pk) if name else ""

    def clean_added(self) -> str:
        day = self.cleaned_data["added"]
        return day.isoformat() if day else ""

    @property
    def conditions(self) -> Conditions:
        return Conditions.from_plain(
            {name: value for name, value in self.cleaned_data.items() if name not in ("id", "name")}
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class PickForm(forms.Form):
    """Contacts that were ticked."""

    contact = forms.TypedMultipleChoiceField(
        coerce=UUID,
        error_messages={
            "required": "Tick somebody first.",
            "invalid_choice": "Somebody you ticked is no contact any more.",
        },
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        asked = [text for text in data.getlist("contact")[:500] if _is_id(text)]
        rows = Contact.objects.kept().filter(pk__in=asked)
        cast(forms.ChoiceField, self.fields["contact"]).choices = [(str(row.pk), row.name) for row in rows]

    def contacts(self) -> list[Contact]:
        return list(Contact.objects.kept().filter(pk__in=self.cleaned_data["contact"]))


class MailingForm(forms.Form):
    """What stands above the letter: its subject, and who gets it."""

    subject = forms.CharField(label="Subject", max_length=150)
    audience = forms.ChoiceField(label="Who gets it")

    def __init__(self, data: Any = None, *, mailing: Mailing) -> None:
        super().__init__(data, initial={"subject": mailing.subject, "audience": str(mailing.audience_id or "")})
        self.mailing = mailing
        self._lists = {str(one.pk): one for one in Audience.objects.kept()}
        choices = [("", "Choose a list"), *((id, one.name) for id, one in self._lists.items())]
        cast(forms.ChoiceField, self.fields["audience"]).choices = choices

    def keep(self, body: list[dict[str, str]]) -> bool:
        """Keep what is typed, ready or not, so that nothing is lost; False where somebody else changed it meanwhile."""
        subject = mask(" ".join(self.data.get("subject", "").split()))[:150]
        audience = self._lists.get(self.data.get("audience", ""))
        version = self.data.get("version", "")
        return self.mailing.keep(
            version, subject=subject, name=subject[:120] or "Untitled", audience=audience, body=body
        )


class StartForm(forms.Form):
    """When it goes, and how fast."""

    at = forms.DateTimeField(
        label="When", required=False, help_text="Left empty, it begins at once.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    per_minute = forms.IntegerField(
        label="Letters a minute", min_value=1, max_value=600, initial=30,
        help_text="Mail servers of small companies rarely take more than 30.",
    )  # fmt: skip

    def clean_at(self) -> datetime:
        """The company's own clock, whatever the server's is."""
        said: datetime | None = self.cleaned_data["at"]
        now = timezone.now()
        at = said.replace(tzinfo=zone()) if said else now
        if at < now - timedelta(minutes=5):
            raise forms.ValidationError("That moment has passed.")
        if at > now + timedelta(days=365):
            raise forms.ValidationError("That is more than a year away.")
        return max(at, now)

    def when(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"at": said["at"], "zone": zone().key, "own_zone": False, "per_minute": said["per_minute"]}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

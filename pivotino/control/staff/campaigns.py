"""What staff type about campaigns, and what they may do with one. Each act is a deed under their name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from django.utils import timezone

from pivotino.control.marketing.aiming import BOTH, PROSPECT, SUBSCRIBER, Aim
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Campaign, Whereabouts
from pivotino.control.staff.forms import Reason
from pivotino.control.staff.models import Deed
from pivotino.control.subscriptions.models import Plan
from pivotino.kit.places import HOME, country_name, zone_of, zones
from pivotino.letters.bulletins.engine import FASTEST, PER_MINUTE, Stage
from pivotino.letters.topics import TOPICS
from pivotino.tenancy.signed_in import SignedIn

LANGUAGES = {"en": "English", "ms": "Malay"}


class BeginForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120, strip=True, help_text="For us: nobody outside reads it.")
    topic = forms.ChoiceField(
        label="Topic", choices=[(topic.name, topic.title) for topic in TOPICS.values()],
        help_text="Whoever stopped this topic does not get it.",
    )  # fmt: skip


class LetterForm(BeginForm):
    subject = forms.CharField(label="Subject", max_length=150, strip=True)


class AimForm(forms.Form):
    reach = forms.ChoiceField(
        label="For",
        choices=[(SUBSCRIBER, "Subscribers"), (PROSPECT, "Prospects"), (BOTH, "Both")],
        widget=forms.RadioSelect,
    )
    plans = forms.MultipleChoiceField(label="Only with the plan", required=False, widget=forms.CheckboxSelectMultiple)
    countries = forms.MultipleChoiceField(label="Only in", required=False, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label="Only who reads", required=False, widget=forms.CheckboxSelectMultiple, choices=list(LANGUAGES.items())
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = {plan.code: _plan(plan) for plan in Plan.objects.order_by("place", "code", "version")}
        self.fields["plans"].choices = list(plans.items())  # type: ignore[attr-defined]
        homes = sorted(set(Whereabouts.objects.order_by().values_list("country", flat=True)))
        self.fields["countries"].choices = [(code, country_name(code)) for code in homes]  # type: ignore[attr-defined]
        if not homes:
            del self.fields["countries"]

    @property
    def aim(self) -> Aim:
        return Aim.of(self.cleaned_data)


class TestForm(Reason):
    to = forms.EmailField(label="To", help_text="One address. It counts nowhere.")
    name = forms.CharField(label="As if they were called", max_length=60, required=False, strip=True)
    field_order = ["to", "name", "why", "ticket"]


class ScheduleForm(Reason):
    at = forms.DateTimeField(
        label="Begin", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Empty: at once.",
    )  # fmt: skip
    zone = forms.ChoiceField(label="On the clock of", choices=[(zone, zone.replace("_", " ")) for zone in zones()])
    own_zone = forms.BooleanField(
        label="At this hour of everybody's own clock",
        required=False,
        help_text="Where the hour has passed: a day later.",
    )
    per_minute = forms.IntegerField(label="Letters a minute", min_value=1, max_value=FASTEST)
    field_order = ["at", "zone", "own_zone", "per_minute", "why", "ticket"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("own_zone") and not said.get("at") and "at" not in self.errors:
            self.add_error("at", "At which hour?")
        if said.get("at") and said.get("zone"):
            at = timezone.make_naive(said["at"]).replace(tzinfo=ZoneInfo(said["zone"]))
            if at < timezone.now():
                self.add_error("at", "That is over. Choose a later hour, or leave it empty.")
            said["at"] = at
        return said

    @property
    def plan(self) -> dict[str, Any]:
        """As the engine takes it."""
        said = self.cleaned_data
        at: datetime = said["at"] or timezone.now()
        return {"at": at, "zone": said["zone"], "own_zone": said["own_zone"], "per_minute": said["per_minute"]}


@dataclass(frozen=True)
class Act:
    """One thing staff may do with a campaign at some of its stages."""

    label: str
    says: str
    stages: tuple[Stage, ...]
    work: Callable[[Campaign, Any], Any]
    form: type[Reason] = Reason
    dangerous: bool = False


ANY = tuple(Stage)
ACTS = {
    "test": Act("Send a test", "The letter goes to one address, with its links and its way out.", ANY,
                lambda campaign, form: CAMPAIGNS.test(campaign, to=form.cleaned_data["to"], name=form.cleaned_data["name"]), TestForm),
    "schedule": Act("Schedule", "Who gets it is asked when it begins, and each again when their letter leaves.", (Stage.DRAFT,),
                    lambda campaign, form: CAMPAIGNS.schedule(campaign, **form.plan), ScheduleForm),
    "pause": Act("Pause", "No further letter leaves. What the mail server has, it has.", (Stage.SCHEDULED, Stage.GOING),
                 lambda campaign, form: CAMPAIGNS.pause(campaign)),
    "resume": Act("Go on", "It goes on where it stood.", (Stage.PAUSED,), lambda campaign, form: CAMPAIGNS.resume(campaign)),
    "take-back": Act("Back to a draft", "While nobody has it yet.", (Stage.SCHEDULED,),
                     lambda campaign, form: CAMPAIGNS.take_back(campaign)),
    "stop": Act("Stop for good", "Whoever waits gets nothing, and it cannot be begun again.",
                (Stage.SCHEDULED, Stage.GOING, Stage.PAUSED), lambda campaign, form: CAMPAIGNS.stop(campaign), dangerous=True),
    "reveal": Act("Show addresses", "The addresses on one page, once. Only where somebody has to be found.", ANY,
                  lambda campaign, form: None),
}  # fmt: skip


def offered(campaign: Campaign) -> dict[str, Act]:
    """What may be done with it now, by the word in the address."""
    return {code: act for code, act in ACTS.items() if campaign.stage in act.stages}


def beginning(code: str, campaign: Campaign, by: SignedIn) -> dict[str, Any]:
    """What the form of an act says before anybody typed."""
    if code == "test":
        return {"to": by.email}
    return {"zone": zone_of(HOME), "per_minute": PER_MINUTE} if code == "schedule" else {}


def do(code: str, campaign: Campaign, form: Reason, *, by: SignedIn) -> None:
    """Write the deed down and do it, both or neither. Raises NotNow and ValidationError."""
    with transaction.atomic():
        Deed.objects.keep(
            by=by.name, account_id=by.id, what=f"campaign {code}", why=form.cleaned_data["why"],
            ticket=form.cleaned_data["ticket"], facts={"campaign": str(campaign.pk)},
        )  # fmt: skip
        ACTS[code].work(campaign, form)


def masked(address: str) -> str:
    """An address as the console shows it: enough to tell two apart, not enough to write to."""
    box, _, domain = address.partition("@")
    name, _, end = domain.rpartition(".")
    return f"{box[:1]}…{box[-1:]}@{name[:1]}…{name[-1:]}.{end}" if domain else ""


def _plan(plan: Plan) -> str:
    return plan.name if plan.period == Plan.Period.EVER else f"{plan.name}, by the {plan.get_period_display().lower()}"

"""Prospects. Numbers are free to look at; every look at a person, and everything done, is a deed with its reason."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.erasures.persons import is_restricted, restricted_among
from pivotino.control.prospects import clearing, proposing, rules, taking_in
from pivotino.control.prospects.forgetting import forget
from pivotino.control.prospects.forms import KeyForm, ListForm, PersonForm
from pivotino.control.prospects.models import Key, Kind, Listing, Origin, Prospect
from pivotino.control.prospects.queries import held_about
from pivotino.control.prospects.reading import MOST_BYTES, UnreadableList
from pivotino.control.staff.forms import Reason
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.kit.places import country_name
from pivotino.ui.shortcuts import answer_to, render

PAGE = 50
RESTRICTED = "They want it kept and not used: nobody of us changes it until they lift that. Only erasing goes."
# These have a source of their own for each person, so that a list of sources would be a list of persons.
SINGLE = (Kind.DEMO, Kind.REFERRAL, Kind.API)


class LookForm(Reason):
    """Nobody looks at people without saying why."""

    q = forms.CharField(label="Mail address, name or company", max_length=120, required=False, strip=True)
    state = forms.ChoiceField(
        label="Which", required=False,
        choices=[("", "All"), ("asking", "Waiting for a demo"), ("waiting", "In quarantine"), ("cleared", "Cleared")],
    )  # fmt: skip
    field_order = ["q", "state", "why", "ticket"]


class NewList(Reason, ListForm):
    """A list, its source, and why it is brought."""


class NewPerson(Reason, PersonForm):
    """One person, where we know them from, and why they are brought."""


class NewKey(Reason, KeyForm):
    """A key, and why it is issued."""


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """How many, from where, and under which laws. Nobody is named."""
    people = Prospect.objects.filter(account__isnull=True)
    in_quarantine = Count("prospects", filter=Q(prospects__cleared_at__isnull=True))
    known = Origin.objects.annotate(people=Count("prospects"), waiting=in_quarantine).filter(people__gt=0)
    one_by_one = people.filter(origin__kind__in=SINGLE).values_list("origin__kind")
    seen = {
        "figures": [
            ("waiting for a demo", Prospect.objects.asking().count(), "asking"), ("in quarantine", Prospect.objects.waiting().count(), "waiting"),
            ("cleared", Prospect.objects.cleared().count(), "cleared"), ("people in all", people.count(), ""),
        ],
        "sources": known.exclude(kind__in=SINGLE)[:PAGE], "listings": Listing.objects.all()[:PAGE],
        "singles": [(Kind(kind).label, number) for kind, number in one_by_one.annotate(Count("pk")).order_by()],
        "rules": rules.rules(), "vouched": rules.vouched(), "country_name": country_name,
        "untold": rules.kept_for(told=False).days, "told": rules.kept_for(told=True).days,
    }  # fmt: skip
    return render(request, "staff/prospects.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: AccountRequest) -> HttpResponse:
    """Find people: with a reason, which is kept."""
    form = LookForm(request.POST or None, initial={"state": request.GET.get("state", "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/prospects_look.html", {"form": form, "found": None, "silent": 0}, answer_to(form))
    words, state = form.cleaned_data["q"], form.cleaned_data["state"]
    people = {"asking": Prospect.objects.asking, "waiting": Prospect.objects.waiting, "cleared": Prospect.objects.cleared}.get(state, Prospect.objects.all)()  # fmt: skip
    hits = Q(address__icontains=words) | Q(name__icontains=words) | Q(company__icontains=words)
    hit = list(people.filter(hits).select_related("origin")[:PAGE])
    silent = restricted_among(one.address for one in hit)
    found = [one for one in hit if one.address not in silent]
    _deed(request, "prospects look", form, shown=len(found), state=state)
    return render(
        request, "staff/prospects_look.html", {"form": form, "found": found, "silent": len(silent), "most": PAGE}
    )


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    """One person, once the reason is told."""
    person = get_object_or_404(Prospect.objects.select_related("origin"), pk=id)
    form = Reason(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/prospect.html", {"form": form, "report": None}, answer_to(form))
    _deed(request, "prospect seen", form, prospect=str(person.pk))
    acts = [act for act in ACTS if act.noun == "people" and act.fits(person)]
    seen = {"form": form, "report": held_about(person.address), "acts": acts, "restricted": is_restricted(person.address)}  # fmt: skip
    return render(request, "staff/prospect.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    """One person by hand: recommended, or met somewhere."""
    form = NewPerson(request.POST or None, initial={"day": timezone.now().date()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if why := taking_in.refused([said["email"]]).get(said["email"]):
            form.add_error("email", why)
        else:
            with transaction.atomic():
                origin = Origin.objects.create(**form.source, by=request.account.name)
                person = taking_in.Person(
                    address=said["email"], name=said["name"], company=said["company"], country=said["country"]
                )
                taking_in.take_in([person], origin)
                _deed(request, "prospect brought", form, source=str(origin.pk))
            return HttpResponseRedirect(reverse("staff:prospects"))
    return render(request, "staff/prospects_new.html", {"form": form, "title": "One person"}, answer_to(form))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: AccountRequest) -> HttpResponse:
    """A list, as a proposal."""
    form = NewList(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                listing = proposing.propose(
                    file.read(MOST_BYTES + 1), name=file.name, source=form.source, country=form.cleaned_data["country"], by=request.account.name
                )  # fmt: skip
                _deed(request, "prospects list brought", form, list=str(listing.pk), people=len(listing.rows))
            return HttpResponseRedirect(reverse("staff:prospects_list", args=[listing.pk]))
        except UnreadableList as refusal:
            form.add_error("file", str(refusal))
    return render(request, "staff/prospects_new.html", {"form": form, "title": "A list"}, answer_to(form))


@staff
@require_safe
def listing(request: AccountRequest, id: UUID) -> HttpResponse:
    """What a list would bring: numbers, lines and reasons."""
    row = get_object_or_404(Listing, pk=id)
    places = Counter(person["country"] for person in row.rows)
    basis = row.source["basis"]
    return render(request, "staff/prospects_list.html", {"row": row, "source": Origin(**{**row.source, "day": None}), "places": _places(places, basis)})  # fmt: skip


@staff
@require_safe
def source(request: AccountRequest, id: UUID) -> HttpResponse:
    """One source and what the laws say of its people, in numbers."""
    row = get_object_or_404(Origin.objects.exclude(kind__in=SINGLE), pk=id)
    places = Counter(row.prospects.filter(account__isnull=True).values_list("country", flat=True))
    waiting = row.prospects.filter(cleared_at__isnull=True, account__isnull=True).count()
    acts = [act for act in ACTS if act.noun == "sources" and act.fits(row)]
    seen = {"row": row, "places": _places(places, row.basis), "people": places.total(), "waiting": waiting, "acts": acts}  # fmt: skip
    return render(request, "staff/prospects_source.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: AccountRequest) -> HttpResponse:
    """Keys for programs that hand people in. A secret is shown once, on the answer to the form."""
    form = NewKey(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            key, secret = Key.objects.issue(form.cleaned_data["name"], days=form.cleaned_data["days"], by=request.account.name)  # fmt: skip
            _deed(request, "prospects key issued", form, key=str(key.pk))
    seen = {"form": NewKey() if secret else form, "secret": secret, "keys": Key.objects.all()[:PAGE], "address": reverse("prospects:api")}  # fmt: skip
    return render(request, "staff/prospects_keys.html", seen, answer_to(form))


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that may be done to a person, a source, a list or a key. `work` returns what the deed says in numbers."""

    noun: str
    code: str
    label: str
    says: str
    work: Callable[[Any, str], dict[str, Any]]
    fits: Callable[[Any], bool] = lambda row: True
    dangerous: bool = False


def _clear_one(row: Prospect, by: str) -> dict[str, Any]:
    clearing.clear_one(row, by=by)
    return {}


def _answer(row: Prospect, by: str) -> dict[str, Any]:
    Prospect.objects.filter(pk=row.pk).update(answered_at=timezone.now(), touched_at=timezone.now())
    return {}


def _erase(row: Prospect, by: str) -> dict[str, Any]:
    forget(row.address)
    return {}


def _clear(row: Origin, by: str) -> dict[str, Any]:
    return {"people": clearing.clear(row.prospects.select_related("origin"), by=by)}


def _drop_source(row: Origin, by: str) -> dict[str, Any]:
    gone = row.prospects.filter(account__isnull=True).delete()[1].get("prospects.Prospect", 0)
    Origin.objects.unused().filter(pk=row.pk).delete()
    return {"people": gone}


def _accept(row: Listing, by: str) -> dict[str, Any]:
    origin, count = proposing.accept(row, by=by)
    return {"source": str(origin.pk) if count else "", "people": count}


def _drop(row: Listing, by: str) -> dict[str, Any]:
    row.delete()
    return {}


def _revoke(row: Key, by: str) -> dict[str, Any]:
    row.revoke()
    return {}


MODELS: dict[str, Any] = {"people": Prospect, "sources": Origin, "lists": Listing, "keys": Key}
ACTS = (
    Act(noun="people", code="answered", label="Demo is given", work=_answer, says="They wait for a demo no longer.",
        fits=lambda row: bool(row.asked_at and not row.answered_at)),
    Act(noun="people", code="clear", label="Clear", work=_clear_one, says="You looked at source, basis and country. Letters of marketing may go.",
        fits=lambda row: row.cleared_at is None and row.account_id is None),
    Act(noun="people", code="erase", label="Erase", dangerous=True, work=_erase,
        says="Everything we hold of them goes at once, and they can be taken in again by their own wish alone."),
    Act(noun="sources", code="clear", label="Clear its people", work=_clear,
        says="You looked at the source and its basis. Those whose country’s law agrees leave quarantine; the others stay, with the reason.",
        fits=lambda row: row.prospects.filter(cleared_at__isnull=True, account__isnull=True).exists()),
    Act(noun="sources", code="drop", label="Drop its people", dangerous=True, work=_drop_source,
        says="Everybody who came from this source is deleted. Another list may bring them again."),
    Act(noun="lists", code="take-in", label="Take them in", work=_accept, says="They go into quarantine, with the source. Nothing is written to them yet."),
    Act(noun="lists", code="drop", label="Drop the list", dangerous=True, work=_drop, says="Nobody is taken in, and the list is deleted."),
    Act(noun="keys", code="revoke", label="Revoke", dangerous=True, work=_revoke, says="The program that has it can hand in nobody any more.",
        fits=lambda row: row.standing == "living"),
)  # fmt: skip


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, noun: str, id: UUID, code: str) -> HttpResponse:
    """Ask why, then do it: deed and effect are one. The page names nobody."""
    act = next((act for act in ACTS if (act.noun, act.code) == (noun, code)), None)
    row = MODELS[noun].objects.filter(pk=id).first() if act else None
    if act is None or row is None or not act.fits(row):
        raise Http404
    form = Reason(request.POST or None)
    seen: dict[str, Any] = {"act": act, "form": form, "refusal": ""}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/prospects_act.html", seen, answer_to(form))
    if noun == "people" and code != "erase" and is_restricted(row.address):
        return render(request, "staff/prospects_act.html", {**seen, "refusal": RESTRICTED}, status=409)
    try:
        with transaction.atomic():
            told = act.work(row, request.account.name)
            _deed(request, f"prospects {noun} {code}", form, id=str(id), **told)
    except clearing.NotCleared as refusal:
        _deed(request, "failed", form, id=str(id), act=f"prospects {noun} {code}")
        return render(request, "staff/prospects_act.html", {**seen, "refusal": str(refusal)}, status=409)
    except ObjectDoesNotExist:  # the other press of the same button was quicker
        raise Http404 from None
    return HttpResponseRedirect(reverse("staff:prospects_keys" if noun == "keys" else "staff:prospects"))


def _places(places: Counter[str], basis: str) -> list[tuple[str, int, str]]:
    """By country: its name, how many, and what keeps letters from going there; the most people first."""
    return [
        (country_name(place) if place else "Unknown", number, rules.why_not(country=place, basis=basis))
        for place, number in places.most_common()
    ]


def _deed(request: AccountRequest, what: str, form: Any, **facts: Any) -> None:
    said = form.cleaned_data
    Deed.objects.keep(
        by=request.account.name, account_id=request.account.id, what=what, why=said["why"], ticket=said["ticket"], facts=facts
    )  # fmt: skip

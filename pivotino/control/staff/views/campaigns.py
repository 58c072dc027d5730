"""Campaigns: writing one, seeing whom it would reach and whom not, letting it go, and what became of it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.marketing import campaigning, jobs
from pivotino.control.marketing.aiming import Aim
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Campaign, Picture
from pivotino.control.staff.campaigns import (
    AimForm,
    BeginForm,
    LetterForm,
    beginning,
    do,
    masked,
    offered,
)
from pivotino.control.staff.guards import staff
from pivotino.letters.bulletins.editing import STALE, Draft
from pivotino.letters.bulletins.engine import NotNow, Stage, Standing
from pivotino.letters.bulletins.showing import framed, frames
from pivotino.ui.shortcuts import answer_to, render

PER_PAGE = 50


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    page = Paginator(Campaign.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "staff/campaigns.html", {"page": page})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        campaign = Campaign.objects.create(by=request.account.name, **form.cleaned_data)
        return _to("campaign_letter", campaign)
    return render(request, "staff/campaign_new.html", {"form": form}, answer_to(form))


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    """How it stands: numbers, links, what kept letters back; and what may be done."""
    campaign = get_object_or_404(Campaign, pk=id)
    seen = {"campaign": campaign, "found": CAMPAIGNS.statistics(campaign), "acts": offered(campaign), "Stage": Stage}
    return render(request, "staff/campaign.html", seen)


@staff
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@frames
def letter(request: AccountRequest, id: UUID) -> HttpResponse:
    """Write it. What is typed is kept whether it is ready or not; saving says what is not."""
    campaign = get_object_or_404(Campaign, pk=id)
    if not campaign.may_change:
        return _to("campaign", campaign)
    if request.method != "POST":
        said = {"name": campaign.name, "topic": campaign.topic, "subject": campaign.subject}
        return _letter_page(request, campaign, LetterForm(initial=said), Draft.of(campaign.body))
    draft = Draft.sent(request.POST, request.FILES, keep=lambda file: Picture.keep(file).address)
    form = LetterForm(request.POST)
    kept = _keep(campaign, form, draft, request.POST.get("version", ""))
    if "keep" in request.POST:
        return JsonResponse({"pictures": draft.pictures, "version": campaign.version if kept else 0, "kept": kept})
    if not kept:
        form.add_error(None, STALE)
        return _letter_page(request, campaign, form, draft, status=409)
    if draft.pressed:
        return _letter_page(request, campaign, LetterForm(initial=request.POST.dict()), draft)
    if draft.judge() and form.is_valid():
        return _to("campaign", campaign)
    return _letter_page(request, campaign, form, draft, status=422)


@staff
@require_safe
def page(request: AccountRequest, id: UUID) -> HttpResponseBase:
    """The letter for the frame, as somebody who registered would read it."""
    return framed(request, campaigning.seen_by(get_object_or_404(Campaign, pk=id)).html)


@staff
@require_safe
def text(request: AccountRequest, id: UUID) -> HttpResponse:
    """The plain twin."""
    campaign = get_object_or_404(Campaign, pk=id)
    return render(request, "staff/campaign_text.html", {"campaign": campaign, "written": campaigning.seen_by(campaign)})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def audience(request: AccountRequest, id: UUID) -> HttpResponse:
    """Choose whom it is for; see some of them, and some who are held back, each with the reason."""
    campaign = get_object_or_404(Campaign, pk=id)
    if not campaign.may_change:
        return _to("campaign_people", campaign)
    form = AimForm(request.POST or None, initial=Aim.of(campaign.aim).as_json())
    if request.method == "POST" and form.is_valid():
        Campaign.objects.filter(pk=campaign.pk, stage=Stage.DRAFT).update(aim=form.aim.as_json())
        jobs.count.later(str(campaign.pk), key=f"count:{campaign.pk}")
        return _to("campaign_audience", campaign)
    return _audience_page(request, campaign, form, masked)


@staff
@require_safe
def people(request: AccountRequest, id: UUID) -> HttpResponse:
    """Everybody it went to or not, and why."""
    campaign = get_object_or_404(Campaign, pk=id)
    return _people_page(request, campaign, masked)


@staff
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    """Ask why, then do it. Without a reason nothing happens."""
    campaign = get_object_or_404(Campaign, pk=id)
    act = offered(campaign).get(code)
    if act is None:
        raise Http404
    form = act.form(request.POST or None, initial=beginning(code, campaign, request.account))
    if request.method == "POST" and form.is_valid():
        try:
            do(code, campaign, form, by=request.account)
        except (ValidationError, NotNow) as refusal:
            form.add_error(None, refusal.messages if isinstance(refusal, ValidationError) else str(refusal))
        else:
            return _revealed(request, campaign) if code == "reveal" else _to("campaign", campaign)
    return render(request, "staff/campaign_act.html", {"campaign": campaign, "act": act, "form": form}, answer_to(form))


def _keep(campaign: Campaign, form: LetterForm, draft: Draft, version: str) -> bool:
    """Keep what was typed, unless somebody else did meanwhile. `campaign` is then as it is kept."""
    form.is_valid()
    said = {name: value for name, value in form.cleaned_data.items() if name in form.fields}
    return campaign.keep(version, body=draft.value, **said)


def _letter_page(
    request: AccountRequest, campaign: Campaign, form: LetterForm, draft: Draft, status: int = 200
) -> HttpResponse:
    return render(request, "staff/campaign_letter.html", {"campaign": campaign, "form": form, "draft": draft}, status)


def _audience_page(request: AccountRequest, campaign: Campaign, form: AimForm, shown: Any) -> HttpResponse:
    going, back = campaigning.some(campaign)
    counts = campaign.counts if campaign.counts.get("aim") == campaign.aim else {}
    seen = {"campaign": campaign, "form": form, "going": going, "back": back, "shown": shown, "counts": counts}
    return render(request, "staff/campaign_audience.html", seen, answer_to(form))


def _people_page(request: AccountRequest, campaign: Campaign, shown: Any) -> HttpResponse:
    rows = campaign.recipients.order_by("due_at", "pk")
    standing = request.GET.get("standing", "")
    if standing in Standing.values:
        rows = rows.filter(standing=standing)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    seen = {"campaign": campaign, "page": page, "shown": shown, "standing": standing, "standings": Standing}
    return render(request, "staff/campaign_people.html", seen)


def _revealed(request: AccountRequest, campaign: Campaign) -> HttpResponse:
    if campaign.gathered_at:
        return _people_page(request, campaign, str)
    return _audience_page(request, campaign, AimForm(initial=Aim.of(campaign.aim).as_json()), str)


def _to(name: str, campaign: Campaign) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"staff:{name}", kwargs={"id": campaign.pk}))

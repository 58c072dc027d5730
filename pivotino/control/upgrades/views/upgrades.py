"""The versions of one database: try the newest on a copy, schedule it, watch it, keep it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.upgrades import asking
from pivotino.control.upgrades.forms import ScheduleForm
from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.control.upgrades.queries import overview, report_lines, zone_of
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render, render_block

PAGE = "upgrades/show.html"
View = TypeVar("View", bound=Callable[..., HttpResponse])


def in_its_zone(view: View) -> View:
    """Read and show times by the clock of the company; by UTC where its database does not answer."""

    @wraps(view)
    def there(request: Any, instance: Instance) -> HttpResponse:
        with timezone.override(zone_of(instance)):
            return view(request, instance)

    return there  # type: ignore[return-value]


@owner
@in_its_zone
@require_safe
def show(request: Any, instance: Instance) -> HttpResponse:
    """What it has, what there is, and how far things are. The page looks again by itself while something is under way."""
    context = _context(instance, ScheduleForm())
    if not request.htmx:
        return render(request, PAGE, context)
    if context["o"].is_moving:
        return render_block(request, PAGE, "progress", context)
    answer = HttpResponse()
    answer["HX-Refresh"] = "true"
    return answer


@owner
@require_POST
def create_trial(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """A copy to try."""
    if asking.is_behind(instance):
        asking.try_out(instance, by=request.account.email)
    return _back(instance)


@owner
@require_POST
def destroy_trial(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Remove the copy now."""
    for trial in Trial.objects.standing().filter(instance=instance, rehearsal=False, ready_at__isnull=False):
        asking.end_trial(trial, by=request.account.email)
    return _back(instance)


@owner
@in_its_zone
@require_POST
def create(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Bring it to the newest version, now or later."""
    form = ScheduleForm(request.POST)
    if form.is_valid():
        try:
            asking.bring(instance, at=form.cleaned_data["at"], by=request.account.email)
        except asking.NotNow as error:
            form.add_error(None, str(error))
        else:
            tell(instance.pk, "upgrade.asked", account_id=request.account.id)
            return _back(instance)
    return render(request, PAGE, _context(instance, form), status=answer_to(form))


@owner
@require_POST
def destroy(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Call off what has not begun."""
    for upgrade in Upgrade.objects.open().filter(instance=instance, begun_at__isnull=True):
        asking.call_off(upgrade, by=request.account.email)
        tell(instance.pk, "upgrade.called_off", account_id=request.account.id)
    return _back(instance)


@owner
@require_POST
def accept(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """The new version is fine; the one before may go."""
    for upgrade in Upgrade.objects.open().filter(instance=instance, opened_at__isnull=False):
        asking.accept(upgrade, by=request.account.email)
    return _back(instance)


def _context(instance: Instance, form: ScheduleForm) -> dict[str, Any]:
    o = overview(instance)
    return {
        "instance": instance, "o": o, "form": form, "zone": timezone.get_current_timezone_name(),
        "trial_report": report_lines(o.trial.report) if o.trial else [],
        "upgrade_report": report_lines(o.upgrade.report) if o.upgrade else [],
        "copy": o.trial.copy if o.trial and o.trial.is_ready else None,
    }  # fmt: skip


def _back(instance: Instance) -> HttpResponse:
    return HttpResponseRedirect(reverse("upgrades:show", args=[instance.slug]))

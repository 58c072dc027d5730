"""Putting a database back: what would be lost, the word to begin, and how far it is."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import owner
from pivotino.control.backups import restoring
from pivotino.control.backups.forms import RestoreForm
from pivotino.control.backups.jobs import put_restore_in_line
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.backups.rotation import rotation
from pivotino.jobs import steps
from pivotino.jobs.trails import tell
from pivotino.tenancy import returns
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render, render_block

PAGE = "backups/restore.html"


@owner
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, instance: Instance, id: UUID) -> HttpResponse:
    """Say exactly what going back to this backup would lose, and begin when told to."""
    backup = get_object_or_404(Backup.objects.made().filter(instance=instance), pk=id)
    form, refused = RestoreForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_progress(_begin(request, instance, backup, form.cleaned_data["why"])))
        except restoring.NotNow as error:
            refused = str(error)
    lost = returns.changes_since(instance.place, backup.taken_at) if backup.taken_at else {}
    said = {"instance": instance, "backup": backup, "form": form, "lost": lost, "refused": refused,
            "days": rotation().days["before"]}  # fmt: skip
    return render(request, "backups/new_restore.html", said, 409 if refused else answer_to(form))


@owner
@require_safe
def show(request: Any, instance: Instance, id: UUID) -> HttpResponse:
    """How far it is. The page asks again by itself, and works without a script too."""
    restore = get_object_or_404(Restore.objects.select_related("backup", "kept", "instance"), pk=id, instance=instance)
    said = {"instance": instance, "restore": restore, "steps": steps.shown(restore, restoring.STEPS)}
    if request.htmx and not restore.is_over:
        return render_block(request, PAGE, "progress", said)
    answer = render(request, PAGE, said)
    if request.htmx:
        answer["HX-Refresh"] = "true"
    return answer


def _begin(request: Any, instance: Instance, backup: Backup, why: str) -> Restore:
    with transaction.atomic():
        restore = restoring.ask(instance, backup, by=request.account.name, why=why, account_id=request.account.id)
        put_restore_in_line(restore)
        tell(instance.pk, "restore.asked", account_id=request.account.id)
    return restore


def _progress(restore: Restore) -> str:
    return reverse("backups:restore", args=[restore.instance.slug, restore.pk])

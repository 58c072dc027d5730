"""The work of an import behind the page: reading, proposing, applying, taking back; and forgetting after thirty days."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q
from django.utils import timezone

from pivotino.instance.exchange import applying, plans, proposing, takeback
from pivotino.instance.exchange.models import Import, ProposedRow, Verdict
from pivotino.instance.exchange.storage import path_of, remove
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.jobs import instance_job, nightly
from pivotino.tenancy import atomic

OURS = "Something broke on our side. What was done so far is kept, and it is tried again by itself."


@instance_job(whole=False)
def read(import_id: str) -> None:
    """Look at a whole sheet. A plan somebody made already is kept."""
    one = _find(import_id)
    if one is not None and one.state == "reading":
        with _said(one):
            plans.look(one, plan=one.mapping if one.plan else None)


@instance_job(whole=False)
def propose(import_id: str, round: int) -> None:
    one = _find(import_id)
    if one is not None and one.round == round:
        with _said(one):
            proposing.propose(one)


@instance_job(whole=False)
def apply(import_id: str) -> None:
    one = _find(import_id)
    if one is not None:
        with _said(one):
            applying.apply(one)


@instance_job(whole=False)
def take_back(import_id: str) -> None:
    one = _find(import_id)
    if one is not None:
        with _said(one):
            takeback.take_back(one)


@nightly(at="03:40")
def forget_old_imports() -> None:
    """Thirty days after the upload the file and the words of its rows go; the figures stay."""
    for one in Import.objects.to_forget():
        if not one.is_busy or one.state == "reading":
            forget(one)


def forget(one: Import) -> None:
    """Remove the file and everything the rows say. What is needed to notice a later change of a record stays: its id."""
    remove(path_of(one.pk, one.ending))
    rows = ProposedRow.objects.filter(of_import=one)
    with atomic():
        rows.filter(Q(version__isnull=True) | Q(verdict__in=[Verdict.SAME, Verdict.REFUSED])).delete()
        rows.update(name="", reasons=[], changes=[], data={}, before=None)
        Import.objects.filter(pk=one.pk).update(words={}, invited={}, plan={}, forgotten_at=timezone.now())


@contextmanager
def _said(one: Import) -> Iterator[None]:
    """Tell the page when something of ours breaks. What was done stays done; the job is tried again by itself."""
    try:
        yield
    except Exception as error:
        sentence = error.message if isinstance(error, Refusal) else OURS
        Import.objects.filter(pk=one.pk).update(problem=sentence)
        raise
    Import.objects.filter(pk=one.pk, problem=OURS).update(problem="")


def _find(import_id: str) -> Import | None:
    found = Import.objects.select_related("uploaded_by", "applied_by").filter(pk=import_id, discarded_at__isnull=True)
    return found.first()

"""The record of processing as a Business Owner shows it to an authority: their own database, its tables, in three forms."""

import json

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest, owner
from pivotino.control.privacy import record
from pivotino.control.privacy.record import Line
from pivotino.kit.csvs import csv_lines
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@owner
@require_safe
def mine(request: AccountRequest, instance: Instance) -> HttpResponse:
    """What is processed in this database, table by table."""
    return render(
        request,
        "privacy/record_mine.html",
        {
            "instance": instance,
            "lines": record.by_activity(record.theirs(instance)),
            "region": instance.place.bucket.region,
        },
    )


@owner
@require_safe
def mine_table(request: AccountRequest, instance: Instance) -> HttpResponse:
    return table(record.theirs(instance), f"{instance.slug}-record-of-processing")


@owner
@require_safe
def mine_file(request: AccountRequest, instance: Instance) -> HttpResponse:
    return file(record.theirs(instance), f"{instance.slug}-record-of-processing")


def table(lines: list[Line], name: str) -> HttpResponse:
    """The record for a spreadsheet."""
    rows = [list(line.plain().values()) for line in lines]
    return _named(
        HttpResponse(csv_lines(list(Line.__dataclass_fields__), rows), content_type="text/csv; charset=utf-8"),
        f"{name}.csv",
    )


def file(lines: list[Line], name: str) -> HttpResponse:
    """The record as JSON."""
    told = json.dumps([line.plain() for line in lines], ensure_ascii=False, indent=1)
    return _named(HttpResponse(told, content_type="application/json"), f"{name}.json")


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

"""The least a board can cost: raw SQL on the same rows, the same facts a card, printed with f-strings. No rights, no filters."""

from datetime import date
from html import escape
from typing import Any

from django.db import transaction

CARDS = """
SELECT o.id, o.title, c.name, o.amount_minor, o.currency, m.name, o.next_on, o.next_kind, o.next_summary, o.stage_since, o.version
FROM (SELECT * FROM pipeline_opportunity WHERE stage_id = %s AND removed_at IS NULL AND next_on < %s ORDER BY next_on LIMIT 20) o
LEFT JOIN contacts_contact c ON c.id = o.contact_id LEFT JOIN members_member m ON m.id = o.owner_id
"""
TOTALS = """
SELECT s.id, s.name, t.count, t.base_minor, t.weighted FROM pipeline_stage s
LEFT JOIN pipeline_stagetotal t ON t.stage_id = s.id AND t.owner_key = %s ORDER BY s.position
"""


def board(nobody: Any, today: date) -> str:
    """A whole board as a string: six columns, twenty cards in each open one."""
    out = ["<!doctype html><title>Board</title><main>"]
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.execute(TOTALS, [nobody])
        for stage, name, count, base, weighted in cursor.fetchall():
            out.append(
                f"<section><h2>{escape(name)}</h2><span>{count}</span><p>{(base or 0) / 100:,.0f} {(weighted or 0) / 10000:,.0f}</p>"
            )
            cursor.execute(CARDS, [stage, today.isoformat()])
            for id, title, who, amount, code, owner, due, kind, summary, since, version in cursor.fetchall():
                out.append(
                    f'<article id="{id}" data-version="{version}"><h3><a href="o/{id}">{escape(title)}</a></h3><i>{escape(owner or "")}</i>'
                    f"<p>{escape(who or '')}</p><data>{code} {amount / 100:,.0f}</data><span>{kind} {escape(summary)} {due}</span><b>{since}</b></article>"
                )
            out.append("</section>")
    return "".join(out)

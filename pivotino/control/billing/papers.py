"""Writing invoices, receipts and credit notes out of what the provider billed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from pivotino.control.billing.jobs import print_paper
from pivotino.control.billing.models import Buyer, Paper
from pivotino.control.billing.taxes import is_tax, tax_of
from pivotino.control.payments.provider import Bill, BillLine, Trouble
from pivotino.tenancy.models import Instance

# Malaysian e-invoice: the kind of document, the class of what is sold ("others"), and the numbers that stand for a buyer
# who has told none. Kept on the paper as fields; handing them in is the operator's connector's work.
TYPES = {Paper.Kind.INVOICE: "01", Paper.Kind.CREDIT: "02", Paper.Kind.RECEIPT: ""}
CLASSIFICATION = "022"
GENERAL_PUBLIC, FOREIGN_BUYER = "EI00000000010", "EI00000000020"


def write_invoice(instance_id: UUID, bill: Bill) -> Paper | None:
    """The invoice of a bill, once; None for a bill over nothing."""
    if not bill.total_minor:
        return None
    with transaction.atomic():
        return _issue(
            Paper.Kind.INVOICE,
            instance_id,
            cause=bill.ref,
            total=bill.total_minor,
            facts=_facts(instance_id, bill),
            currency=bill.currency,
        )


def write_receipt(instance_id: UUID, bill: Bill) -> Paper | None:
    """The receipt of a paid bill, once, after its invoice."""
    with transaction.atomic():
        invoice = write_invoice(instance_id, bill)
        if invoice is None:
            return None
        amount = bill.paid_minor or bill.total_minor
        paid = {"paid_minor": amount, "paid_on": _day(bill.paid_at)}
        return _issue(
            Paper.Kind.RECEIPT, instance_id, cause=bill.ref, about=invoice.number, total=amount,
            facts={**invoice.facts, **paid}, currency=bill.currency,
        )  # fmt: skip


def write_credit_note(instance_id: UUID, bill: Bill, refund: Trouble) -> Paper | None:
    """The credit note of a refund, once. Tax goes back in proportion."""
    with transaction.atomic():
        invoice = write_invoice(instance_id, bill)
        if invoice is None or not refund.amount_minor:
            return None
        tax = refund.amount_minor * invoice.facts["tax_minor"] // invoice.facts["total_minor"]
        back = {"description": f"Refund for invoice {invoice.number}", "quantity": 1, "unit_minor": refund.amount_minor - tax,
                "amount_minor": refund.amount_minor - tax, "from": None, "until": None}  # fmt: skip
        facts = {**invoice.facts, "lines": [back], "subtotal_minor": refund.amount_minor - tax, "tax_minor": tax,
                 "total_minor": refund.amount_minor, "reason": refund.reason}  # fmt: skip
        return _issue(
            Paper.Kind.CREDIT, instance_id, cause=refund.ref, about=invoice.number, total=refund.amount_minor, facts=facts,
            currency=refund.currency,
        )  # fmt: skip


def _issue(
    kind: Paper.Kind,
    instance_id: UUID,
    *,
    cause: str,
    total: int,
    facts: dict[str, Any],
    currency: str,
    about: str = "",
) -> Paper:
    whole = {**facts, "kind": kind.value, "about": about, "e_invoice": {**facts["e_invoice"], "type": TYPES[kind]}}
    paper = Paper.objects.issue(
        kind.value, instance_id=instance_id, cause=cause, facts=whole, about=about, currency=currency, total_minor=total
    )
    print_paper.later(str(paper.pk), key=f"print:{paper.pk}")
    return paper


def _facts(instance_id: UUID, bill: Bill) -> dict[str, Any]:
    """All that stands on the paper, as it is today."""
    instance = Instance.objects.filter(pk=instance_id).first()
    buyer = Buyer.objects.filter(instance_id=instance_id).first()
    tax = tax_of(buyer)
    of_tax = [line for line in bill.lines if is_tax(line.price_code)]
    tax_minor = bill.tax_minor + sum(line.amount_minor for line in of_tax)
    return {
        "seller": _seller(), "buyer": _buyer(buyer, instance.name if instance else ""), "currency": bill.currency.upper(),
        "lines": [_line(line) for line in bill.lines if line not in of_tax],
        "subtotal_minor": bill.total_minor - tax_minor, "tax_minor": tax_minor, "total_minor": bill.total_minor,
        "tax": {"name": tax.name, "percent": tax.percent if tax_minor else 0, "note": tax.note},
        "due_on": _day(bill.due_at or bill.created_at), "billed_on": _day(bill.created_at), "reference": bill.number or bill.ref,
        "order_reference": buyer.reference if buyer else "",
        "e_invoice": {"classification": CLASSIFICATION, "buyer_tin": _tin(buyer), "seller_tin": settings.SELLER.tax_number, "msic": settings.SELLER.msic},
    }  # fmt: skip


def _seller() -> dict[str, Any]:
    seller = settings.SELLER
    return {"name": seller.name, "lines": [seller.address], "email": seller.email, "country": seller.country,
            "registration": seller.registration, "tax_number": seller.tax_number,
            "service_tax_number": seller.service_tax_number}  # fmt: skip


def _buyer(buyer: Buyer | None, name: str) -> dict[str, Any]:
    if buyer is None:
        return {"name": name, "lines": [], "country": "", "registration": "", "tax_number": "", "vat_id": ""}
    return {"name": buyer.name, "lines": buyer.lines, "country": buyer.country, "registration": buyer.registration,
            "tax_number": buyer.tax_number, "vat_id": buyer.vat_id}  # fmt: skip


def _line(line: BillLine) -> dict[str, Any]:
    return {"description": line.description, "quantity": line.quantity, "unit_minor": line.unit_minor,
            "amount_minor": line.amount_minor, "from": _day(line.from_), "until": _day(line.until)}  # fmt: skip


def _tin(buyer: Buyer | None) -> str:
    if buyer is None or buyer.tax_number:
        return buyer.tax_number if buyer else GENERAL_PUBLIC
    return GENERAL_PUBLIC if buyer.country == "MY" else FOREIGN_BUYER


def _day(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()

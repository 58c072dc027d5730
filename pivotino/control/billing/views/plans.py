"""Choosing another plan: first a look at exactly what is due, then the change."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.billing import following
from pivotino.control.billing.forms import PlanForm
from pivotino.control.billing.models import Buyer
from pivotino.control.billing.queries import Book, book
from pivotino.control.billing.wishes import Wish
from pivotino.control.payments.provider import Declined, PaymentProblem, Preview, ProviderDown, provider
from pivotino.control.subscriptions.models import AddOn, NotOffered, Plan
from pivotino.control.subscriptions.queries import currencies, currency_for, listed_add_ons, published_plans
from pivotino.jobs.trails import tell
from pivotino.kit import places
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render

FORM, LOOK = "billing/plan.html", "billing/plan_look.html"
SALT, GOOD_FOR = "billing.change", timedelta(minutes=15)
DOWN = "The payment provider does not answer. Nothing was changed; try again in a few minutes."


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What this database may choose from: what is on offer, and what it has already."""

    book: Book
    keeps: Wish | None
    plans: list[Plan]
    extensions: list[AddOn]
    currencies: list[str]
    currency: str

    def form(self, data: Any = None) -> PlanForm:
        now = self.keeps
        initial = {
            "plan": now.plan.code if now else "team-monthly", "seats": max(self.book.people, now.seats if now else 0, 1), "currency": self.currency,
            "add_ons": [add_on.code for add_on in now.add_ons] if now else [],
        }  # fmt: skip
        return PlanForm(data, initial=initial, plans=self.plans, extensions=self.extensions, currencies=self.currencies, people=self.book.people, keeps=now)  # fmt: skip

    @property
    def order_ref(self) -> str:
        """The running order that a change would change."""
        return self.book.current.order_ref if self.keeps and self.book.current else ""


@owner
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """GET: choose. POST: look at what that costs, now and next. Nothing is changed here."""
    shelf = _shelf(request, instance)
    if shelf.book.is_leaving:
        return _to_the_books(instance)
    form = shelf.form(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _choose(request, instance, shelf, form)
    try:
        wish = form.wish()
        return _look(request, instance, shelf, wish)
    except NotOffered as refusal:
        form.add_error(None, str(refusal))
    except PaymentProblem as problem:
        form.add_error(None, DOWN if isinstance(problem, ProviderDown) else str(problem))
        return _choose(request, instance, shelf, form, status=503 if isinstance(problem, ProviderDown) else 422)
    return _choose(request, instance, shelf, form)


@owner
@require_POST
def update(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Do what was looked at, with the same amounts: the look carries the moment it was taken."""
    shelf = _shelf(request, instance)
    if shelf.book.is_leaving:
        return _to_the_books(instance)
    sealed = request.POST.get("change", "")
    try:
        told = signing.loads(sealed, salt=SALT, max_age=GOOD_FOR)
        if (told["instance"], told["order"]) != (str(instance.pk), shelf.order_ref):
            raise NotOffered("This plan has changed since. Look again.")
        wish = Wish.read(told["wish"], keeps=shelf.keeps)
        if wish.plan.per_seat and wish.seats < shelf.book.people:
            raise NotOffered("Somebody joined since. Look again.")
        lines = wish.lines(shelf.book.buyer)
        key = f"change:{hashlib.sha256(sealed.encode()).hexdigest()[:40]}"
        order = provider().change(shelf.order_ref, lines, at=datetime.fromisoformat(told["at"]), key=key)
    except (signing.BadSignature, NotOffered) as refusal:
        text = str(refusal) if isinstance(refusal, NotOffered) else "This look is too old. Look again."
        return _refuse(request, instance, shelf, text, 422)
    except PaymentProblem as problem:
        down = isinstance(problem, ProviderDown)
        text = DOWN if down else f"{problem} Nothing was changed." if isinstance(problem, Declined) else str(problem)
        return _refuse(request, instance, shelf, text, 503 if down else 422)
    following.follow(instance, order)
    tell(instance.pk, "plan.changed", account_id=request.account.id)
    return HttpResponseRedirect(reverse("billing:show", args=[instance.slug]))


@owner
@require_POST
def end(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Go on with the free plan: at the end of what is paid, or at once where a bill is open."""
    shelf = _shelf(request, instance)
    owes = shelf.book.arrears is not None
    if not shelf.order_ref:
        return HttpResponseRedirect(reverse("billing:show", args=[instance.slug]))
    try:
        key = f"end:{shelf.order_ref}:{timezone.now():%Y%m%d%H}"
        order = provider().cancel(shelf.order_ref, at_period_end=not owes, key=key)
    except ProviderDown:
        return _refuse(request, instance, shelf, DOWN, 503)
    except PaymentProblem as problem:
        # Who owes is let out in any case: what the provider ended by itself cannot be ended again.
        if not owes:
            return _refuse(request, instance, shelf, str(problem), 422)
        order = None
    if owes:
        following.leave_for_free(instance)
    if order:
        following.follow(instance, order)
    tell(instance.pk, "plan.ended", account_id=request.account.id)
    return HttpResponseRedirect(reverse("billing:show", args=[instance.slug]))


@owner
@require_POST
def resume(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Take the end back."""
    shelf = _shelf(request, instance)
    if shelf.order_ref and shelf.book.ends_at and not shelf.book.is_leaving:
        try:
            order = provider().resume(shelf.order_ref, key=f"resume:{shelf.order_ref}:{timezone.now():%Y%m%d%H%M}")
        except PaymentProblem as problem:
            return _refuse(request, instance, shelf, DOWN if isinstance(problem, ProviderDown) else str(problem), 503)
        following.follow(instance, order)
        tell(instance.pk, "plan.resumed", account_id=request.account.id)
    return HttpResponseRedirect(reverse("billing:show", args=[instance.slug]))


def _to_the_books(instance: Instance) -> HttpResponse:
    """Who leaves changes no plan; that page says so, and leads to staying."""
    return HttpResponseRedirect(reverse("billing:show", args=[instance.slug]))


def _shelf(request: OwnerRequest, instance: Instance) -> Shelf:
    seen = book(instance)
    current = seen.current
    keeps = Wish.running(current) if current and current.plan.is_paid else None
    offered = {plan.code: plan for plan in published_plans() if plan.kind != Plan.Kind.TRIAL}
    extensions = {add_on.code: add_on for add_on in listed_add_ons()}
    if keeps:
        offered[keeps.plan.code] = keeps.plan
        extensions |= {add_on.code: add_on for add_on in keeps.add_ons}
    country = seen.buyer.country if seen.buyer else places.guess_country(request.headers.get("Accept-Language", ""))
    wished = request.POST.get("currency") or request.GET.get("currency") or ""
    # An order stays in the currency it was begun in.
    currency = keeps.currency if keeps else currency_for(country, wished[:3])
    return Shelf(
        book=seen, keeps=keeps, plans=list(offered.values()), extensions=list(extensions.values()), currency=currency,
        currencies=[currency] if keeps else currencies(),
    )  # fmt: skip


def _choose(request: OwnerRequest, instance: Instance, shelf: Shelf, form: PlanForm, status: int = 0) -> HttpResponse:
    chosen = {"instance": instance, "shelf": shelf, "book": shelf.book, "form": form}
    return render(request, FORM, chosen, status=status or answer_to(form))


def _refuse(request: OwnerRequest, instance: Instance, shelf: Shelf, text: str, status: int) -> HttpResponse:
    shown = {"instance": instance, "shelf": shelf, "book": shelf.book, "form": shelf.form(), "refusal": text}
    return render(request, FORM, shown, status=status)


def _look(request: OwnerRequest, instance: Instance, shelf: Shelf, wish: Wish | None) -> HttpResponse:
    """What it means: an end, a payment page, or a change of the running order."""
    shown: dict[str, Any] = {
        "instance": instance,
        "shelf": shelf,
        "book": shelf.book,
        "wish": wish,
        "preview": None,
        "sealed": "",
        "lines": (),
        "total": 0,
    }
    if wish is None:
        return render(request, LOOK, shown)
    lines = wish.lines(Buyer.objects.filter(instance_id=instance.pk).first())
    shown |= {"lines": lines, "total": sum(line.unit_minor * line.quantity for line in lines)}
    if shelf.order_ref:
        at = timezone.now().replace(microsecond=0)
        preview: Preview = provider().preview(shelf.order_ref, lines, at=at)
        told = {"instance": str(instance.pk), "order": shelf.order_ref, "wish": wish.text, "at": at.isoformat()}
        shown |= {"preview": preview, "sealed": signing.dumps(told, salt=SALT)}
    return render(request, LOOK, shown)

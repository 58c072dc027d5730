"""Mailings: written, looked at, sent, and what became of them."""

from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.history import trail
from pivotino.instance.mailing.forms import MailingForm, StartForm
from pivotino.instance.mailing.models import Audience, Mailing, Picture, Sender
from pivotino.instance.mailing.reach import reach_of
from pivotino.instance.mailing.sending import ENGINE, Results
from pivotino.instance.mailing.views.senders import TESTS
from pivotino.instance.mailing.way import NotHandedOver
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.kit.ids import uuid7
from pivotino.kit.limits import TooMany
from pivotino.letters.bulletins.editing import STALE, Draft
from pivotino.letters.bulletins.engine import NotNow
from pivotino.letters.bulletins.showing import framed, frames
from pivotino.tenancy import atomic
from pivotino.ui.shortcuts import answer_to, render

INDEX, FORM, SHOW = "mailing/index.html", "mailing/form.html", "mailing/show.html"
CHANGED = {"pause": "paused", "resume": "resumed", "stop": "stopped", "back": "taken_back"}


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    rows = [(one, Results.of(one)) for one in Mailing.objects.select_related("audience", "by")[:50]]
    there = {"lists": Audience.objects.kept().exists(), "sender": Sender.ours(), "id": uuid7()}
    return render(request, INDEX, {"rows": rows, "tab": "letters", **there})


@require_POST
@owners_only
def create(request: MemberRequest) -> HttpResponse:
    """An empty letter to write; sent twice, one."""
    try:
        id = UUID(request.POST.get("id", ""))
    except ValueError:
        id = uuid7()
    Mailing.objects.get_or_create(pk=id, defaults={"name": "Untitled", "by": request.member})
    return redirect("mailing:edit", id=id)


@require_GET
@owners_only
@frames
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    """A draft with everything that is to be known before it goes; else what became of it."""
    return _page(request, _mailing(id))


@require_http_methods(["GET", "POST"])
@owners_only
@frames
def edit(request: MemberRequest, id: UUID) -> HttpResponse:
    """The letter while it is written. `keep=1` keeps what is typed, ready or not, and says where the pictures lie."""
    mailing = _mailing(id)
    if not mailing.may_change:
        return redirect("mailing:show", id=mailing.pk)
    if request.method != "POST":
        return _form(request, mailing, MailingForm(mailing=mailing), Draft.of(mailing.body))
    draft = Draft.sent(request.POST, request.FILES, keep=_keep_picture)
    form = MailingForm(request.POST, mailing=mailing)
    kept = form.keep(draft.value)
    if request.POST.get("keep"):
        return JsonResponse({"pictures": draft.pictures, "version": mailing.version if kept else 0, "kept": kept})
    if not kept and not mailing.may_change:
        return redirect("mailing:show", id=mailing.pk)
    if not kept:
        form.add_error(None, STALE)
        return _form(request, mailing, form, draft, status=409)
    if draft.pressed:
        return _form(request, mailing, MailingForm(mailing=mailing), draft)
    if form.is_valid() & draft.judge():
        return redirect("mailing:show", id=mailing.pk)
    if not draft.rows:
        form.add_error(None, "The letter says nothing yet. Add a block.")
    elif form.is_valid():
        form.add_error(None, "One block is not ready; it says what it needs.")
    return _form(request, mailing, form, draft, status=422)


@require_GET
@owners_only
def preview(request: MemberRequest, id: UUID) -> HttpResponse:
    """The letter as it arrives, for the frame beside it."""
    mailing = _mailing(id)
    letter = ENGINE.letter(mailing, ENGINE.sample(mailing, request.member.email or "somebody@example.com"))
    return cast(HttpResponse, framed(request, letter.write().html))


@require_POST
@owners_only
@frames
def test(request: MemberRequest, id: UUID) -> HttpResponse:
    """Send it to the one who presses, as everybody would get it."""
    mailing = _mailing(id)
    try:
        TESTS.hit(request.instance.key)  # type: ignore[attr-defined]
        ENGINE.test(mailing, to=request.member.email, name=request.member.name)
    except (NotHandedOver, TooMany) as trouble:
        return _page(request, mailing, trouble=str(trouble), status=422)
    except ValidationError as error:
        return _page(request, mailing, trouble=" ".join(error.messages), status=422)
    return redirect(f"{mailing_url(mailing)}?tested=1")


@require_POST
@owners_only
@frames
def start(request: MemberRequest, id: UUID) -> HttpResponse:
    """Let it go, now or at a time of the company's clock."""
    mailing = _mailing(id)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            # Whoever starts it answers for whom it reaches.
            mailing.by = request.member
            mailing.save(update_fields=["by"])
            with atomic():
                ENGINE.schedule(mailing, **form.when())
                trail.write(
                    "mailing.started", by=request.member.name, by_id=request.member.pk, facts={"mailing": mailing.pk}
                )
            return redirect("mailing:show", id=mailing.pk)
        except ValidationError as error:
            form.add_error(None, error)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
    return _page(request, mailing, form=form, status=answer_to(form))


@require_POST
@owners_only
@frames
def change(request: MemberRequest, id: UUID) -> HttpResponse:
    """`do`: pause, resume, stop, or take back to write again."""
    mailing = _mailing(id)
    deeds = {"pause": ENGINE.pause, "resume": ENGINE.resume, "stop": ENGINE.stop, "back": ENGINE.take_back}
    deed = deeds.get(request.POST.get("do", ""))
    try:
        if deed is None:
            raise NotNow("Say what to do with it.")
        with atomic():
            deed(mailing)
            trail.write(
                f"mailing.{CHANGED[request.POST['do']]}", by=request.member.name, by_id=request.member.pk, facts={"mailing": mailing.pk}
            )  # fmt: skip
    except NotNow as refusal:
        return _page(request, _mailing(id), trouble=str(refusal), status=422)
    return redirect("mailing:show", id=mailing.pk)


@require_POST
@owners_only
def destroy(request: MemberRequest, id: UUID) -> HttpResponse:
    """Throw a draft away."""
    mailing = _mailing(id)
    if not mailing.may_change:
        return redirect("mailing:show", id=mailing.pk)
    mailing.delete()
    return redirect("mailing:index")


def mailing_url(mailing: Mailing) -> str:
    return reverse("mailing:show", kwargs={"id": mailing.pk})


def _mailing(id: UUID) -> Mailing:
    return get_object_or_404(Mailing.objects.select_related("audience", "by"), pk=id)


def _page(
    request: MemberRequest, mailing: Mailing, *, form: StartForm | None = None, trouble: str = "", status: int = 200
) -> HttpResponse:
    audience = mailing.audience
    missing: list[str] = []
    if mailing.may_change:
        try:
            ENGINE.check(mailing)
        except ValidationError as error:
            missing = list(error.messages)
    context = {
        "mailing": mailing, "results": Results.of(mailing), "form": form or StartForm(), "missing": missing, "trouble": trouble,
        "reach": reach_of(audience, request.member) if audience and mailing.may_change else None, "sender": Sender.ours(),
        "tested": bool(request.GET.get("tested")), "tab": "letters",
    }  # fmt: skip
    return render(request, SHOW, context, status=status)


def _form(
    request: MemberRequest, mailing: Mailing, form: MailingForm, draft: Draft, *, status: int = 200
) -> HttpResponse:
    return render(request, FORM, {"mailing": mailing, "form": form, "draft": draft, "tab": "letters"}, status=status)


def _keep_picture(file: object) -> str:
    picture = Picture.keep(file)  # type: ignore[arg-type]
    return reverse("mailing:picture", kwargs={"id": picture.pk})

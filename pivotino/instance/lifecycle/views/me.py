"""What is everybody's own: their name here, how pages look, who sees what, and a copy of what is kept about them."""

from tempfile import SpooledTemporaryFile

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.history import trail
from pivotino.instance.history.recording import record
from pivotino.instance.lifecycle import mine
from pivotino.instance.lifecycle.forms import MeForm
from pivotino.instance.lifecycle.seeing import answers_about, why_of
from pivotino.instance.members.doors import owners
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.models import Member
from pivotino.tenancy import atomic
from pivotino.tenancy.freezing import changes_nothing
from pivotino.ui.shortcuts import answer_to, render, render_block, toast


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest) -> HttpResponse:
    member = request.member
    form = MeForm(request.POST or None, initial={"name": member.name})
    if form.is_valid() and form.cleaned_data["name"] != member.name:
        with atomic():
            before, member.name = member.name, form.cleaned_data["name"]
            member.save(update_fields=["name"])
            record("member.renamed", member, by=member, before=before, after=member.name)
    if form.is_valid() and not request.htmx:  # type: ignore[attr-defined]
        return redirect("lifecycle:me")
    context = {"form": form, "operator": settings.OPERATOR}
    if request.htmx:  # type: ignore[attr-defined]
        answer = render_block(request, "lifecycle/me.html", "form", context, status=answer_to(form))
        return toast(answer, "Saved") if form.is_valid() else answer
    return render(request, "lifecycle/me.html", context, status=answer_to(form))


@require_POST
@changes_nothing
def take(request: MemberRequest) -> FileResponse:
    """Everything about the one who asks, as one file of JSON. The trail says that it was taken."""
    member = request.member
    trail.write("own data taken", by=member.name, by_id=member.pk, where=request.path, purpose="their right to a copy")
    file = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - the answer closes it
    mine.write(member, file)
    file.seek(0)
    name = f"{request.instance.slug}-about-me.json"  # type: ignore[attr-defined]
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/json")


@require_GET
def seeing(request: MemberRequest) -> HttpResponse:
    """Who sees what and why; with `opportunity`, of that one record."""
    people = Member.objects.present() if request.member.is_owner else [request.member]
    about, rows = answers_about(request.member, request.GET.get("opportunity", ""), people)
    context = {"about": about, "rows": rows, "own": why_of(request.member), "owners": owners()}
    return render(request, "lifecycle/seeing.html", context)


@require_GET
def more(request: MemberRequest) -> HttpResponse:
    """Every place there is, for small screens."""
    return render(request, "lifecycle/more.html", {})

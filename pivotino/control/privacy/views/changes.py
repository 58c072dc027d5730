"""What changed in our rules and among those who work for us; and telling whoever asks."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.fields import MailField
from pivotino.control.accounts.networks import line_of
from pivotino.control.privacy import watching
from pivotino.control.privacy.models import Announcement, Watcher
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

ASKING = Limit("watching", 10, per=3600)
SHOWN = 200


class WatchForm(forms.Form):
    email = MailField(label="Tell me by mail", help_text="Nothing else is ever sent there. One press stops it.")


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every change, newest first, and what is coming; a form to be told."""
    form = WatchForm(request.POST or None)
    asked = ""
    if request.method == "POST" and form.is_valid():
        try:
            ASKING.hit(line_of(request))
            asked = form.cleaned_data["email"]
            watching.ask(asked)
        except TooMany as refusal:
            form.add_error("email", refusal.message)
            asked = ""
    known = Announcement.objects.all()
    seen = {"coming": known.coming(), "known": known.in_effect()[:SHOWN], "form": form, "asked": asked}
    return render(request, "privacy/changes.html", seen, answer_to(form))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The same as an Atom feed."""
    page = settings.BASE_URL + reverse("privacy:changes")
    told = Atom1Feed(title="Pivotino: what changes", link=page, description="Policy, terms, and those who work for us.", feed_url=settings.BASE_URL + reverse("privacy:changes_feed"))  # fmt: skip
    for one in Announcement.objects.all()[:SHOWN]:
        told.add_item(
            title=f"{one.name}: {one.get_what()}", link=f"{page}#{one.pk}", unique_id=f"urn:uuid:{one.pk}",
            description=f"From {one.effective_at:%-d %B %Y}. {' '.join(one.lines)}", pubdate=one.announced_at, updateddate=one.announced_at,
        )  # fmt: skip
    return HttpResponse(told.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes. Looking at it changes nothing: mail scanners look at everything."""
    watcher = Watcher.objects.with_token(token)
    if watcher is None:
        return render(request, "privacy/watch.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        watcher.confirm()
        return HttpResponseRedirect(request.path)
    return render(
        request, "privacy/watch.html", {"state": "yes" if watcher.confirmed_at else "ask", "watcher": watcher}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, sealed: str) -> HttpResponse:
    """Stop it with one press, by a person or by a mail program; the answer is the same whatever the link was."""
    if request.method == "POST":
        watching.stop(sealed)
        return render(request, "privacy/watch.html", {"state": "stopped"})
    return render(request, "privacy/watch.html", {"state": "stop"})

"""In whose name mailings go; a test letter that proves the way."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.instance.mailing.forms import SenderForm
from pivotino.instance.mailing.letters import Mailed, message_of
from pivotino.instance.mailing.models import Sender
from pivotino.instance.mailing.way import NotHandedOver, road
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.kit.ids import uuid7
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

PAGE = "mailing/sender.html"
TESTS = Limit("mailing-tests", 10, per=600)
SAMPLE = [
    {"kind": "heading", "words": "The way is open"},
    {"kind": "text", "words": "This is how your mailings begin and end. Whoever answers writes to the address below."},
]


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@owners_only
def edit(request: MemberRequest) -> HttpResponse:
    sender = Sender.ours()
    form = SenderForm(request.POST or None, sender=sender)
    if form.is_valid():
        sender.change(by=request.member, **form.cleaned_data)
        return redirect("mailing:sender")
    return _page(request, form, sender, status=answer_to(form))


@require_POST
@owners_only
def prove(request: MemberRequest) -> HttpResponse:
    """Send a letter to the one who presses, here and now. When their mail server takes it, the way is proven."""
    sender = Sender.ours()
    form = SenderForm(sender=sender)
    if not sender.host:
        return redirect("mailing:sender")
    try:
        TESTS.hit(request.instance.key)  # type: ignore[attr-defined]
        letter = Mailed(
            to=request.member.email, sender=sender, subject=f"A test letter of {sender.name}", body=SAMPLE, audience=None,
            bulletin=uuid7(),
        )  # fmt: skip
        with road(sender) as way:
            way.hand(message_of(letter.write(), key=f"proof:{uuid7()}", address=sender.address), request.member.email)
    except (NotHandedOver, TooMany) as trouble:
        return _page(request, form, sender, trouble=str(trouble), status=422)
    sender.prove()
    return redirect("mailing:sender")


def _page(
    request: MemberRequest, form: SenderForm, sender: Sender, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    kept = Sender.ours()
    context = {"form": form, "sender": kept, "trouble": trouble, "tab": "sender"}
    return render(request, PAGE, context, status=status)

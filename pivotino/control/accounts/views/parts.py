"""What the allauth views lack for this house."""

from typing import Any

from allauth.account.internal.stagekit import clear_login
from django.http import HttpRequest, HttpResponse


class Refusing:
    """A refused form answers 422 and shows what was typed."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if answer.status_code == 200:
            answer.status_code = 422
        return answer


class StartingAfresh:
    """Whoever comes back to the door has changed their mind: a code that was asked for does not bind them to type it."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> HttpResponse | None:
        if stage.key == "login_by_code":
            clear_login(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc,no-any-return]

"""What the allauth views lack for this house."""

from typing import Any

from django.http import HttpResponse


class Refusing:
    """A refused form answers 422 and shows what was typed."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if answer.status_code == 200:
            answer.status_code = 422
        return answer

"""What journeys find already there: instances with people and opportunities, made beside the running server."""

from typing import Any

from pivotino.tenancy import inside
from pivotino.tenancy.models import Instance
from tests import cast


def cast_of_two() -> dict[str, Any]:
    """The cast's two instances, with a session for each person. Repeating it gives fresh sessions."""
    from pivotino.control.accounts.models import Account
    from pivotino.tenancy.testing import make_instance

    people = {account.email.split("@")[0]: account for account in Account.objects.all()}
    if "anna" not in people:
        people = cast.accounts()
        for slug, name in cast.COMPANIES.items():
            cast.settle(make_instance(slug, name), people)
    sessions = {}
    for key, (_, _, slug) in cast.PEOPLE.items():
        browser = cast.Browser(key)
        browser.force_login(people[key], backend="allauth.account.auth_backends.AuthenticationBackend")
        sessions[key] = {"session": browser.cookies["pv_session"].value, "url": f"/@{slug}/"}
    return sessions


def in_instance(slug: str, work: Any) -> Any:
    """Run something inside one instance."""
    with inside(Instance.objects.get(slug=slug)):
        return work()

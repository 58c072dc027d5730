"""Which pages are public: those that ask about cookies, and are counted."""

from django.http import HttpRequest

ROOMS = frozenset({"website", "privacy", "testimonials"})
NAMES = frozenset({"subscriptions:start", "prospects:demo"})
# The way to a sign-up: a page that was opened, or a form that was taken.
STEPS = {
    ("website:prices", "GET"): "Looked at prices",
    ("subscriptions:start", "GET"): "Opened the form",
    ("subscriptions:start", "POST"): "Sent the form",
    ("provisioning:verify", "POST"): "Proved the address",
}


def is_public(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (match.view_name in NAMES or match.namespace in ROOMS)


def path_of(request: HttpRequest) -> str:
    """The page as the code names it: no token, id or query is ever part of it."""
    match = request.resolver_match
    return f"/{match.route}"[:120] if match is not None else ""

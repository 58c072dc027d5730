"""Where the rail leads."""

from typing import Any

from pivotino.ui.places import Place, register


def owns_it(request: Any) -> bool:
    """Mailing speaks in the company's name, so it is at a Business Owner's hand only."""
    member = getattr(request, "member", None)
    return bool(member is not None and member.is_owner)


register(
    Place(
        name="mailing", label="Mailing", icon="mail", url_name="mailing:index", key="g m", order=50, far=True,
        covers=frozenset({"mailing"}), allowed=owns_it,
    )
)  # fmt: skip

"""Who is signed in, as both planes see it. The accounts room fills it; instances never see an account's row."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The account behind a request: enough to greet, to find its memberships and to refuse."""

    id: UUID
    name: str
    email: str
    is_staff: bool = False
    theme: str = ""
    session_key: str = ""

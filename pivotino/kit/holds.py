"""What personal data a model holds. Every concrete model declares it; a field without a line fails the build."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Holds:
    """The declaration of one model.

    `subject` says whose data it is, `purpose` why it is kept, `retention` for how long, `export` where the person finds it
    when they leave, `erasure` what happens to it when they ask to be forgotten. `personal` names each field that says
    something about a person, with the reason; `plain` names every other field.
    """

    subject: str
    purpose: str
    retention: str
    export: str
    erasure: str
    personal: Mapping[str, str] = field(default_factory=dict)
    plain: Iterable[str] = ()

    def undeclared(self, names: Iterable[str]) -> list[str]:
        """The names that stand in neither list, in order."""
        known = {"id", *self.personal, *self.plain}
        return sorted(name for name in names if name not in known)

    def unknown(self, names: Iterable[str]) -> list[str]:
        """The declared names that the model does not have, in order."""
        return sorted({*self.personal, *self.plain} - set(names))


def Nothing(why: str, *, plain: Iterable[str]) -> Holds:
    """The declaration of a model that holds nothing about a person; `why` is its purpose."""
    return Holds(subject="nobody", purpose=why, retention="as long as needed", export="no", erasure="none", plain=plain)

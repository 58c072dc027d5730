"""When a subscription ends because nobody paid: rooms above say here what they do then.

    @on_end
    def begin_leaving(instance: Instance, arrears: Arrears) -> None: ...

    @on_return
    def stay(instance: Instance) -> None: ...

Both are called inside the transaction that notes it, and may be called again for the same instance.
"""

from collections.abc import Callable

from pivotino.control.billing.models import Arrears
from pivotino.tenancy.models import Instance

End = Callable[[Instance, Arrears], None]
Return = Callable[[Instance], None]
_ends: list[End] = []
_returns: list[Return] = []


def on_end(deed: End) -> End:
    """Do this when a subscription ended unpaid."""
    if deed not in _ends:
        _ends.append(deed)
    return deed


def on_return(deed: Return) -> Return:
    """Do this when it was paid after all."""
    if deed not in _returns:
        _returns.append(deed)
    return deed


def tell_end(instance: Instance, arrears: Arrears) -> bool:
    """Let those above do what they do; False where there is nobody, so that somebody has to write the letter."""
    for deed in _ends:
        deed(instance, arrears)
    return bool(_ends)


def tell_return(instance: Instance) -> None:
    for deed in _returns:
        deed(instance)

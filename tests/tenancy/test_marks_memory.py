"""What is kept under a mark holds nothing that was remembered from before it."""

from pivotino.tenancy import memory
from pivotino.tenancy.marks import Kept
from pivotino.tenancy.models import Instance


def test_what_is_kept_never_holds_what_was_only_remembered(in_atap: Instance) -> None:
    name = ["old"]
    memory.remembered("name", lambda: name[0])
    name[0] = "new"
    assert memory.remembered("name", lambda: name[0]) == "old"

    kept: Kept[str] = Kept(2)

    assert kept.of("page", lambda: memory.remembered("name", lambda: name[0])) == "new"
    assert memory.remembered("name", lambda: name[0]) == "new"

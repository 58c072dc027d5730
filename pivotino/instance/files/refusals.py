"""Why a file is not added, in words for whoever tried."""

from pivotino.kit.uploads import Refused


class NoRoom(Refused):
    """All files together would take more than the plan holds."""

    code = "full"

    def __init__(self, plan: str, most: int) -> None:
        super().__init__(
            f"{plan or 'This database'} holds {most // (1 << 30)} GB of files, and this one does not fit any more. What is here"
            " stays, and goes into every export. Remove some, or let a Business Owner choose a larger plan."
        )


class Closed(Refused):
    """The record was removed."""

    code = "removed"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was removed, so it takes no more files. Bring it back first.")

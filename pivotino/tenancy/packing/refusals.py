"""Why an archive is not taken in. Each message is a sentence for the person who brought it; nothing was written."""


class Refused(ValueError):
    """The archive is not taken in; the message says why."""


class NotAnExport(Refused):
    """It is some other file."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or "This is not a file that Pivotino took out. Choose the .zip as it was downloaded.")


class NewerFormat(Refused):
    """It was made by a later version of this software."""

    def __init__(self) -> None:
        super().__init__("This file was made by a newer Pivotino than this one. Bring it to one that is as new.")


class OtherSchema(Refused):
    """Its rows do not fit into the tables of this version."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"This file does not fit this version of Pivotino: {what}. Open it with the version that made it."
        )


class Damaged(Refused):
    """Something in it is not what its list of contents says."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This file is damaged: {what}. Nothing was taken in. Download it once more.")


class Unsafe(Refused):
    """It is built like an attack: paths that lead elsewhere, or far more inside than a file of its size could hold."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This file is not taken in: {what}.")


class NotEmpty(Refused):
    """There is work in the database already."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This database is in use already: {what}. A file goes into an empty one only.")

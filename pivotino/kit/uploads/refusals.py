"""Why a file is not taken. Each reads as a sentence for whoever chose it, and says what to do instead."""


class Refused(ValueError):
    """This file is not kept. `code` says why in a word."""

    code = "kind"


class Empty(Refused):
    code = "empty"

    def __init__(self) -> None:
        super().__init__("This file is empty. Look whether it was saved, and choose it again.")


class TooLarge(Refused):
    code = "large"

    def __init__(self, largest: int) -> None:
        super().__init__(
            f"This file is larger than {largest // 1024 // 1024} MB. Make it smaller, or send a link to it instead."
        )


class Harmful(Refused):
    """Something in it is known to do harm; `found` is what whoever looks for such things calls it."""

    code = "harm"

    def __init__(self, found: str) -> None:
        super().__init__(
            f"This file was put into quarantine: it holds what is known as {found}. Nobody can open it here."
        )
        self.found = found


class HoldsCard(Refused):
    code = "card"

    def __init__(self, what: str, says: str) -> None:
        super().__init__(f"{what} holds something that is not kept here. {says}")


class Program(Refused):
    code = "program"

    def __init__(self, what: str = "This is a program, whatever its name says.") -> None:
        super().__init__(f"{what} Programs are not kept here.")


class Archive(Refused):
    code = "archive"

    def __init__(self) -> None:
        super().__init__("This is an archive. Unpack it, and choose what is in it.")


class WebPage(Refused):
    def __init__(self) -> None:
        super().__init__("This is a web page or a drawing made of code. Save it as PDF or as a picture.")


class Macros(Refused):
    code = "macros"

    def __init__(self) -> None:
        super().__init__(
            "This document has macros in it, which are programs. Save it without them, as DOCX, XLSX or PPTX."
        )


class Bomb(Refused):
    code = "bomb"

    def __init__(self) -> None:
        super().__init__("This file would grow beyond all measure when it is opened, so it was not.")


class Unreadable(Refused):
    code = "broken"

    def __init__(self, what: str) -> None:
        super().__init__(f"This {what} cannot be read; it may be damaged. Save it once more, and choose it again.")


class Unknown(Refused):
    def __init__(self) -> None:
        super().__init__(
            "We do not know this sort of file. Pictures (JPEG, PNG, WebP, GIF), PDF, Office documents, text, CSV and mails are"
            " kept."
        )


class OtherKind(Refused):
    """A kind we know and do not take; the sentence says what to do."""

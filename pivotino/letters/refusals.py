"""What letters refuse, and how a letter may fail."""


class Undeliverable(Exception):
    """A letter could not be handed over. `permanent` says that no later try can help. The sentence names no address."""

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class CannotBeSealed(ValueError):
    """Marketing holds no secrets: it is sent the open way, which asks whether it may go. Nothing was recorded."""


class NotAnAddress(ValueError):
    """The address cannot be one. Nothing was recorded."""


class CannotBeSwitchedOff(ValueError):
    """A letter somebody waits for must not carry a way to stop it."""


class Unexplained(TypeError):
    """A class of letters does not say of what kind it is, or why people get it."""


class AsksForPassword(ValueError):
    """A letter asks for a password. We never do."""


class InTransaction(RuntimeError):
    """A sealed letter cannot be taken back, so it is not sent within a transaction that may be."""


class Promotes(ValueError):
    """A letter that is no marketing holds a promotion. Who waits for one thing is not sold another."""

"""What a job may raise to say how to go on, and what is refused before it even stands in line."""

from datetime import timedelta

from pivotino.kit.diffs import Plain

LONGEST = 500


class Retry(Exception):
    """Not now: try again after this long. `counted=False` says that this try should not use up one of the attempts."""

    def __init__(self, sentence: str = "", *, after: timedelta = timedelta(minutes=1), counted: bool = True) -> None:
        super().__init__(sentence or "Not now.")
        self.after, self.counted = after, counted


class GiveUp(Exception):
    """No further try can help: the job becomes a dead letter at once. Any error with `permanent = True` does the same."""

    permanent = True


class WorkerLost(RuntimeError):
    """The worker that held a job stopped without a word, as often as the job may be tried."""


class LeaseLost(RuntimeError):
    """Another worker took this job over in the meantime. What this one did in its transaction is rolled back."""


class NotFit(TypeError):
    """An argument that may not travel with a job: not plain JSON, or so long that it cannot be an id."""


def fit(args: tuple[Plain, ...]) -> list[Plain]:
    """The arguments as they travel; raises NotFit for everything but short strings, numbers and lists of them."""
    return [_fit(value) for value in args]


def _fit(value: Plain) -> Plain:
    match value:
        case None | bool() | int() | float():
            return value
        case str() if len(value) <= LONGEST:
            return value
        case str():
            raise NotFit(f"A text of {len(value)} signs is no id. Keep it in a row and pass the row's id.")
        case list() | tuple():
            return [_fit(inner) for inner in value]
    raise NotFit(f"{type(value).__name__} cannot travel with a job. Pass ids as text: str(thing.id).")

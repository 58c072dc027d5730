"""What a bench found, printed as it goes and kept in build/benches.json."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "build" / "benches.json"


@dataclass(frozen=True)
class Figure:
    """One measured number, the number to reach, and whether it does."""

    job: str
    value: float
    unit: str
    must: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: " "}[self.reached]
        return f"{mark} {self.job:<68} {self.value:>12,.3f} {self.unit:<10} {self.must}"


class Report:
    """Collects figures of one run."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def add(self, job: str, value: float, unit: str, *, most: float | None = None, least: float | None = None) -> None:
        """Note a figure. `most` or `least` is the target it is held against."""
        must = f"≤ {most:,}" if most is not None else f"≥ {least:,}" if least is not None else ""
        reached = None if not must else (value <= most if most is not None else value >= (least or 0))
        self.figures.append(Figure(job, value, unit, must, reached))
        print(self.figures[-1], flush=True)

    def keep(self, path: Path = KEPT) -> None:
        """Write the run beside earlier ones."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps(
                {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "figures": [asdict(f) for f in self.figures]}, indent=1
            )
        )


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each run, after one that does not count."""
    work()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1000)
    return spent


def p50(spent: Sequence[float]) -> float:
    return statistics.median(spent)


def p99(spent: Sequence[float]) -> float:
    return sorted(spent)[min(len(spent) - 1, int(len(spent) * 0.99))]

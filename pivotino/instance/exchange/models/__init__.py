"""What is kept of an import: the file, how it is read, and what each of its rows became."""

from pivotino.instance.exchange.models.imports import Import, NotNow
from pivotino.instance.exchange.models.rows import Fate, ProposedRow, Verdict

__all__ = ["Fate", "Import", "NotNow", "ProposedRow", "Verdict"]

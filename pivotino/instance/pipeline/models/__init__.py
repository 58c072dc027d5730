"""The pipeline's nouns."""

from pivotino.instance.pipeline.models.losses import LostCategory, LostReason
from pivotino.instance.pipeline.models.opportunity import Opportunity
from pivotino.instance.pipeline.models.parts import Note, Outcome, OutcomeKind, Stay, Tag
from pivotino.instance.pipeline.models.stage import Stage, StageDue, StageKind, StageTotal

__all__ = ["LostCategory", "LostReason", "Note", "Opportunity", "Outcome", "OutcomeKind", "Stage", "StageDue", "StageKind",
           "StageTotal", "Stay", "Tag"]  # fmt: skip

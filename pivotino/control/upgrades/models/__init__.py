"""Trying a new version on a copy, and bringing the original to it."""

from pivotino.control.upgrades.models.trial import Trial, TrialStep
from pivotino.control.upgrades.models.upgrade import Upgrade, UpgradeStep

__all__ = ["Trial", "TrialStep", "Upgrade", "UpgradeStep"]

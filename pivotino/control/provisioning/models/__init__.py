"""The making of an instance, step by step."""

from pivotino.control.provisioning.models.provisioning import Provisioning
from pivotino.control.provisioning.models.step import Step

__all__ = ["Provisioning", "Step"]

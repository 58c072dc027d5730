"""The ledger of erasures."""

from pivotino.control.erasures.models.erasure import Erasure, ErasureStep

__all__ = ["Erasure", "ErasureStep"]

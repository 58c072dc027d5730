from pivotino.control.visitors.models.consent import Consent
from pivotino.control.visitors.models.salt import Mark, Salt
from pivotino.control.visitors.models.tally import Tally
from pivotino.control.visitors.models.visit import Gone, Visit

__all__ = ["Consent", "Gone", "Mark", "Salt", "Tally", "Visit"]

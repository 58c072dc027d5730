"""A company's own mailings: who writes, to whom, what became of it, and who wants none."""

from pivotino.instance.mailing.models.audience import Audience, Listed
from pivotino.instance.mailing.models.conditions import SALES, Conditions
from pivotino.instance.mailing.models.mailing import Followed, Mailing, Recipient
from pivotino.instance.mailing.models.pictures import Picture
from pivotino.instance.mailing.models.sender import Password, Security, Sender
from pivotino.instance.mailing.models.stops import How, Stop

__all__ = [
    "SALES", "Audience", "Conditions", "Followed", "How", "Listed", "Mailing", "Password", "Picture", "Recipient", "Security", "Sender", "Stop",
]  # fmt: skip

from pivotino.control.marketing.models.campaign import Campaign, Followed, Picture, Recipient
from pivotino.control.marketing.models.whereabouts import Whereabouts

__all__ = ["Campaign", "Followed", "Picture", "Recipient", "Whereabouts"]

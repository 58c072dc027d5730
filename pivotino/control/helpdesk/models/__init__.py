"""Tickets and what was said in them; their alarms; what staff keep ready to say."""

from pivotino.control.helpdesk.models.attachment import Attachment
from pivotino.control.helpdesk.models.macro import Macro
from pivotino.control.helpdesk.models.message import Direction, Message
from pivotino.control.helpdesk.models.ticket import About, Alarm, Clock, ClockName, Rating, Source, State, Ticket

__all__ = [
    "About", "Alarm", "Attachment", "Clock", "ClockName", "Direction", "Macro", "Message", "Rating", "Source", "State", "Ticket",
]  # fmt: skip

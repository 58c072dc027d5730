"""What rooms above add to the pipeline's pages. They register; we never import them.

@panel(10)                                   # beside a card: its next step, its quotations
def next_step(request, opportunity): return Panel("activities/panel.html", {…})

@plans                                       # the quick line named an activity
def plan(opportunity, planned, by): …
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest

from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.quickline import Planned


@dataclass(frozen=True, slots=True)
class Panel:
    """A template of the room above and what it shows as `p`: at the right of the sheet, or a button among its acts."""

    template: str
    context: Mapping[str, Any]
    spot: Literal["side", "acts"] = "side"


Maker = Callable[[HttpRequest, Opportunity], Panel | None]
Planner = Callable[[Opportunity, Planned, Member], None]
_makers: list[tuple[int, Maker]] = []
_planners: list[Planner] = []


def panel(order: int) -> Callable[[Maker], Maker]:
    """Register what a room shows beside an opportunity, in rising order."""

    def keep(maker: Maker) -> Maker:
        _makers.append((order, maker))
        return maker

    return keep


def plans(planner: Planner) -> Planner:
    """Register who plans the activity that a quick line names."""
    _planners.append(planner)
    return planner


def panels_of(request: HttpRequest, opportunity: Opportunity) -> list[Panel]:
    """The panels that have something to show."""
    made = (maker(request, opportunity) for _, maker in sorted(_makers, key=lambda pair: pair[0]))
    return [one for one in made if one is not None]


def plan(opportunity: Opportunity, planned: Planned, by: Member) -> None:
    """Let the room above plan what the quick line names."""
    for planner in _planners:
        planner(opportunity, planned, by)

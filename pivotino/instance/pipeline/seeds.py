"""With what the pipeline begins in a new instance: six stages, and the reasons for losing."""

from pivotino.instance.pipeline.models import LostCategory, LostReason, Stage, StageKind
from pivotino.tenancy.lifecycle import Founding, seeds

STAGES = [
    ("New", StageKind.OPEN, 10, "Somebody asked. Nobody has called yet."),
    ("First Activity", StageKind.OPEN, 25, "We have spoken once and know what they need."),
    ("Follow Up", StageKind.OPEN, 50, "They are thinking. We keep in touch."),
    ("Quotation", StageKind.QUOTATION, 80, "A written price is with the customer."),
    ("Won", StageKind.WON, 100, "They said yes."),
    ("Lost", StageKind.LOST, 0, "They said no, or nobody asked again."),
]
REASONS = {
    "Competitor": ["Went with competitor"],
    "Product": ["Product missing feature", "Product out of stock", "Product pricing", "Product quality"],
    "Customer": ["Timing", "No interest"],
    "Sales Team": ["Poor contract terms", "Poor follow-up time"],
}
POOR_FOLLOW_UP = "Poor follow-up time"


@seeds(30)
def stages_and_reasons(founding: Founding) -> None:
    """The six stages and the nine reasons, unless the instance has some already."""
    if not Stage.objects.exists():
        Stage.objects.bulk_create(
            Stage(name=name, kind=kind, floor=floor, purpose=purpose, position=place)
            for place, (name, kind, floor, purpose) in enumerate(STAGES, start=1)
        )
    if not LostCategory.objects.exists():
        for category, reasons in REASONS.items():
            family = LostCategory.objects.create(name=category)
            LostReason.objects.bulk_create(LostReason(name=reason, category=family) for reason in reasons)

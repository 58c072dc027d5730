from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pivotino.instance.pipeline"
    label = "pipeline"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.history.trail import follows
        from pivotino.instance.pipeline import (  # noqa: F401
            files,
            jobs,
            rail,
            reactions,
            seeds,
            sentences,
            sweeping,
            takeout,
            undoing,
        )

        follows("opportunity.removed", "opportunity.restored", "sweep.")

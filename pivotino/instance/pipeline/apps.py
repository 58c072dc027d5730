from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pivotino.instance.pipeline"
    label = "pipeline"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.pipeline import jobs, rail, reactions, seeds, sentences, takeout, undoing  # noqa: F401

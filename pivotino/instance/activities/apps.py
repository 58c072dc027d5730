from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "pivotino.instance.activities"
    label = "activities"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.activities import panels, rail, reactions, seeds, sentences, takeout, undoing  # noqa: F401

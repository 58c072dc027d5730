from django.apps import AppConfig


class VisitorsConfig(AppConfig):
    name = "pivotino.control.visitors"
    label = "visitors"

    def ready(self) -> None:
        from pivotino.control.visitors import persons  # noqa: F401

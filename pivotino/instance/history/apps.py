from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "pivotino.instance.history"
    label = "history"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.history import guests, returning, takeout  # noqa: F401

from django.apps import AppConfig


class ProspectsConfig(AppConfig):
    name = "pivotino.control.prospects"
    label = "prospects"

    def ready(self) -> None:
        from pivotino.control.prospects import leaving, persons  # noqa: F401

from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "pivotino.control.marketing"
    label = "marketing"

    def ready(self) -> None:
        from pivotino.control.marketing import jobs, persons  # noqa: F401

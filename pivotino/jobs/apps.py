from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "pivotino.jobs"
    label = "jobs"

    def ready(self) -> None:
        from pivotino.jobs import upkeep  # noqa: F401

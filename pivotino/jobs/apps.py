from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "pivotino.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Load every room's `jobs` module, so that the clock knows what it has to call."""
        from pivotino.jobs import upkeep  # noqa: F401

        autodiscover_modules("jobs")

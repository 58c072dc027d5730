from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SubscriptionsConfig(AppConfig):
    name = "pivotino.control.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        post_migrate.connect(load_plans, sender=self)


def load_plans(using: str = "default", **_: Any) -> None:
    """After every migration: take in what plans.toml says."""
    from pivotino.control.subscriptions.models import AddOn, Plan

    if using == "default":
        Plan.objects.load()
        AddOn.objects.load()

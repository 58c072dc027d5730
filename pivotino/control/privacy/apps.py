from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PrivacyConfig(AppConfig):
    name = "pivotino.control.privacy"
    label = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from pivotino.control.accounts import places
        from pivotino.control.privacy import persons, register  # noqa: F401
        from pivotino.kit import egress

        places.register(places.Place(name="Record of processing", url_name="privacy:record", order=77, icon="list"))
        post_migrate.connect(publish_register, sender=self)
        egress.allow(register.hosts)
        egress.allow(register.named_by_operator)
        egress.guard()


def publish_register(using: str = "default", **_: Any) -> None:
    """After every migration: announce what the register says anew."""
    from pivotino.control.privacy import register

    if using == "default":
        register.publish()

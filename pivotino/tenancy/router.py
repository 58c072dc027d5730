"""Which plane a model belongs to, and a guard at every step between rows."""

from typing import Any

from django.apps import apps
from django.db.models import Model

from pivotino.tenancy.context import current
from pivotino.tenancy.models import InstanceModel


class PlaneRouter:
    """Rooms of an instance go to the current instance's database, everything else to the control database."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        row = hints.get("instance")
        if isinstance(row, InstanceModel):
            row.stays_in(current())
        return plane_of(model._meta.app_label)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return self.db_for_read(model, **hints)

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        if plane_of(one._meta.app_label) != plane_of(other._meta.app_label):
            return False
        if isinstance(one, InstanceModel) and isinstance(other, InstanceModel):
            return one._place_key == other._place_key
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return plane_of(app_label) == db


def plane_of(app_label: str) -> str:
    """The database alias of an app: `instance` for the rooms that say so, `default` for all others."""
    return getattr(apps.get_app_config(app_label), "plane", "default")

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "pivotino.control.staff"
    label = "staff"

    def ready(self) -> None:
        from pivotino.control.staff.models import Usage
        from pivotino.tenancy import usage

        usage.kept_by(Usage.objects)

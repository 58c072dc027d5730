from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "pivotino.control.staff"
    label = "staff"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.staff import guests, helping, persons  # noqa: F401
        from pivotino.control.staff.models import Usage
        from pivotino.control.support import keeping
        from pivotino.tenancy import usage

        helping.offer_help()
        keeping.kept_by(guests.keep)
        usage.kept_by(Usage.objects)
        register(Place(name="Our staff", url_name="staff:about_mine", order=75, icon="shield"))

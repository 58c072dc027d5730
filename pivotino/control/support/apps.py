from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "pivotino.control.support"
    label = "support"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.support import persons, queries  # noqa: F401
        from pivotino.tenancy import visiting

        register(Place(name="Support sessions", url_name="support:index", order=74, icon="person"))
        visiting.looked_up_by(queries.present)

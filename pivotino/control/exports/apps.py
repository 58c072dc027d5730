from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "pivotino.control.exports"
    label = "exports"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.exports import persons  # noqa: F401

        register(Place(name="Export", url_name="exports:index", order=40, icon="download"))

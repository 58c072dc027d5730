from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "pivotino.control.placements"
    label = "placements"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.placements import persons  # noqa: F401

        register(Place(name="Move", url_name="placements:show", order=60, icon="server"))

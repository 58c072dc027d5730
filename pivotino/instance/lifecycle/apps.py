from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "pivotino.instance.lifecycle"
    label = "lifecycle"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.ui.places import Place, register

        register(Place(name="search", label="Search", icon="search", url_name="lifecycle:search", spot="search"))

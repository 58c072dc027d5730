from django.apps import AppConfig


class ChildrenConfig(AppConfig):
    name = "pivotino.control.children"
    label = "children"

    def ready(self) -> None:
        from pivotino.control.children import reactions  # noqa: F401

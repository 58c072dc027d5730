from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "pivotino.control.retention"
    label = "retention"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.retention import hearing  # noqa: F401

        register(Place(name="What goes when", url_name="retention:mine", order=60, icon="clock"))

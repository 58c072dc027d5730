from django.apps import AppConfig


class TerminationsConfig(AppConfig):
    name = "pivotino.control.terminations"
    label = "terminations"

    def ready(self) -> None:
        from pivotino.control.accounts import places
        from pivotino.control.terminations import persons, reactions  # noqa: F401

        places.register(places.Place(name="Leave", url_name="terminations:show", order=90, icon="out"))

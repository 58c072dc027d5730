from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "pivotino.control.backups"
    label = "backups"

    def ready(self) -> None:
        from pivotino.control.accounts import places
        from pivotino.control.backups import copies, persons  # noqa: F401

        places.register(places.Place(name="Backups", url_name="backups:show", order=50, icon="archive"))

from django.apps import AppConfig


class UpgradesConfig(AppConfig):
    name = "pivotino.control.upgrades"
    label = "upgrades"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register
        from pivotino.control.upgrades import persons  # noqa: F401

        register(Place(name="Upgrade", url_name="upgrades:show", order=50, icon="arrow-up"))

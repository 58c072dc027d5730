from django.apps import AppConfig


class UpgradesConfig(AppConfig):
    name = "pivotino.control.upgrades"
    label = "upgrades"

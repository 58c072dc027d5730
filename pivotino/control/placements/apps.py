from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "pivotino.control.placements"
    label = "placements"

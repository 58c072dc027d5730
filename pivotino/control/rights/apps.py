from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "pivotino.control.rights"
    label = "rights"

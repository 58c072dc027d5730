from django.apps import AppConfig


class ProspectsConfig(AppConfig):
    name = "pivotino.control.prospects"
    label = "prospects"

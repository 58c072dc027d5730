from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "pivotino.control.support"
    label = "support"

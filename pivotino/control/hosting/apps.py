from django.apps import AppConfig


class HostingConfig(AppConfig):
    name = "pivotino.control.hosting"
    label = "hosting"

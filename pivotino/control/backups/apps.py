from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "pivotino.control.backups"
    label = "backups"

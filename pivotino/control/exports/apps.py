from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "pivotino.control.exports"
    label = "exports"

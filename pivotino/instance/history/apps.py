from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "pivotino.instance.history"
    label = "history"
    plane = "instance"

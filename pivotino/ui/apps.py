from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "pivotino.ui"
    label = "ui"
    verbose_name = "Look and feel"

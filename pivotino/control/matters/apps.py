from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "pivotino.control.matters"
    label = "matters"

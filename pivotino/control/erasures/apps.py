from django.apps import AppConfig


class ErasuresConfig(AppConfig):
    name = "pivotino.control.erasures"
    label = "erasures"

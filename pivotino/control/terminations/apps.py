from django.apps import AppConfig


class TerminationsConfig(AppConfig):
    name = "pivotino.control.terminations"
    label = "terminations"

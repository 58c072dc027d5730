from django.apps import AppConfig


class VisitorsConfig(AppConfig):
    name = "pivotino.control.visitors"
    label = "visitors"

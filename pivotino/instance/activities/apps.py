from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "pivotino.instance.activities"
    label = "activities"
    plane = "instance"

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "pivotino.instance.lifecycle"
    label = "lifecycle"
    plane = "instance"

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "pivotino.control.retention"
    label = "retention"

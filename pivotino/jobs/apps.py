from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "pivotino.jobs"
    label = "jobs"

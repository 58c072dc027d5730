from django.apps import AppConfig


class ErrandsConfig(AppConfig):
    name = "pivotino.jobs.errands"
    label = "errands"
    plane = "instance"

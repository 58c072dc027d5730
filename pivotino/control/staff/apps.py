from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "pivotino.control.staff"
    label = "staff"

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "pivotino.tenancy"
    label = "tenancy"
    verbose_name = "Tenancy"

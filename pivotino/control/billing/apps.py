from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "pivotino.control.billing"
    label = "billing"

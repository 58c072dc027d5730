from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "pivotino.control.payments"
    label = "payments"

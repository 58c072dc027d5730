from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "pivotino.instance.exchange"
    label = "exchange"
    plane = "instance"

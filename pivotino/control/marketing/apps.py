from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "pivotino.control.marketing"
    label = "marketing"

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "pivotino.control.privacy"
    label = "privacy"
    verbose_name = "Privacy"

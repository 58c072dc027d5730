from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "pivotino.instance.mailing"
    label = "mailing"
